"""What a guest does at a laptop of his own."""

from datetime import UTC, datetime

from PIL import ImageStat

from provisioning.demo.check.browser import Browser, Calls
from provisioning.demo.check.meeting.at_console import TAB as CHAIR
from provisioning.demo.check.report import until
from provisioning.demo.check.scene import Scene
from provisioning.demo.conference.desk import Desk
from vc.engine.port import MAIN
from vc.server.conference.layouts import arrange
from vc.state import MemberKind

TAB = "guest"
NAME = "Trần Thị Khách (mẫu)"
_SIZE = (1280, 800)
_FRAMES = 10
_GREENER = 20


class AtDoor:
    """Each method does one thing and returns what was seen, or raises MissedError."""

    def __init__(self, scene: Scene, desk: Desk, laptop: Browser) -> None:
        self._scene = scene
        self._desk = desk
        self._browser = laptop

    async def knocks(self) -> str:
        """Follow the demo's link with its PIN; then wait."""
        browser = self._browser
        await browser.opens("demo", self._scene.page)
        link = await browser.attribute("demo", "#open-join", "href")
        pin = (await browser.text("demo", "#open-join small")).split()[-1]
        await browser.closes("demo")
        await browser.opens(TAB, link)
        await browser.clicks(TAB, "#name")
        await browser.types(TAB, NAME, "#name")
        await browser.types(TAB, f"{pin}\n", "#pin")
        seen = await browser.reads(TAB, "#waiting", "Đang chờ duyệt", within_s=20)
        await browser.clicks(TAB, "#go-in")
        await browser.moving_picture(TAB, self._scene.shot("conference-join"), size=_SIZE)
        return seen.partition("\n")[0]

    async def calls(self) -> str:
        """Send and receive: frames are counted by the browser itself."""
        before = await self._counts(Calls())
        now = await self._counts(before)
        await self._browser.moving_picture(TAB, self._scene.shot("conference-guest"), size=_SIZE)
        return f"{now.decoded} frames decoded, {now.sent} sent"

    async def on_wall(self) -> str:
        """See the guest's made-up camera, which is green, in the chair's picture of all."""
        return await until(self._seen, "the guest's tile on the wall", within_s=30)

    async def leaves(self) -> str:
        """Leave."""
        await self._browser.clicks(TAB, "#leave")
        await self._browser.clicks(TAB, "#confirm")
        return await self._browser.reads(TAB, "#out", "Đã rời họp")

    async def _counts(self, than: Calls) -> Calls:
        now = than

        async def look() -> str:
            nonlocal now
            now = await self._browser.calls(TAB)
            more = now.decoded > than.decoded + _FRAMES and now.sent > than.sent + _FRAMES
            return "more" if more else ""

        await until(look, "frames both ways", within_s=40)
        return now

    async def _seen(self) -> str:
        state = await self._desk.state()
        guests = {one.id for one in state.members if one.kind is MemberKind.GUEST and one.connected}
        view = next(
            one for one in arrange(state, speaking="", now=datetime.now(UTC)) if one.name == MAIN
        )
        tile = next((one for one in view.tiles if one.source in guests), None)
        if tile is None:
            return ""
        place = (tile.x, tile.y, tile.x + tile.width, tile.y + tile.height)
        picture = (await self._scene.browser.video(CHAIR, "#wall video")).crop(place)
        red, green, blue = ImageStat.Stat(picture.convert("RGB")).mean
        if green < max(red, blue) + _GREENER:
            return ""
        await self._scene.browser.moving_picture(
            CHAIR, self._scene.shot("conference-wall"), size=(1440, 900)
        )
        return f"{tile.title}, mean colour {red:.0f} {green:.0f} {blue:.0f}"
