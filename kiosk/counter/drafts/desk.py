"""What officers do with drafts: look, accept, drop; only at counters that serve their number."""

import msgspec

from kiosk.api import errors
from kiosk.api.dossiers import Submitter
from kiosk.api.drafts import DraftGoneError
from kiosk.api.words import Names
from kiosk.backoffice.one_stop import AcceptedDraft, Paper
from kiosk.backoffice.systems import content_of
from kiosk.counter.drafts.bodies import (
    AcceptedRow,
    DraftList,
    OpenedDraft,
    OpenedPaper,
    WaitingDraft,
)
from kiosk.counter.drafts.config import DraftsConfig
from kiosk.counter.drafts.errors import NotByHandError
from kiosk.counter.drafts.face import sheet_of_accepted, sheet_to_check
from kiosk.counter.drafts.pages import page_picture
from kiosk.counter.drafts.post import PostRoom
from kiosk.counter.drafts.rows import (
    BY_OFFICERS,
    AcceptedDraftRow,
    DraftRow,
    DraftState,
    DropReason,
)
from kiosk.counter.facing.sheets import FacingSheet
from kiosk.counter.live import LiveSite
from kiosk.counter.office.office import BackOffice
from kiosk.counter.rows import Row
from kiosk.domain.steps import TicketState
from kiosk.sealed.hpke import UnreadableError
from kiosk.sealed.parcel import Parcel
from kiosk.sealed.prepared import Prepared

_ONE_LOOK_S = 60.0


