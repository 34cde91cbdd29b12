"""Take the pictures a technician would get, on the program's own glass; one JSON line each.

`python -m tests.kiosk.ui.exposing`, with `shared` those that an officer in a call would get; a
window of its own needs a process of its own.
"""

import sys
from concurrent.futures import Future

import msgspec
from msgspec.structs import replace

from kiosk.commands import PictureTaken
from kiosk.ui.fitting import room
from kiosk.ui.flows.help.pages import CallStage, Helping, HelpTalk
from kiosk.ui.flows.number.pages import Confirm, Errand, Issued, Paper
from kiosk.ui.flows.number.steps import keep
from kiosk.ui.flows.visit.pages import AboutVisit, Find
from kiosk.ui.picture import Exposure, developed, jpeg_of
from kiosk.ui.screen import Screen
from kiosk.ui.state import Home, Note
from kiosk.ui.view import view
from kiosk.ui.world import World
from tests.kiosk.ui.darkroom import NOTICES, PANELS, Darkroom, open_darkroom
from tests.kiosk.ui.site import CARD, every_page, open_state, ticket

PANEL = PANELS["landscape"]


class Taken(msgspec.Struct):
    """What came, and what really stood on the glass."""

    name: str
    picture: PictureTaken
    shown: bytes
    shown_after: bytes


class Shown(msgspec.Struct):
    """What an officer would get, and whether the glass is as it was."""

    name: str
    pixels: int
    jpeg: bytes
    as_before: bool


def screens() -> dict[str, Screen]:
    morning = open_state()
    card = keep(CARD, morning.world.site.day) if morning.world.site else None
    told = Note(about=AboutVisit.WAITING, until=1e9, values={"number": "A012", "ahead": "3"})
    told = replace(told, values=told.values | {"minutes": "5", "counter": "2"})
    states = {
        "home": replace(morning, page=Home()),
        "card": replace(morning, page=Confirm(errand=Errand(service="ho-tich", card=card))),
        "number": replace(
            morning, page=Issued(ticket=ticket("UA012"), paper=Paper.PRINTED, until=1e9)
        ),
        "typed": replace(morning, page=Find(typed="A012")),
        "told": replace(morning, page=Home(), note=told),
        "claim": replace(morning, world=World(box=NOTICES["claim"])),
    }
    assert len(every_page()) > len(states)
    return {name: view(state, room(PANEL)) for name, state in states.items()}


def shared(dark: Darkroom) -> list[Shown]:
    """Return what an officer in a call would get of each screen."""
    call = Helping(ask=1, stage=CallStage.TALKING, shows=True)
    morning = replace(open_state(), helpline=True)
    card = Confirm(errand=Errand(service="ho-tich"))
    states = {
        "unasked": replace(morning, page=card, help=replace(call, shows=False)),
        "shown": replace(morning, page=card, help=call),
        "call": replace(morning, page=HelpTalk(), help=call),
        "over": replace(morning, page=card),
    }
    found = []
    for name, state in states.items():
        screen = view(state, room(PANEL))
        glass = dark.develop(screen).tobytes()
        future = dark.glass.expose_shared()
        after = dark.develop(screen).tobytes()
        exposure = future.result(5)
        found.append(
            Shown(
                name=name,
                pixels=len(exposure.rgba),
                jpeg=jpeg_of(exposure, 960) if exposure.rgba else b"",
                as_before=glass == after,
            )
        )
    return found


def take(dark: Darkroom, name: str, screen: Screen) -> Taken:
    shown = dark.develop(screen).tobytes()
    future: Future[Exposure] = dark.glass.expose()
    after = dark.develop(screen).tobytes()
    return Taken(name, developed(future.result(5), 960), shown, after)


def main() -> None:
    dark = open_darkroom(PANEL)
    if sys.argv[1:] == ["shared"]:
        for shown in shared(dark):
            sys.stdout.write(msgspec.json.encode(shown).decode() + "\n")
        return
    for name, screen in screens().items():
        sys.stdout.write(msgspec.json.encode(take(dark, name, screen)).decode() + "\n")


if __name__ == "__main__":
    main()
