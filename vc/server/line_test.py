"""The test of every site's line before a meeting, and its report (VC-3)."""

import asyncio

from devices.contract.clock import Clock
from devices.contract.errors import BusyError, MotcuaError
from devices.contract.identity import ROOM, BoxId
from devices.contract.message import RefusedError
from devices.contract.topics import PartTopics
from devices.runtime.requests import Ask
from vc.media.quality import LineJudge, Sample
from vc.messages import LineTested, TestLine
from vc.server.api import LineReport, LineResult, LineTestOrder
from vc.server.control import Live
from vc.server.lines import worst
from vc.state import Line, Site

_SLACK_S = 5.0


class NoRoomError(MotcuaError):
    """The site has no room of its own: it joins by a browser."""

    code = "line_test.no_room"


class LineTests:
    """Asks rooms to measure themselves, all at once, and keeps the latest report."""

    def __init__(self, ask: Ask, live: Live, clock: Clock) -> None:
        self._ask = ask
        self._live = live
        self._clock = clock
        self._under_way = False

    async def run(self, order: LineTestOrder) -> LineReport:
        """Test the members' lines, all sites' when none is named; raises BusyError."""
        state = self._live.session
        if self._under_way:
            raise BusyError("A line test is under way.")
        self._under_way = True
        try:
            sites = [
                site for site in state.plan.sites if not order.members or site.id in order.members
            ]
            async with asyncio.TaskGroup() as group:
                tests = [group.create_task(self._test(one, order.for_s)) for one in sites]
        finally:
            self._under_way = False
        report = LineReport(
            conference=state.plan.id,
            at=self._clock.now(),
            results=tuple(test.result() for test in tests),
        )
        await self._live.read(self._live.store.put_line_report, report)
        return report

    async def latest(self) -> LineReport:
        """Return the open conference's latest report; an empty one before the first."""
        state = self._live.state
        if state is None:
            return LineReport()
        return await self._live.read(self._live.store.line_report, state.plan.id)

    async def _test(self, site: Site, for_s: float) -> LineResult:
        try:
            tested = await self._ask_room(site, for_s)
        except MotcuaError as error:
            code = error.refused.code if isinstance(error, RefusedError) else error.code
            return LineResult(member=site.id, name=site.name, line=Line.LOST, error=code)
        judged = LineJudge().feed(Sample(line=worst(tested.up, tested.down)))
        return LineResult(
            member=site.id,
            name=site.name,
            line=judged,
            tested=tested,
        )

    async def _ask_room(self, site: Site, for_s: float) -> LineTested:
        if not site.box:
            raise NoRoomError
        topics = PartTopics(BoxId(site.box), ROOM)
        return await self._ask(
            topics.province_cmd,
            TestLine(for_s=for_s),
            within_s=for_s + _SLACK_S,
            reply_topic=topics.province_reply,
        )
