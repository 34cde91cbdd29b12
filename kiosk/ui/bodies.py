"""The middles of the screens of no flow, and what several flows show alike."""

from kiosk.api.queue import PriorityClass, Service, Site
from kiosk.api.words import Names
from kiosk.ui.events import ShowServices, TypeKey
from kiosk.ui.flows.number.pages import ChooseService
from kiosk.ui.minutes import minutes
from kiosk.ui.room import Room
from kiosk.ui.screen import Button, Message, Tile, Tiles, Tone
from kiosk.ui.state import State
from kiosk.ui.texts import GENERAL, GeneralTexts


def named(names: Names, state: State) -> str:
    """Return the name in the state's language, or in Vietnamese."""
    return names.get(state.language) or names.get("vi", "")


def starting(state: State) -> Message:
    """Say that nothing was heard of the site yet."""
    texts = GENERAL.of(state)
    return Message(icon="clock", tone=Tone.PLAIN, title=texts.starting, lines=(texts.please_wait,))


def this_box(state: State, name: str) -> Message:
    """Say which box this is, for a technician who looks for it."""
    texts = GENERAL.of(state)
    title = texts.this_box.rstrip(":")
    return Message(icon="star", tone=Tone.MAIN, title=name, lines=(title,))


def down(state: State) -> Message:
    """Say that the counter server does not answer."""
    texts = GENERAL.of(state)
    return Message(
        icon="desk", tone=Tone.WARN, title=texts.counter_down, lines=(texts.counter_down_help,)
    )


def closed(state: State, site: Site) -> Message:
    """Say that no numbers are given at this hour."""
    texts = GENERAL.of(state)
    hours = texts.closed_hours.format(opens=site.opens_at, closes=site.closes_at)
    notice = named(site.notice, state)
    lines = (hours, notice or texts.closed_help)
    return Message(icon="clock", tone=Tone.PLAIN, title=texts.closed, lines=lines)


def rest(state: State, site: Site) -> Message:
    """Invite the next citizen."""
    texts = GENERAL.of(state)
    hours = texts.closed_hours.format(opens=site.opens_at, closes=site.closes_at)
    return Message(icon="touch", tone=Tone.MAIN, title=texts.rest_prompt, lines=(hours,))


def home(state: State, site: Site, first: int, room: Room) -> Tiles:
    """Show the services from `first` on; a tile leads to the rest when they do not all fit."""
    texts = GENERAL.of(state)
    services = site.services
    whole = len(services) <= room.tiles
    first = 0 if whole or first >= len(services) else first
    then = len(services) if whole else first + room.tiles - 1
    tiles = [_service_tile(state, service, texts) for service in services[first:then]]
    if not whole:
        action = ShowServices(first=then if then < len(services) else 0)
        tiles.append(Tile(action=action, icon="more", title=texts.more_services))
    return Tiles(prompt=texts.choose_service, tiles=tuple(tiles))


def _service_tile(state: State, service: Service, texts: GeneralTexts) -> Tile:
    return Tile(
        action=ChooseService(service=service.id) if service.open else None,
        icon=service.icon or "form",
        title=named(service.names, state),
        note=_tile_waiting(service, texts) if service.open else texts.service_closed,
    )


def _tile_waiting(service: Service, texts: GeneralTexts) -> str:
    waits = texts.tile_waiting.format(count=service.waiting)
    return waits if service.waiting else texts.tile_waiting_none


def waiting(service: Service, texts: GeneralTexts) -> tuple[str, ...]:
    """Return how many wait for the service, and how long."""
    if not service.waiting:
        return (texts.waiting_none,)
    return (texts.waiting.format(count=service.waiting), _wait(service.expected_wait_s, texts))


def _wait(seconds: int, texts: GeneralTexts) -> str:
    wait = minutes(seconds)
    return texts.wait_minutes.format(minutes=wait) if wait else texts.wait_short


def key(letter: str) -> Button:
    """Return a key that types itself."""
    return Button(action=TypeKey(key=letter), text=letter)


def service_of(state: State, service: str) -> Service | None:
    """Return the site's service of this id."""
    site = state.world.site
    return next((each for each in site.services if each.id == service), None) if site else None


def priority_classes(state: State) -> tuple[PriorityClass, ...]:
    """Return the priority classes of the site (domain QUE-2)."""
    return state.world.site.priority_classes if state.world.site else ()
