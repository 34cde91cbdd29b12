"""What the chair does at the console, in a browser: the meeting's course."""

from provisioning.demo import sample as office
from provisioning.demo.check.report import MissedError, until
from provisioning.demo.check.scene import Scene
from provisioning.demo.conference.desk import Desk
from provisioning.demo.conference.sample import CENTRE, SITES

TAB = "chair"
FIRST = next(site for site in SITES if site != CENTRE)
"""The site under key 1."""
QUESTION = "Thông qua chương trình công tác tháng tới"
JOINED_WITHIN_S = 60.0
_WITHIN_S = 20.0
_PAGE_DOWN = "\ue00f"  # WebDriver's own code
_COVER = "#wall .cover"


class AtConsole:
    """Each method does one thing and returns what was seen, or raises MissedError.

    `desk` sits in the chair's place, too, to read what no page shows.
    """

    def __init__(self, scene: Scene, desk: Desk) -> None:
        self._browser = scene.browser
        self._link = scene.links["conference"]
        self._desk = desk

    async def sign_in(self) -> str:
        """Sign in, and see every site connected and the wall."""
        browser = self._browser
        await browser.opens(TAB, self._link)
        await browser.clicks(TAB, "label:has(#role-chair)")
        await browser.types(TAB, office.PIN + "\n", "#pin")
        await browser.clicks(TAB, "[data-do='console']")
        seen = await self._reads("#there", f"{len(SITES)}/{len(SITES)}", within_s=JOINED_WITHIN_S)

        async def uncovered() -> str:
            return "" if await browser.has(TAB, _COVER) else "the wall is live"

        return f"{seen}; {await until(uncovered, 'the wall, live', within_s=30)}"

    async def begins(self) -> str:
        """Begin the meeting and the roll-call."""
        await self._browser.clicks(TAB, "#course")
        seen = await self._reads("#phase", "Đang họp")
        await self._browser.clicks(TAB, "#tab-roll")
        await self._browser.clicks(TAB, "#roll-call")
        return f"{seen}; {await self._reads('.sum [role=status]', 'điểm danh')}"

    async def roll_call(self) -> str:
        """See who was checked in, mark a site's delegate, and end the roll-call."""
        listed = 2 * len(SITES)
        first = await self._reads("#present", f"2/{listed}")
        await self._browser.clicks(TAB, f"[data-delegate='{FIRST}-1']")
        now = await self._reads("#present", f"3/{listed}")
        await self._browser.clicks(TAB, "#roll-call")
        return f"{first}, then {now}"

    async def record(self) -> str:
        """Switch the recording on."""
        await self._browser.clicks(TAB, "#record")
        return await self._reads("#recording", "Đang ghi hình")

    async def stop_recording(self) -> str:
        """Switch the recording off."""
        await self._browser.clicks(TAB, "#record")
        return await self._reads("#record", "Ghi hình")

    async def let_in(self) -> str:
        """See who waits, and let him in."""
        await self._browser.clicks(TAB, "#tab-door")
        await self._browser.clicks(TAB, "#waiting [data-do='let-in']")
        return await self._reads("#there", f"{len(SITES) + 1}/{len(SITES) + 1}", within_s=40)

    async def ballot(self) -> str:
        """Put a question to the vote: only who is checked in may."""
        await self._browser.clicks(TAB, "#tab-ballot")
        await self._browser.types(TAB, QUESTION, "#question")
        await self._browser.clicks(TAB, "#open-ballot")
        await self._reads("[data-ballot]", "0/3")
        return "0/3: the three who are checked in"

    async def counts(self) -> str:
        """See the votes, close, and read the result."""
        await self._reads("[data-ballot]", "2/3")
        await self._browser.clicks(TAB, "#close-ballot")
        await self._browser.clicks(TAB, "#confirm")
        await self._reads("[data-ballot]", "Kết thúc lúc")
        ballot = (await self._desk.state()).ballots[-1]
        if ballot.counts != (2, 0, 0):
            raise MissedError(f"counted {ballot.counts}")
        return f"{ballot.counts} of {len(ballot.eligible)}"

    async def leafs(self) -> str:
        """Open the paper for everybody and leaf with a key."""
        await self._browser.clicks(TAB, "#tab-papers")
        await self._browser.clicks(TAB, "[data-paper]")
        await self._reads("#page-number", "1 / 3")
        await self._browser.types(TAB, _PAGE_DOWN)
        seen = await self._reads("#page-number", "2 / 3")
        page = await self._browser.attribute(TAB, ".on-show img", "src")
        return f"{seen}: {page.removeprefix(self._link)}"

    async def closes_paper(self) -> str:
        """Close the paper."""
        await self._browser.clicks(TAB, ".on-show button.quiet")

        async def closed() -> str:
            return "" if await self._browser.has(TAB, ".on-show") else "closed"

        return await until(closed, "no paper on show")

    async def ends(self) -> str:
        """End the meeting for everybody."""
        await self._browser.clicks(TAB, "#course")
        await self._browser.clicks(TAB, "#confirm")
        return await self._reads("#phase", "Đã kết thúc")

    async def _reads(self, css: str, word: str, *, within_s: float = _WITHIN_S) -> str:
        return await self._browser.reads(TAB, css, word, within_s=within_s)
