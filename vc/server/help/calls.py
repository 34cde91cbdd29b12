"""The calls under way: the rules with their lines, told to every open page of the desk."""

import asyncio
import secrets
from datetime import datetime, timedelta

import msgspec
import structlog

from devices.contract.clock import Clock
from devices.web.serve import as_json
from devices.web.sse import Hub
from vc.helping import NEWS_WITHIN_S, Ended, HelpNews, HelpStage, Hidden
from vc.messages import AskForHelp, HelpPlace, IceServer
from vc.server.help import rules
from vc.server.help.lines import HelpLine
from vc.server.help.rules import Desk, HelpCall, HelpRules, NoCallError
from vc.signaling.turn import IceServers

TOLD = "calls"
_TICK_S = 0.5
_REMEMBERED_S = 20.0
_ANSWER_WITHIN_S = 9.0
_CODE_BYTES = 6
_log = structlog.get_logger()


class HelpRow(msgspec.Struct, frozen=True, kw_only=True):
    """A call as the desk sees it. `form` numbers the picture of the form; 0: none is seen."""

    call: str
    kiosk: str
    site: str
    language: str
    since: datetime
    stage: HelpStage
    officer: str = ""
    form: int = 0
    hidden: Hidden | None = None


class HelpRows(msgspec.Struct, frozen=True):
    """Every call, the longest waiting first; and why those of the last seconds are over."""

    calls: tuple[HelpRow, ...]
    ended: dict[str, Ended]


class TakenCall(msgspec.Struct, frozen=True, kw_only=True):
    """The call is the officer's: where its media go (WHIP, both ways), and by what."""

    call: str
    url: str
    token: str
    ice_servers: tuple[IceServer, ...] = ()
    relay_only: bool = False