class DraftsDesk:
    """The officers' side.

    What names a draft raises DraftGoneError, NotOursError, NotFoundError and StorageError; a draft
    that cannot be opened is dropped (UnreadableError). Who looks into a draft is told to the
    province before anything is seen (JournalFullError).
    """

    def __init__(
        self, config: DraftsConfig, site: LiveSite, office: BackOffice, post: PostRoom
    ) -> None:
        self._config = config
        self._site = site
        self._office = office
        self._post = post
        self._looks: dict[tuple[str, str], float] = {}

    async def listed(self, counter: str) -> DraftList:
        """Return what waits for a counter, and what became of what was accepted today."""
        book, site = self._post.book, self._site
        waiting = []
        for row in await site.do(book.waiting):
            ticket = await site.do(book.ticket, row)
            if self._is_ours(row, ticket, counter):
                try:
                    told = await self._post.looked_into(row, Parcel.prepared)
                except (UnreadableError, DraftGoneError):
                    continue  # it has just ended: another officer, or its citizen
                waiting.append(self._waiting(row, ticket, told, counter))
        ours = self._services(counter)
        rows = [
            self._accepted(row)
            for row in await site.do(book.accepted_today)
            if row.draft.service in ours or row.draft.counter == counter
        ]
        figures = await self._post.figures()
        return DraftList(
            sent_on=self._post.sent_on,
            waiting=tuple(waiting),
            accepted=tuple(rows),
            unreadable=int(figures["drafts_unreadable_today"]),
        )

    async def opened(self, counter: str, draft: str) -> OpenedDraft:
        """Return a draft as the citizen prepared it."""
        row, ticket = await self._ours(counter, draft)
        await self._noted(row, counter)
        told = await self._post.looked_into(row, Parcel.prepared)
        said = told.declaration
        return OpenedDraft(
            draft=self._waiting(row, ticket, told, counter),
            case=told.case,
            name=said.name,
            birth=said.birth,
            sex=said.sex,
            number=said.number,
            address=said.address,
            phone=said.phone,
            from_card=said.from_card,
            doubts=said.doubts,
            papers=tuple(OpenedPaper(name=one.name, pages=one.pages) for one in told.papers),
            missing=told.missing,
        )

    async def pdf(self, counter: str, draft: str, paper: int) -> bytes:
        """Return a scanned paper, counted from 0."""
        row, _ = await self._ours(counter, draft)
        return await self._looked(row, paper, counter)

    async def page(self, counter: str, draft: str, paper: int, page: int) -> bytes:
        """Return a page, counted from 1, as a JPEG."""
        row, _ = await self._ours(counter, draft)
        pdf = await self._looked(row, paper, counter)
        return await self._post.drawn(page_picture, pdf, page)

    async def face(self, counter: str, draft: str) -> tuple[FacingSheet, str]:
        """Return what the second screen shows of a waiting or accepted draft, and its number.

        Raises DraftGoneError, NotOursError, NotFoundError, UnreadableError, StorageError.
        """
        row = await self._site.do(self._post.book.one, draft)
        if row.state is not DraftState.ACCEPTED or row.ended_at is None:
            row, _ = await self._ours(counter, draft)
            await self._noted(row, counter)
            told = await self._post.looked_into(row, Parcel.prepared)
            names = self._procedure(row, told.procedure_name)
            return sheet_to_check(row.id, names, told), row.ticket
        code = row.local_code or ""
        sheet = sheet_of_accepted(
            row.id,
            self._procedure(row, ""),
            code,
            await self._site.do(self._post.book.official, code),
            row.ended_at,
            by_hand=row.by_hand,
        )
        return sheet, row.ticket

    async def accept(self, counter: str, draft: str, *, by_hand: bool) -> None:
        """Take a draft: it goes to the one-stop system, or `by_hand` nowhere.

        Raises NotByHandError when it does not fit whether there is such a system.
        """
        row, _ = await self._ours(counter, draft)
        if by_hand is self._post.sent_on:
            raise NotByHandError
        content = None
        if not by_hand:
            received_at = self._site.clock.now()

            def look(parcel: Parcel) -> bytes:
                made = self._made(row, parcel)
                return content_of(msgspec.structs.replace(made, received_at=received_at))

            content = await self._post.looked_into(row, look)
        await self._post.accept(draft, counter, content)

    async def drop(self, counter: str, draft: str, reason: DropReason) -> None:
        """Destroy a draft."""
        if reason not in BY_OFFICERS:
            raise errors.NotFoundError("This is no reason of an officer's.")
        await self._ours(counter, draft)
        await self._post.drop(draft, counter, reason)

    def _made(self, row: DraftRow, parcel: Parcel) -> AcceptedDraft:
        told = parcel.prepared()
        said = told.declaration
        return AcceptedDraft(
            local_code=row.local_code or "",
            agency=self._config.agency,
            form=told.procedure,
            owner=said.name,
            submitter=Submitter(
                name=said.name,
                personal_id=said.number,
                born=said.birth,
                phone=said.phone,
                address=said.address,
            ),
            handed_in_at=row.received_at,
            received_at=row.received_at,
            papers=tuple(
                Paper(name=one.name, code=one.code, copy=one.copy, pdf=parcel.pdf(at))
                for at, one in enumerate(told.papers)
            ),
        )

    async def _looked(self, row: DraftRow, paper: int, counter: str) -> bytes:
        if not 0 <= paper < row.papers:
            raise errors.NotFoundError("There is no such paper.")
        await self._noted(row, counter)
        return await self._post.looked_into(row, Parcel.pdf, paper)

    async def _noted(self, row: DraftRow, counter: str) -> None:
        """Keep who looks; the pages that follow an opening are no looks of their own."""
        now = self._site.clock.monotonic()
        self._looks = {look: at for look, at in self._looks.items() if now - at < _ONE_LOOK_S}
        if (row.id, counter) not in self._looks:
            await self._site.change(self._post.book.opened, row.id, counter)
            self._looks[row.id, counter] = now

    async def _ours(self, counter: str, draft: str) -> tuple[DraftRow, Row | None]:
        row = await self._site.do(self._post.book.one_waiting, draft)
        ticket = await self._site.do(self._post.book.ticket, row)
        if not self._is_ours(row, ticket, counter):
            raise errors.NotOursError
        return row, ticket

    def _is_ours(self, row: DraftRow, ticket: Row | None, counter: str) -> bool:
        return (ticket.service if ticket else row.service) in self._services(counter)

    def _services(self, counter: str) -> tuple[str, ...]:
        desk = self._site.config.desk(counter)
        return desk.services if desk else ()

    def _waiting(
        self, row: DraftRow, ticket: Row | None, told: Prepared, counter: str
    ) -> WaitingDraft:
        serves = ticket is not None and ticket.state is TicketState.CALLED
        service = self._site.config.service(ticket.service if ticket else row.service)
        return WaitingDraft(
            id=row.id,
            local_code=row.local_code or "",
            number=ticket.number if ticket else "",
            here=bool(ticket and serves and ticket.counter == counter),
            service_names=service.names if service else {"vi": row.service},
            procedure=row.procedure,
            procedure_names=self._procedure(row, told.procedure_name),
            name=masked_name(told.declaration.name),
            papers=row.papers,
            received_at=row.received_at,
            expires_at=row.expires_at,
        )

    def _accepted(self, row: AcceptedDraftRow) -> AcceptedRow:
        draft, waits = row.draft, row.waits
        return AcceptedRow(
            id=draft.id,
            local_code=draft.local_code or "",
            procedure_names=self._procedure(draft, ""),
            accepted_at=row.ended_at,
            counter=draft.counter,
            by_hand=draft.by_hand,
            code=row.code,
            problem=waits.code if waits else "",
            given_up=bool(waits and waits.given_up),
        )

    def _procedure(self, row: DraftRow, told: str) -> Names:
        known = self._office.catalogue.procedure(row.procedure, row.day)
        return known.names if known else {"vi": told or row.procedure}


def masked_name(name: str) -> str:
    """Return `N***** T** H**` (PRI-1)."""
    return " ".join(word[0] + "*" * (len(word) - 1) for word in name.split())
