"""The post room: parcels come in, are opened when an officer looks, and are destroyed."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Concatenate, ParamSpec, TypeVar

import structlog
from msgspec.structs import replace

from devices.contract.errors import BusyError, DeadlinePassedError, MotcuaError
from devices.runtime.worker import Worker
from kiosk.api.drafts import (
    DraftGoneError,
    DraftKey,
    DraftTaken,
    DraftTooLargeError,
    KeyChangedError,
)
from kiosk.counter.drafts.book import DraftBook
from kiosk.counter.drafts.config import DraftsConfig
from kiosk.counter.drafts.rows import DraftRow, DropReason, SentDraft
from kiosk.counter.drafts.shelf import Incoming, Shelf
from kiosk.counter.live import LiveSite
from kiosk.counter.office.office import BackOffice
from kiosk.sealed.hpke import OpeningKey, UnreadableError
from kiosk.sealed.parcel import NoParcelError, Parcel, Sender

P = ParamSpec("P")
T = TypeVar("T")
_AT_ONCE = 4
_CHUNK = 262_144
_LOOKS_EVERY_S = 1.0
_TIDIES_EVERY = 3600
_log = structlog.get_logger()


class PostRoom:
    """The drafts of a site. Files and keys are the worker's; the database is the store's thread's.

    A parcel is on the disk before the database knows of it, and the database has let go of it
    before it is destroyed: what a killed process or a disk that refused leaves is destroyed when
    the next one begins, and each hour.
    """

    def __init__(
        self,
        config: DraftsConfig,
        site: LiveSite,
        office: BackOffice,
        *,
        book: DraftBook,
        shelf: Shelf,
        worker: Worker,
        key: OpeningKey,
    ) -> None:
        self.book = book
        self._config = config
        self._site = site
        self._office = office
        self._shelf = shelf
        self._worker = worker
        self._key = key
        self._coming = 0
        self._arriving: set[str] = set()

    @property
    def sent_on(self) -> bool:
        """Whether what is accepted goes to a one-stop system."""
        return self._office.systems.one_stop is not None and bool(self._config.agency)

    def key(self) -> DraftKey:
        """Return what kiosks seal to."""
        sealing = self._key.sealing
        return DraftKey(
            key_id=sealing.key_id,
            public_key=sealing.raw.hex(),
            keeps_until=self.book.expires_at(self._site.clock.now()),
            most_bytes=self._config.most_mb * 2**20,
            sent_on=self.sent_on,
        )

    async def receive(self, sent: SentDraft, body: AsyncIterator[bytes]) -> DraftTaken:
        """Keep a parcel, and give the citizen's number; the same request is one draft.

        Raises KeyChangedError, DraftTooLargeError, DraftsFullError, DraftGoneError,
        NoParcelError, UnreadableError, DeadlinePassedError, BusyError, StorageError, and what
        `DraftBook.receive` raises; then nothing of it is kept.
        """
        if self._coming >= _AT_ONCE:
            raise BusyError("Too many drafts come at once.")
        self._coming += 1
        try:
            async with asyncio.timeout(self._config.upload_within_s):
                return await self._received(sent, body)
        except TimeoutError:
            raise DeadlinePassedError("The draft came too slowly.") from None
        finally:
            self._coming -= 1

    async def _received(self, sent: SentDraft, body: AsyncIterator[bytes]) -> DraftTaken:
        if known := await self._site.do(self.book.known, sent.kiosk, sent.request):
            await self._poured_out(body)
            return await self._taken(known)
        if sent.key != self._key.sealing.key_id:
            await self._poured_out(body)
            raise KeyChangedError
        await self._site.do(self.book.room)
        draft = uuid.uuid4().hex
        self._arriving.add(draft)
        try:
            incoming = await self._worker.do(self._shelf.new, draft)
            row = await self._put(draft, incoming, sent, body)
        finally:
            self._arriving.discard(draft)
        return await self._taken(row)

    async def _put(
        self, draft: str, incoming: Incoming, sent: SentDraft, body: AsyncIterator[bytes]
    ) -> DraftRow:
        kept = False
        try:
            async for chunk in _gathered(body):
                await self._worker.do(incoming.write, chunk)
            papers = await self._worker.do(self._checked, incoming, sent)
            sent = replace(sent, papers=papers)
            await self._worker.do(incoming.keep)
            row = await self._site.change(self.book.receive, draft, sent)
            kept = row.id == draft
        finally:
            if not kept:
                await asyncio.shield(self._let_go(draft, incoming))
        return row

    async def _let_go(self, draft: str, incoming: Incoming) -> None:
        """Destroy a parcel, unless whoever sent it left after the database had taken it."""
        if not await self._site.do(self.book.has, draft):
            await self._worker.do(incoming.destroy)

    def _checked(self, incoming: Incoming, sent: SentDraft) -> int:
        sender = Sender(kiosk=sent.kiosk, request=sent.request)
        told = Parcel(incoming.file, self._key, sender).check()
        if told.procedure != sent.procedure:
            raise NoParcelError("The parcel is for another procedure than was said.")
        return len(told.papers)

    async def withdraw(self, kiosk: str, request: str) -> None:
        """End a citizen's own draft, here or still on its way; raises StorageError."""
        draft = await self._site.change(self.book.withdraw, kiosk, request)
        await self._worker.do(self._shelf.destroy, draft)

    async def looked_into(
        self, row: DraftRow, look: Callable[Concatenate[Parcel, P], T], *a: P.args, **k: P.kwargs
    ) -> T:
        """Return what a look into a waiting draft gives.

        Raises DraftGoneError when it has ended, and StorageError. One that cannot be opened, or
        whose parcel is not there, is dropped and counted (UnreadableError).
        """

        def looked() -> T:
            with self._shelf.open(row.id) as file:
                sender = Sender(kiosk=row.kiosk, request=row.request)
                return look(Parcel(file, self._key, sender), *a, **k)

        try:
            return await self._worker.do(looked)
        except (UnreadableError, NoParcelError, DraftGoneError) as error:
            await self.drop(row.id, "", DropReason.UNREADABLE)
            _log.error("draft.unreadable", draft=row.local_code, code=error.code)
            raise UnreadableError from error

    async def drawn(self, draw: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what is drawn on the worker's thread."""
        return await self._worker.do(draw, *args, **kwargs)

    async def accept(self, draft: str, counter: str, content: bytes | None) -> None:
        """End a draft as accepted, and destroy the parcel; its content waits in the outbox."""
        await self._site.change(self.book.accept, draft, counter, content)
        self._office.nudge()
        await self._worker.do(self._shelf.destroy, draft)

    async def drop(self, draft: str, counter: str, reason: DropReason) -> None:
        """End a draft, and destroy the parcel."""
        await self._site.change(self.book.drop, draft, counter, reason)
        await self._worker.do(self._shelf.destroy, draft)

    async def begin(self) -> None:
        """Destroy what a killed process left, and what this key does not open."""
        try:
            await self._site.do(self.book.expire)
            lost = await self._site.do(self.book.drop_unreadable, self._key.sealing.key_id)
            await self._sweep()
        except MotcuaError as error:
            _log.error("drafts.not_tidied", code=error.code)
        else:
            if lost:
                _log.warning("drafts.unreadable", count=lost)

    async def _sweep(self) -> None:
        """Destroy the parcels that nobody waits for; one that is just coming is left alone."""
        there = await self._worker.do(self._shelf.names)
        arriving = frozenset(self._arriving)  # before the database is asked: it may be in it soon
        waiting = {row.id for row in await self._site.do(self.book.waiting)}
        for name in there - arriving - waiting:
            await self._worker.do(self._shelf.destroy, name)

    async def keep(self) -> None:
        """Destroy drafts whose time is over, for ever."""
        rounds = 0
        while True:
            if rounds % _TIDIES_EVERY == 0:
                await self._site.do(self.book.forget, self._site.config.keep_days)
                await self._sweep()
            rounds += 1
            for draft in await self._site.do(self.book.expire):
                await self._worker.do(self._shelf.destroy, draft)
            await asyncio.sleep(_LOOKS_EVERY_S)

    async def figures(self) -> dict[str, float]:
        """Return the counts for the part's status."""
        return await self._site.do(self.book.figures)

    async def _taken(self, row: DraftRow) -> DraftTaken:
        ticket = await self._site.do(self._site.store.known, row.ticket)
        return DraftTaken(
            local_code=row.local_code or "",
            ticket=(await self._site.view()).ticket(ticket),
            joined=row.joined,
            expires_at=row.expires_at,
            sent_on=self.sent_on,
        )

    async def _poured_out(self, body: AsyncIterator[bytes]) -> None:
        """Read what is not wanted to its end, so that the kiosk hears why."""
        left = self._config.most_mb * 2**20
        async for chunk in body:
            left -= len(chunk)
            if left < 0:
                raise DraftTooLargeError


async def _gathered(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the body in pieces worth a trip to the disk."""
    held = bytearray()
    async for chunk in body:
        held += chunk
        if len(held) >= _CHUNK:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)