class HelpCalls:
    """All in memory: a server that ends has no calls. Every method belongs to the loop."""

    def __init__(
        self, rules_: HelpRules, ice: IceServers, clock: Clock, *, public_url: str
    ) -> None:
        self.hub = Hub()
        self._rules = rules_
        self._ice = ice
        self._clock = clock
        self._public_url = public_url
        self._desk = Desk()
        self._lines: dict[str, HelpLine] = {}

    def ask(self, kiosk: str, asked: AskForHelp) -> HelpPlace:
        """Let a kiosk wait. Raises NobodyThereError, DeskFullError."""
        now = self._clock.monotonic()
        call = HelpCall(
            id=f"goi-{secrets.token_hex(_CODE_BYTES)}",
            kiosk=kiosk,
            site=asked.site,
            language=asked.language,
            since=now,
            heard=now,
        )
        before = {one.id for one in self._desk.calls}
        self._desk = rules.ask(self._desk, call, self._rules, officers=self.hub.watchers)
        for gone in before - {one.id for one in self._desk.calls}:
            self._lines[gone].end(Ended.CITIZEN, now)
        line = self._lines[call.id] = HelpLine(call.id)
        _log.info("help.asked", call=call.id, kiosk=kiosk)
        self._tell()
        return HelpPlace(
            call=call.id,
            url=f"{self._public_url}/help-calls/{call.id}",
            token=line.kiosk_token,
            ice_servers=self._ice.of(call.id),
            relay_only=self._ice.relay_only,
        )

    def take(self, call: str, seat: str, officer: str) -> TakenCall:
        """Give a call to who takes it first. Raises NoCallError, TakenError, InCallError."""
        now = self._clock.monotonic()
        self._desk = rules.take(self._desk, call, seat, officer, now)
        line = self._lines[call]
        _log.info("help.taken", call=call)
        self._tell(*self._lines.values())  # who waits behind moves up
        return TakenCall(
            call=call,
            url=f"/help-calls/{call}/media",
            token=line.media_token,
            ice_servers=self._ice.of(call),
            relay_only=self._ice.relay_only,
        )

    def end(self, call: str, why: Ended) -> None:
        """End a call; nothing happens when it is over."""
        if line := self._lines.get(call):
            line.end(why, self._clock.monotonic())
        if any(one.id == call for one in self._desk.calls):
            self._desk = rules.end(self._desk, call)
            _log.info("help.ended", call=call, why=why)
            self._tell(*self._lines.values())

    def hang_up(self, call: str, seat: str) -> None:
        """Let the officer end his call. Raises NoCallError."""
        self._own(call, seat)
        self.end(call, Ended.OFFICER)

    def left(self, seat: str) -> None:
        """Let an officer whose session is over be at the desk no more: his call ends with it."""
        self.hub.end(seat)
        for call in self._desk.calls:
            if call.seat == seat:
                self.end(call.id, Ended.OFFICER)

    def form(self, call: str, seat: str) -> bytes:
        """Return the newest picture of the form, for who took the call. Raises NoCallError."""
        self._own(call, seat)
        form = self._lines[call].form
        if not form:
            raise NoCallError("Nothing is shown.")
        return form

    def line(self, call: str) -> HelpLine:
        """Return a call's line, also for some seconds after its end. Raises NoCallError."""
        line = self._lines.get(call)
        if line is None:
            raise NoCallError
        return line

    async def news(self, line: HelpLine, seen: int) -> HelpNews:
        """Return what the kiosk has not seen, at once or within some seconds; else the same."""
        changed = line.changed
        self._heard(line)
        if line.revision <= seen and not line.over:
            try:
                async with asyncio.timeout(NEWS_WITHIN_S):
                    await changed.wait()
            except TimeoutError:
                self._heard(line)
        call = next((one for one in self._desk.calls if one.id == line.call), None)
        if call is None:
            return line.news(HelpStage.OVER, ahead=0, officer="")
        return line.news(call.stage, ahead=self._desk.ahead(call.id), officer=call.officer)

    async def offered(self, line: HelpLine, offer: str) -> str:
        """Hand over the officer's offer. Raises NotOfferedError, NoCallError, TimeoutError."""
        if not self._desk.of(line.call).seat:
            raise NoCallError
        return await line.offered(offer, _ANSWER_WITHIN_S)

    def show(self, line: HelpLine, form: bytes, hidden: Hidden | None) -> None:
        """Take a picture of the form, or why there is none. Raises NoCallError."""
        self._desk = rules.hide(self._desk, line.call, hidden)
        line.show(form)
        self._heard(line)
        self._tell()

    def first(self) -> tuple[tuple[str, str], ...]:
        """Return what a page of the desk begins with."""
        return ((TOLD, as_json(self.rows())),)

    def rows(self) -> HelpRows:
        """Return every call."""
        ended = {line.call: line.over for line in self._lines.values() if line.over}
        return HelpRows(tuple(self._row(one) for one in self._desk.calls), ended)

    async def run(self) -> None:
        """Let time pass, for ever."""
        while True:
            await asyncio.sleep(_TICK_S)
            now = self._clock.monotonic()
            for call, why in rules.overdue(self._desk, self._rules, now):
                self.end(call, why)
            for line in [*self._lines.values()]:
                if line.over and now - line.over_at >= _REMEMBERED_S:
                    del self._lines[line.call]

    def _heard(self, line: HelpLine) -> None:
        if not line.over:
            self._desk = rules.heard(self._desk, line.call, self._clock.monotonic())

    def _own(self, call: str, seat: str) -> HelpCall:
        own = self._desk.of(call)
        if own.seat != seat:
            raise NoCallError
        return own

    def _row(self, call: HelpCall) -> HelpRow:
        line = self._lines[call.id]
        waited = timedelta(seconds=self._clock.monotonic() - call.since)
        return HelpRow(
            call=call.id,
            kiosk=call.kiosk,
            site=call.site,
            language=call.language,
            since=self._clock.now() - waited,
            stage=call.stage,
            officer=call.officer,
            form=line.form_number if line.form else 0,
            hidden=call.hidden,
        )

    def _tell(self, *lines: HelpLine) -> None:
        for line in lines:
            if not line.over:
                line.tell()
        self.hub.tell(TOLD, as_json(self.rows()))
