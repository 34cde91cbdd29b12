"""What is read when: a page when it comes, what is touched, what changed; never twice the same."""

from dataclasses import dataclass

from msgspec import structs

from kiosk.ui.events import AnyEffect, Event, Touched
from kiosk.ui.flows.menu.pages import FallSilent, Heard, Phrase, ReadOut
from kiosk.ui.screen import Message, Notice, Number, Screen, Sheet
from kiosk.ui.speech.digits import signs
from kiosk.ui.speech.reading import Line, lines
from kiosk.ui.speech.texts import SPEECH, SpeechTexts
from kiosk.ui.state import LOUDEST, Pack, State

_QUIETEST = 0.12
_TOLD_BY_THE_WORLD = Message | Notice | Number | Sheet
"""Bodies that change by themselves; a queue's figures change all the time, and are not read."""


@dataclass(frozen=True)
class _Page:
    """A screen in the voice's language, its lines, and whether its middle may be read."""

    screen: Screen
    lines: tuple[Line, ...]
    open: bool


class Narrator:
    """Follows the session; `follow` returns what is to be read, or that nothing is any more."""

    def __init__(self) -> None:
        self._before: _Page | None = None
        self._reading = False

    def follow(self, state: State, screen: Screen, event: Event) -> tuple[AnyEffect, ...]:
        """Return the effects of an event; `screen` is the one of `in_voice(state)`."""
        if isinstance(event, Heard):
            self._reading = not event.last
        if not state.access.spoken:
            was, self._before, self._reading = self._before, None, False
            return (FallSilent(),) if was else ()
        told = not screen.private or state.tells_private or screen.dialog is not None
        before, page = self._before, _Page(screen, lines(screen, _words(state)), told)
        self._before = page
        if said := self._said(state, before, page, event):
            self._reading = True
            return (ReadOut(phrases=said, loudness=_loudness(state.access.volume)),)
        if isinstance(event, Touched):
            self._reading = False
            return (FallSilent(),)
        return ()

    def _said(
        self, state: State, before: _Page | None, page: _Page, event: Event
    ) -> tuple[Phrase, ...]:
        if before is None or _turned(before, page):
            intro = () if before else (_phrase(_words(state).intro, state),)
            return (*intro, *_whole(state, before, page))
        if isinstance(event, Touched):
            return self._touched(state, before, page)
        banner = page.screen.banner
        if banner and banner != before.screen.banner:
            return _note(state, before, page)
        if isinstance(page.screen.body, _TOLD_BY_THE_WORLD) and not page.screen.dialog:
            return _changed(state, before, page)
        return ()

    def _touched(self, state: State, before: _Page, page: _Page) -> tuple[Phrase, ...]:
        if state.pointed is not None and state.pointed != before.screen.pointed:
            return _pointed(state, page)
        if changed := _changed(state, before, page):
            return changed
        nothing = before.screen == page.screen
        return _whole(state, None, page) if nothing and not self._reading else ()


def in_voice(state: State) -> State:
    """Return the state as it is read: no voice is made for the languages of packs."""
    return structs.replace(state, language=state.speech_language)


def _words(state: State) -> SpeechTexts:
    return SPEECH.of(in_voice(state))


def _turned(before: _Page, after: _Page) -> bool:
    """Return whether this is another page, or something lies over it that did not."""
    kinds = [
        (
            page.screen.name,
            type(page.screen.body),
            page.screen.dialog.title if page.screen.dialog else "",
            page.open,
        )
        for page in (before, after)
    ]
    return kinds[0] != kinds[1]


def _whole(state: State, before: _Page | None, page: _Page) -> tuple[Phrase, ...]:
    """Return a page; what stood around the one before it too is not said again."""
    screen = page.screen
    recorded = _recorded(state, f"page.{screen.name}")
    if recorded and not screen.dialog:
        return (*recorded, *_number(state, screen))
    above = {line.text for line in before.lines if not line.own} if before else set()
    kept = [line for line in page.lines if line.action or line.own or line.text not in above]
    return _told(state, page, [line for line in kept if not line.quiet])


def _note(state: State, before: _Page, page: _Page) -> tuple[Phrase, ...]:
    recorded = _recorded(state, f"note.{state.note.about}") if state.note else ()
    return recorded or _changed(state, before, page)[:1]


def _changed(state: State, before: _Page, page: _Page) -> tuple[Phrase, ...]:
    stood = {line.text for line in before.lines}
    fresh = [line for line in page.lines if line.text not in stood and not line.quiet]
    return _told(state, page, fresh)


def _pointed(state: State, page: _Page) -> tuple[Phrase, ...]:
    line = next((line for line in page.lines if line.action == state.pointed), None)
    if line is None:
        return ()
    recorded = _recorded(state, f"icon.{line.icon}") if line.icon else ()
    return recorded or _told(state, page, [line])


def _told(state: State, page: _Page, said: list[Line]) -> tuple[Phrase, ...]:
    """Return lines as phrases; of a page that may not be read only what is no citizen's."""
    around = [_phrase(line.text, state) for line in said if page.open or not line.own]
    if len(around) < len(said):
        around.insert(0, _phrase(_words(state).withheld, state))
    return tuple(around)


def _number(state: State, screen: Screen) -> tuple[Phrase, ...]:
    """Return a ticket's number, by recordings where all its signs have one."""
    if not isinstance(screen.body, Number) or (screen.private and not state.tells_private):
        return ()
    number = screen.body.number.lower()
    pack = _pack(state)
    if pack and all(sign in pack.clips for sign in number):
        return (Phrase(text=" ".join(number), language=pack.code),)
    return (_phrase(signs(screen.body.number, ""), state),)


def _recorded(state: State, name: str) -> tuple[Phrase, ...]:
    pack = _pack(state)
    if pack is None or name not in pack.clips:
        return ()
    return (Phrase(text=name.replace("_", " "), language=pack.code),)


def _pack(state: State) -> Pack | None:
    return next((pack for pack in state.packs if pack.code == state.language), None)


def _phrase(text: str, state: State) -> Phrase:
    return Phrase(text=text, language=state.speech_language)


def _loudness(volume: int) -> float:
    """Return a share; each step is heard as about equally much louder."""
    return float(_QUIETEST ** ((LOUDEST - volume) / (LOUDEST - 1)))
