"""One line of Khmer on the program's own glass, as a PNG on standard output.

`python -m tests.kiosk.ui.khmer_on_glass`; a window of its own needs a process of its own.
"""

import sys

from msgspec.structs import replace

from kiosk.ui.fitting import room
from kiosk.ui.flows.menu.pages import Languages
from kiosk.ui.view import view
from tests.kiosk.ui.darkroom import PANELS, open_darkroom
from tests.kiosk.ui.languages.screens import SHELF
from tests.kiosk.ui.site import open_state

PANEL = PANELS["landscape"]


def main() -> None:
    dark = open_darkroom(PANEL)
    state = replace(open_state(), packs=SHELF.packs, page=Languages())
    dark.develop(view(state, room(PANEL))).save(sys.stdout.buffer, "PNG")


if __name__ == "__main__":
    main()
