"""Who works the camera for a citizen, seals what was prepared, and hands it to the counter server.

Of a citizen it keeps the bound PDFs in memory, until the session ends. What it answers to a
session that is over is heard by nobody.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import Callable
from urllib.parse import urlencode

import structlog

from devices.contract.errors import MotcuaError
from kiosk.api import errors
from kiosk.api.drafts import (
    DraftKey,
    DraftsFullError,
    DraftTaken,
    DraftTooLargeError,
    DraftWithdrawn,
    KeyChangedError,
    TicketOverError,
    WithdrawDraft,
)
from kiosk.api.queue import Site
from kiosk.sealed.hpke import BadKeyError, SealingKey
from kiosk.sealed.parcel import Sender, packed
from kiosk.sealed.prepared import Prepared, ScannedPaper, missing_lines
from kiosk.ui.asked import new_request_id
from kiosk.ui.clerk import Job
from kiosk.ui.events import AnyEffect, EndSession, Event
from kiosk.ui.flows.prepare.pages import (
    Filing,
    Unsent,
)
from kiosk.ui.flows.prepare.wishes import (
    BindPages,
    CloseDesk,
    DeskSeen,
    DeskTrouble,
    DropTaken,
    FilingKept,
    FilingNotKept,
    FilingOpened,
    FilingRefused,
    LookAtDesk,
    OpenFiling,
    PageTaken,
    PaperBound,
    PaperNotBound,
    SendFiling,
    TakePage,
    WithdrawFiling,
)
from kiosk.ui.link import CounterClient, CounterRefusedError, again
from kiosk.ui.scan_link import NotScannedError, ScanLink, ScanTrouble

_LOOKS_EVERY_S = 0.4
_ONE_TRY_S, _LEAST_BYTES_PER_S = 12.0, 1_000_000
_BESIDE_BYTES = 65_536
"""Of a parcel: the declaration, and what sealing adds to each part."""
_WITHDRAW_WITHIN_S = 300.0
_MEANS = {
    KeyChangedError.code: Unsent.KEY_CHANGED,
    DraftTooLargeError.code: Unsent.TOO_LARGE,
    DraftsFullError.code: Unsent.FULL,
    TicketOverError.code: Unsent.NO_SUCH_NUMBER,
    errors.SiteClosedError.code: Unsent.CLOSED,
    errors.ServiceClosedError.code: Unsent.CLOSED,
}
_log = structlog.get_logger()


class PrepareClerk:
    """One citizen's filing at a time; outcomes come back through `tell`.

    `send_within_s` ends before patience does: who sends hears the answer.
    """

    def __init__(
        self,
        counter: CounterClient,
        scan: ScanLink,
        *,
        kiosk: str,
        send_within_s: float,
        tell: Callable[[Event], None],
    ) -> None:
        self._counter = counter
        self._scan = scan
        self._kiosk = kiosk
        self._send_within_s = send_within_s
        self._tell = tell
        self._session = 0
        self._ask, self._request = 0, ""
        self._key: DraftKey | None = None
        self._pdfs: dict[str, bytes] = {}
        self._most_bytes = 0
        self._scanned = False
        self._sitting = 0  # at the desk: looks of an earlier one are given up
        self._sending: asyncio.Task[None] | None = None

    def begin(self, effect: AnyEffect, site: Site | None) -> Job | None:
        """Return the work of an effect of this flow."""
        del site
        match effect:
            case OpenFiling():
                return self._open(effect.ask)
            case LookAtDesk() | TakePage() | DropTaken() | BindPages() | CloseDesk():
                return self._at_the_desk(effect)
            case SendFiling():
                return self._send(effect)
            case WithdrawFiling():
                return self._withdraw(self._request if effect.ask == self._ask else "")
            case EndSession():
                self._sitting += 1
                return self._end()
            case _:
                return None

    async def tidy(self) -> None:
        """Wipe what an earlier process left before the camera."""
        with contextlib.suppress(NotScannedError):
            await self._scan.wipe()

    def _at_the_desk(
        self, effect: LookAtDesk | TakePage | DropTaken | BindPages | CloseDesk
    ) -> Job:
        match effect:
            case LookAtDesk():
                return self._look(effect.look, self._sitting)
            case TakePage():
                return self._take(effect)
            case DropTaken():
                return self._drop(effect, self._sitting)
            case BindPages():
                self._sitting += 1
                return self._bind(effect)
            case CloseDesk():
                self._sitting += 1
                return self._wipe()

    async def _open(self, ask: int) -> None:
        self._ask, self._request, self._key = ask, new_request_id(), None
        self._pdfs.clear()
        try:
            key = await self._fetched()
        except MotcuaError as error:
            _log.warning("filing.not_opened", code=error.code)
            self._tell(FilingRefused(ask=ask))
        else:
            self._most_bytes = key.most_bytes - _BESIDE_BYTES
            self._tell(FilingOpened(ask=ask, keeps_until=key.keeps_until, sent_on=key.sent_on))

    async def _fetched(self) -> DraftKey:
        """Return the counter server's key, the same one for the whole session."""
        if self._key is None:
            self._key = await self._counter.ask("GET", "/api/drafts/key", DraftKey)
        return self._key

    async def _look(self, look: int, sitting: int) -> None:
        await asyncio.sleep(_LOOKS_EVERY_S)
        if sitting != self._sitting:
            return
        self._scanned = True
        try:
            seen = await self._scan.preview()
        except NotScannedError as error:
            self._troubled(look, error)
        else:
            self._tell(DeskSeen(look=look, seen=seen))

    async def _take(self, effect: TakePage) -> None:
        try:
            taken = await self._scan.capture(effect.crop)
        except NotScannedError as error:
            self._troubled(effect.look, error)
        else:
            self._tell(PageTaken(look=effect.look, taken=taken))

    async def _drop(self, effect: DropTaken, sitting: int) -> None:
        try:
            await self._scan.drop(effect.page)
        except NotScannedError as error:
            self._troubled(effect.look, error)
        else:
            await self._look(effect.look, sitting)

    async def _bind(self, effect: BindPages) -> None:
        session = self._session
        try:
            bound = await self._scan.finish()
        except NotScannedError as error:
            _log.warning("filing.not_bound", text=error.sentence)
            await self._wipe()
            self._tell(PaperNotBound(ask=effect.ask, paper=effect.paper, trouble=error.trouble))
            return
        await self._wipe()
        if session != self._session:
            return
        others = sum(len(pdf) for paper, pdf in self._pdfs.items() if paper != effect.paper)
        if others + len(bound.pdf) > self._most_bytes:
            trouble = ScanTrouble.TOO_LARGE
            self._tell(PaperNotBound(ask=effect.ask, paper=effect.paper, trouble=trouble))
            return
        self._pdfs[effect.paper] = bound.pdf
        self._tell(PaperBound(ask=effect.ask, paper=effect.paper, pages=bound.pages))

    def _troubled(self, look: int, error: NotScannedError) -> None:
        _log.warning("filing.camera", trouble=error.trouble, text=error.sentence)
        self._tell(DeskTrouble(look=look, trouble=error.trouble))

    async def _wipe(self) -> None:
        try:
            await self._scan.wipe()
        except NotScannedError as error:  # the next scan begins with it
            _log.warning("filing.not_wiped", text=error.sentence)

    async def _send(self, effect: SendFiling) -> None:
        self._sending = asyncio.current_task()
        filing = effect.filing
        why = Unsent.NO_ANSWER
        try:
            taken = await self._sent(effect)
        except CounterRefusedError as error:
            why = _why(error, filing)
            if why is Unsent.KEY_CHANGED:
                self._key = None
        except DraftTooLargeError:
            why = Unsent.TOO_LARGE
        except MotcuaError as error:
            _log.warning("filing.not_sent", code=error.code)
        else:
            self._tell(FilingKept(ask=filing.ask, told=taken))
            return
        self._tell(FilingNotKept(ask=filing.ask, why=why))

    async def _sent(self, effect: SendFiling) -> DraftTaken:
        filing, request = effect.filing, self._request
        key = await self._fetched()
        parcel = await asyncio.to_thread(self._parcel, filing, dict(self._pdfs), key, request)
        if len(parcel) > key.most_bytes:
            raise DraftTooLargeError
        query = urlencode(
            {
                "kiosk": self._kiosk,
                "key": key.key_id,
                "service": filing.service,
                "procedure": filing.code,
                "language": effect.language,
                "ticket": filing.ticket,
            }
        )
        path = f"/api/drafts/{request}?{query}"
        one_try_s = _ONE_TRY_S + len(parcel) / _LEAST_BYTES_PER_S
        return await again(
            lambda: self._counter.send(path, parcel, DraftTaken, within_s=one_try_s),
            self._send_within_s,
        )

    def _parcel(self, filing: Filing, kept: dict[str, bytes], key: DraftKey, request: str) -> bytes:
        """Return everything, sealed. Blocking."""
        try:
            sealing = SealingKey(bytes.fromhex(key.public_key))
        except ValueError as error:
            raise BadKeyError from error
        scanned = [one for one in filing.papers if one.pages and one.id in kept]
        pdfs = [kept[one.id] for one in scanned]
        prepared = Prepared(
            procedure=filing.code,
            procedure_name=filing.names.get("vi", "")[:500],
            case=filing.case,
            declaration=filing.said,
            papers=tuple(
                ScannedPaper(
                    id=one.id,
                    name=one.names.get("vi", "")[:500],
                    code=one.code,
                    copy=one.copy,
                    pages=one.pages,
                    sha256=hashlib.sha256(pdf).hexdigest(),
                )
                for one, pdf in zip(scanned, pdfs, strict=True)
            ),
            missing=missing_lines(
                [one.names.get("vi", "") for one in filing.papers if one not in scanned]
            ),
        )
        return packed(prepared, pdfs, sealing, Sender(kiosk=self._kiosk, request=request))

    async def _withdraw(self, request: str) -> None:
        if self._sending:
            self._sending.cancel()
        if not request:
            return
        body = WithdrawDraft(kiosk=self._kiosk)
        path = f"/api/drafts/{request}/withdraw"
        with contextlib.suppress(MotcuaError):  # it expires in the end
            await again(
                lambda: self._counter.ask("POST", path, DraftWithdrawn, body), _WITHDRAW_WITHIN_S
            )

    async def _end(self) -> None:
        self._session += 1
        self._key = None
        self._pdfs.clear()
        scanned, self._scanned = self._scanned, False
        if scanned:
            await self._wipe()


def _why(error: CounterRefusedError, filing: Filing) -> Unsent:
    if error.problem.code == errors.NotFoundError.code and filing.ticket:
        return Unsent.NO_SUCH_NUMBER
    return _MEANS.get(error.problem.code, Unsent.REFUSED)
