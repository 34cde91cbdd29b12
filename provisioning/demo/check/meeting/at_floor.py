"""What the chair does with the floor, and what is heard and seen of who has it."""

import math
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from provisioning.demo.check.meeting.at_console import FIRST, TAB
from provisioning.demo.check.report import MissedError, until
from provisioning.demo.check.scene import Scene
from provisioning.demo.conference.desk import Desk
from provisioning.demo.conference.sample import SITES
from vc.engine.port import MAIN, Tile
from vc.media import timecode
from vc.server.conference.layouts import arrange

SPEAKER = "Đại biểu mẫu 1B"
_VIDEO = "#wall video"
_METER = f"[data-site='{FIRST}'] .meter i"
_HEARD_DBFS, _SILENT_DBFS = -45.0, -60.0
_NOTHING_DBFS = -120.0
_LISTENS_S = 2.0
_LARGE_SHARE = 0.4
_WITHIN_S = 20.0
_SIZE = (1440, 900)


class AtFloor:
    """Each method does one thing and returns what was seen, or raises MissedError."""

    def __init__(self, scene: Scene, desk: Desk) -> None:
        self._scene = scene
        self._browser = scene.browser
        self._desk = desk

    async def approves(self) -> str:
        """See the request, approve it, and give the floor with one key."""
        await self._browser.reads(TAB, "#speakers", SPEAKER, within_s=_WITHIN_S)
        await self._browser.clicks(TAB, "#speakers [data-do='approve']")
        await self._floor(SPEAKER)
        await self._browser.types(TAB, "\n")
        seen = await self._floor("Đang phát biểu")
        await self._picture("conference-console")
        return " ".join(seen.split())

    async def gives(self) -> str:
        """Give the first site the floor with one key: it is heard, and seen large and live."""
        await self._browser.types(TAB, "s")

        async def given() -> str:
            await self._browser.types(TAB, "1")  # again where its line was away just then
            held = await self._browser.text(TAB, "#floor")
            return held if SITES[FIRST] in held else ""

        await until(given, f"the floor with {FIRST}", within_s=60, every_s=2)
        await self._browser.clicks(TAB, "#listen")
        heard = await self._hears(lambda dbfs: dbfs > _HEARD_DBFS, f"above {_HEARD_DBFS:g} dBFS")
        meter = await until(self._metered, f"{FIRST}'s meter in motion", within_s=_WITHIN_S)
        large = await until(self._large, f"{FIRST} large and live", within_s=_WITHIN_S)
        await self._picture("conference-speaker")
        return f"{heard}, meter {meter}; {large}"

    async def takes(self) -> str:
        """Take the floor with one key: silence, for the room's own microphone is off."""
        await self._browser.types(TAB, " ")
        await self._floor("Chưa có ai phát biểu")
        await self._browser.types(TAB, "w")
        return await self._hears(lambda dbfs: dbfs < _SILENT_DBFS, f"below {_SILENT_DBFS:g} dBFS")

    async def _floor(self, word: str) -> str:
        return await self._browser.reads(TAB, "#floor", word, within_s=_WITHIN_S)

    async def _picture(self, name: str) -> None:
        await self._browser.moving_picture(TAB, self._scene.shot(name), size=_SIZE)

    async def _hears(self, holds: Callable[[float], bool], what: str) -> str:
        """Listen in the chair's browser until it is so; returns how loud it was."""
        last = _NOTHING_DBFS

        async def look() -> str:
            nonlocal last
            before = await self._browser.calls(TAB)

            async def later() -> str:
                now = await self._browser.calls(TAB)
                return "later" if now.seconds - before.seconds >= _LISTENS_S else ""

            await until(later, "sound in the chair's browser", within_s=_WITHIN_S)
            now = await self._browser.calls(TAB)
            power = (now.energy - before.energy) / (now.seconds - before.seconds)
            last = 10 * math.log10(power) if power > 0 else _NOTHING_DBFS
            return f"{last:.0f} dBFS" if holds(last) else ""

        try:
            return await until(look, what, within_s=30)
        except MissedError as error:
            raise MissedError(f"{error.sentence}; the last was {last:.0f} dBFS") from error

    async def _metered(self) -> str:
        style = await self._browser.attribute(TAB, _METER, "style")
        level = float(style.rpartition(":")[2].strip(" ;") or 0)
        return f"{level:.2f}" if level > 0 else ""

    async def _large(self) -> str:
        """Read the time code of the largest tile, twice: it must be the site's, and run."""
        state = await self._desk.state()
        views = arrange(state, speaking="", now=datetime.now(UTC))
        view = next(one for one in views if one.name == MAIN)
        tile = max(view.tiles, key=lambda one: one.width * one.height)
        share = tile.width * tile.height / (view.width * view.height)
        if tile.source != FIRST or share < _LARGE_SHARE:
            return ""
        first = await self._code(tile)
        second = await self._code(tile)
        if first is None or second is None or first == second:
            return ""
        return f"{tile.width} x {tile.height} pixels, time code {first}, then {second}"

    async def _code(self, tile: Tile) -> int | None:
        picture = await self._browser.video(TAB, _VIDEO)
        luma = np.asarray(picture.convert("L"))
        return timecode.read(luma, (tile.x, tile.y, tile.width, tile.height))
