"""The menu, the languages and the reading, as the session sees them."""

from collections.abc import Sequence

from msgspec.structs import replace

from kiosk.ui.events import AnyAction, Back, Event, Leave, Speak
from kiosk.ui.flows.flow import Flow
from kiosk.ui.flows.menu.pages import (
    HeadphonesSeen,
    Heard,
    Languages,
    Menu,
    OpenLanguages,
    OpenMenu,
    OpenReading,
    Reading,
    ShowMenu,
    ToggleContrast,
    ToggleLarge,
    ToggleLow,
    ToggleSpoken,
    TurnVolume,
)
from kiosk.ui.flows.menu.texts import MENU
from kiosk.ui.moves import Step, stay, turn
from kiosk.ui.paging import shown
from kiosk.ui.room import Room
from kiosk.ui.screen import AnyBody, Button, Tile, Tiles
from kiosk.ui.state import LOUDEST, Home, Rest, State
from kiosk.ui.texts import language_name
from kiosk.ui.world import Headphones

_NOTED = 4  # tiles on a lying panel, which have room for a second line
_NOTED_WAYS = 4  # of reading, side by side


class MenuFlow(Flow):
    """Leads to the other flows, which it is given."""

    pages = (Menu, Languages, Reading)

    def __init__(self, others: Sequence[Flow]) -> None:
        self._others = others

    def enter(self, state: State, action: AnyAction, now: float) -> Step | None:
        """Open one of the pages, from the services."""
        del now
        match action:
            case OpenMenu():
                return turn(state, Menu())
            case OpenLanguages():
                return turn(state, Languages())
            case OpenReading():
                return turn(state, Reading())
            case _:
                return None

    def act(self, state: State, action: AnyAction, now: float) -> Step:
        """Act on a touch."""
        match state.page:
            case _ if isinstance(action, Back | Leave | Speak):
                return turn(state, Home())
            case Menu() if isinstance(action, ShowMenu):
                return turn(state, Menu(first=max(0, action.first)))
            case Menu():
                return self._chosen(state, action, now)
            case Reading():
                return _toggled(state, action)
            case _:
                return stay(state)

    def hear(self, state: State, event: Event, now: float) -> Step | None:
        """Begin to read when somebody plugs in, end when they plug out; be patient meanwhile."""
        match event:
            case HeadphonesSeen(headphones=headphones):
                return _headphones(state, headphones, now)
            case Heard() if state.warned is None and not isinstance(state.page, Rest):
                return stay(replace(state, touched_at=now))
            case Heard():
                return stay(state)
            case _:
                return None

    def private(self, state: State) -> bool:
        """Return that nothing of a citizen is shown."""
        del state
        return False

    def body(self, state: State, room: Room) -> AnyBody:
        """Return the middle."""
        match state.page:
            case Menu() as page:
                return self._menu(state, page, room)
            case Languages():
                return _languages(state)
            case _:
                return _reading(state, room)

    def _chosen(self, state: State, action: AnyAction, now: float) -> Step:
        ways = (flow.enter(state, action, now) for flow in (*self._others, self))
        return next((way for way in ways if way is not None), stay(state))

    def _menu(self, state: State, page: Menu, room: Room) -> Tiles:
        words = MENU.of(state)
        entries = [entry for flow in self._others if (entry := flow.entry(state))]
        reading = Tile(
            action=OpenReading(),
            icon="reading",
            title=words.open_reading,
            note=words.large,
        )
        some, then = shown([*entries, reading], page.first, room.tiles)
        if len(some) > _NOTED and not room.upright:
            some = [replace(tile, note="") for tile in some]
        more = None
        if then is not None:
            more = Button(action=ShowMenu(first=then), text=words.menu_more, icon="more")
        return Tiles(prompt=words.menu_prompt, tiles=tuple(some), foot=more)


def _toggled(state: State, action: AnyAction) -> Step:
    access = state.access
    match action:
        case ToggleLarge():
            access = replace(access, large=not access.large)
        case ToggleContrast():
            access = replace(access, contrast=not access.contrast)
        case ToggleLow():
            access = replace(access, low=not access.low)
        case ToggleSpoken() if state.world.headphones is not Headphones.NONE:
            access = replace(access, spoken=not access.spoken, aloud=None)
        case TurnVolume():
            access = replace(access, volume=access.volume % LOUDEST + 1)
        case _:
            pass
    return stay(replace(state, access=access))


def _headphones(state: State, headphones: Headphones, now: float) -> Step:
    before = state.world.headphones
    state = replace(state, world=replace(state.world, headphones=headphones))
    if headphones is before:
        return stay(state)
    if headphones is Headphones.PLUGGED:
        page = Home() if isinstance(state.page, Rest) else state.page
        access = replace(state.access, spoken=True)
        return stay(replace(state, page=page, access=access, touched_at=now, warned=None))
    silent = replace(state.access, spoken=False, aloud=None)
    return stay(replace(state, access=silent, pointed=None))


def _languages(state: State) -> Tiles:
    tiles = tuple(
        Tile(
            action=Speak(language=code),
            icon="language",
            title=language_name(state, code),
            chosen=code == state.language,
        )
        for code in state.languages
    )
    return Tiles(prompt=MENU.of(state).languages_prompt, tiles=tiles)


def _reading(state: State, room: Room) -> Tiles:
    words, access = MENU.of(state), state.access
    rows: tuple[tuple[AnyAction, str, str, str, bool], ...] = (
        (ToggleLarge(), "letters", words.large, words.large_note, access.large),
        (ToggleContrast(), "contrast", words.contrast, words.contrast_note, access.contrast),
        (ToggleLow(), "wheelchair", words.low, words.low_note, access.low),
    )
    if state.world.headphones is not Headphones.NONE:
        rows += ((ToggleSpoken(), "speaker", words.spoken, words.spoken_note, access.spoken),)
    if access.spoken:
        volume = words.volume.format(step=access.volume)
        rows += ((TurnVolume(), "speech", volume, "", False),)
    noted = len(rows) <= _NOTED_WAYS or room.upright
    return Tiles(
        prompt=words.reading_prompt,
        tiles=tuple(
            Tile(action=action, icon=icon, title=title, note=note if noted else "", chosen=chosen)
            for action, icon, title, note, chosen in rows
        ),
    )
