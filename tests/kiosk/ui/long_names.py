"""Say which of a site's names are too long for a lying 10.1" panel, by the program's own glass.

`python -m tests.kiosk.ui.long_names`: one JSON line, `Laid`. A window of its own needs a process.
"""

import sys

import msgspec
from msgspec.structs import replace

from kiosk.api.queue import Site
from kiosk.ui.fitting import room
from kiosk.ui.names_watch import homes
from tests.kiosk.ui.darkroom import PANELS, open_darkroom
from tests.kiosk.ui.site import SITE

PANEL = PANELS["landscape"]
LONG_SERVICE = "Chứng thực chữ ký, hợp đồng và giao dịch dân sự"
LONG_SITE = "Trung tâm Phục vụ hành chính công xã Gio Linh, tỉnh Quảng Trị"
LONG = replace(
    SITE,
    names=SITE.names | {"vi": LONG_SITE},
    services=(
        replace(SITE.services[0], names=SITE.services[0].names | {"vi": LONG_SERVICE}),
        *SITE.services[1:],
    ),
)


class Laid(msgspec.Struct):
    """What has no room, and whether the glass stands as it stood."""

    of_sample: list[str]
    of_long: list[str]
    as_before: bool


def main() -> None:
    """Lay out both sites' home pages."""
    dark = open_darkroom(PANEL)
    first, *_ = homes(SITE, room(PANEL))
    before = dark.develop(first)

    def small(site: Site) -> list[str]:
        words: list[str] = []
        for screen in homes(site, room(PANEL)):
            laid = dark.glass.small_words(screen)
            dark.develop(first)
            words += laid.result(5)
        return words

    laid = Laid(small(SITE), small(LONG), as_before=False)
    laid.as_before = dark.develop(first) == before and dark.touched == []
    sys.stdout.write(msgspec.json.encode(laid).decode() + "\n")


if __name__ == "__main__":
    main()
