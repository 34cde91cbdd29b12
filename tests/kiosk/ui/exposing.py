"""Take the pictures a technician would get, on the program's own glass; one JSON line each.

`python -m tests.kiosk.ui.exposing`; a window of its own needs a process of its own.
"""

import sys
from concurrent.futures import Future

import msgspec
from msgspec.structs import replace

from kiosk.commands import PictureTaken
from kiosk.ui.errand import keep
from kiosk.ui.picture import Exposure, developed
from kiosk.ui.screen import Screen
from kiosk.ui.state import About, Confirm, Errand, Find, Home, Issued, Note, Paper, World
from kiosk.ui.theme import metrics, room
from kiosk.ui.view import view
from tests.kiosk.ui.darkroom import NOTICES, PANELS, Darkroom, open_darkroom
from tests.kiosk.ui.site import CARD, every_page, open_state, ticket

PANEL = PANELS["landscape"]


class Taken(msgspec.Struct):
    """What came, and what really stood on the glass."""

    name: str
    picture: PictureTaken
    shown: bytes
    shown_after: bytes


def screens() -> dict[str, Screen]:
    morning = open_state()
    card = keep(CARD, morning.world.site.day) if morning.world.site else None
    told = Note(about=About.WAITING, until=1e9, values={"number": "A012", "ahead": "3"})
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
    return {name: view(state, room(metrics(PANEL))) for name, state in states.items()}


def take(dark: Darkroom, name: str, screen: Screen) -> Taken:
    shown = dark.develop(screen).tobytes()
    future: Future[Exposure] = dark.glass.expose()
    after = dark.develop(screen).tobytes()
    return Taken(name, developed(future.result(5), 960), shown, after)


def main() -> None:
    dark = open_darkroom(PANEL)
    for name, screen in screens().items():
        sys.stdout.write(msgspec.json.encode(take(dark, name, screen)).decode() + "\n")


if __name__ == "__main__":
    main()
