"""A site's own names that have no room on the panel in large enough letters are told of."""

import os
import subprocess
import sys
from concurrent.futures import Future

import msgspec
from msgspec.structs import replace

from devices.contract.clock import SystemClock
from devices.contract.message import DeviceReport, Health
from devices.runtime.alongside import alongside
from kiosk.ui.names_watch import NAMES_SMALL, NamesWatch
from kiosk.ui.screen import Screen, Tiles
from tests.kiosk.ui.long_names import LONG, LONG_SERVICE, LONG_SITE, Laid
from tests.kiosk.ui.site import ROOM, SITE
from tests.waiting import until


def test_what_has_no_room_is_found_by_the_programs_own_glass() -> None:
    """EN 301 549 5.1.4; nothing of it is shown."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.kiosk.ui.long_names"],
        env=os.environ | {"SDL_VIDEODRIVER": "offscreen"},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, f"apt install libgl1-mesa-dri libegl1 libgles2\n{done.stderr}"
    laid = msgspec.json.decode(done.stdout.splitlines()[-1], type=Laid)
    assert laid.of_sample == []
    assert set(laid.of_long) == {LONG_SITE, LONG_SERVICE}
    assert laid.as_before


class Narrow:
    """A glass on which what is longer than the sample's names is small, and a word of our own."""

    def __init__(self) -> None:
        self.laid = 0

    def small_words(self, screen: Screen) -> Future[tuple[str, ...]]:
        self.laid += 1
        body = screen.body
        tiles = [tile.title for tile in body.tiles] if isinstance(body, Tiles) else []
        found: Future[tuple[str, ...]] = Future()
        found.set_result((*(one for one in tiles if len(one) >= len(LONG_SERVICE)), "Xin chọn"))
        return found


async def test_a_name_that_is_too_long_is_told_until_it_is_shortened() -> None:
    told: list[DeviceReport | None] = []
    glass = Narrow()
    watch = NamesWatch(glass, ROOM, SystemClock(), told.append)
    async with alongside(watch.run(), name="names"):
        watch.seen(LONG)
        await until(lambda: len(told) == 1, "the long name is told")
        laid = glass.laid
        watch.seen(
            replace(LONG, services=(replace(LONG.services[0], waiting=3), *LONG.services[1:]))
        )
        watch.seen(SITE)
        await until(lambda: len(told) == 2, "and that it was shortened")
    assert told[0]
    assert (told[0].health, told[0].code) == (Health.WARNING, NAMES_SMALL)
    assert LONG_SERVICE in told[0].text
    assert "Xin chọn" not in told[0].text, "the house's own words are measured before a release"
    assert told[1] is None
    assert glass.laid == 2 * laid, "who waits is no name"
