"""What stays of a meeting: the recording played back, the minutes read."""

import asyncio

from devices.runtime.worker import Worker
from provisioning.demo.check.meeting.at_console import FIRST, QUESTION
from provisioning.demo.check.meeting.at_floor import SPEAKER
from provisioning.demo.check.meeting.playback import played
from provisioning.demo.check.report import MissedError, until
from provisioning.demo.check.scene import Scene
from provisioning.demo.child import found
from provisioning.demo.conference import sample
from provisioning.demo.conference.desk import Desk
from provisioning.demo.conference.sample import SITES
from vc.server.api import RecordingRow

TAB = "archive"
_LEAST_S = 4.0
_LEAST_FPS = 8.0
_HEARD_DBFS = -45.0
_SIZE = (1440, 640)
_DPI = "80"
_WITHIN_S = 30.0
_READ_WITHIN_S = 20.0


class AtArchive:
    """Each method does one thing and returns what was seen, or raises MissedError."""

    def __init__(self, scene: Scene, desk: Desk, worker: Worker) -> None:
        self._scene = scene
        self._browser = scene.browser
        self._desk = desk
        self._worker = worker

    async def playback(self) -> str:
        """Fetch the recording and decode all of it; its chapters name who had the floor."""
        row = await self._finished()
        path = self._scene.shots.parent / f"{row.id}.mkv"
        await self._desk.download(f"/recordings/{row.id}.mkv", path)
        seen = await self._worker.within(_WITHIN_S, played, path)
        names = " ".join(seen.chapters)
        for what, holds in (
            (f"{seen.seconds:.1f} s", seen.seconds > _LEAST_S),
            (f"{seen.frames} frames", seen.frames > _LEAST_FPS * seen.seconds),
            (f"loudest {seen.loudest_dbfs:.0f} dBFS", seen.loudest_dbfs > _HEARD_DBFS),
            (f"chapters {seen.chapters}", SPEAKER in names and SITES[FIRST] in names),
        ):
            if not holds:
                raise MissedError(what)
        return (
            f"{seen.frames} frames, {seen.seconds:.1f} s, up to {seen.loudest_dbfs:.0f} dBFS;"
            f" {' | '.join(seen.chapters)}"
        )

    async def page(self) -> str:
        """Play it in the browser, from the last chapter."""
        browser, player = self._browser, "#playback"
        await browser.opens(TAB, self._scene.links["conference"])
        await browser.clicks(TAB, "[data-recording] [data-do='play']")
        await browser.clicks(TAB, ".chapters li:last-child button")

        async def playing() -> str:
            try:
                picture = await browser.video(TAB, player)
            except MissedError:  # it is still being fetched
                return ""
            return f"{picture.width} x {picture.height} pixels play"

        seen = await until(playing, "a picture in the player", within_s=_WITHIN_S)
        await browser.moving_picture(TAB, self._scene.shot("conference-recording"), size=_SIZE)
        await browser.closes(TAB)
        return seen

    async def minutes(self) -> str:
        """Fetch the minutes as PDF: who spoke stands in it."""
        path = self._scene.shots.parent / "minutes.pdf"
        await self._desk.download(f"/api/minutes.pdf?conference={sample.CONFERENCE}", path)
        text = await _told("pdftotext", "-layout", str(path), "-")
        lacking = [word for word in (SPEAKER, SITES[FIRST], QUESTION) if word not in text]
        if lacking:
            raise MissedError(f"the minutes lack {', '.join(lacking)}: {text[:300]}")
        shot = self._scene.shot("conference-minutes").with_suffix("")
        await _told("pdftoppm", "-png", "-singlefile", "-r", _DPI, str(path), str(shot))
        line = next(line for line in text.splitlines() if SPEAKER in line)
        return f"{path.stat().st_size} bytes; {' '.join(line.split())}"

    async def _finished(self) -> RecordingRow:
        async def done() -> str:
            rows = await self._desk.recordings()
            return rows[0].id if rows and not rows[0].under_way else ""

        await until(done, "a finished recording", within_s=_WITHIN_S, every_s=0.5)
        return (await self._desk.recordings())[0]


async def _told(program: str, *words: str) -> str:
    """Return what poppler's programs print."""
    process = await asyncio.create_subprocess_exec(
        found(program),
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_READ_WITHIN_S):
            said, complained = await process.communicate()
    except TimeoutError as error:
        process.kill()
        raise MissedError(f"{program} took too long") from error
    if process.returncode:
        raise MissedError(f"{program}: {complained.decode(errors='replace').strip()}")
    return said.decode()
