"""The province's systems of one site, as its counter server's configuration names them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from devices.contract.clock import Clock
from devices.contract.config import Config
from devices.contract.errors import BadPayloadError
from devices.runtime.backoff import Waits
from kiosk.api.bookings import CheckIn
from kiosk.api.payments import AskFee
from kiosk.backoffice.booking import BookingClient, Bookings
from kiosk.backoffice.config import LinkConfig
from kiosk.backoffice.http import HttpEdge, Reason
from kiosk.backoffice.oauth import TokenSource
from kiosk.backoffice.one_stop import AcceptedDraft, OneStop, OneStopClient, OneStopConfig
from kiosk.backoffice.open311 import FeedbackSystem, NewFeedback, Open311Client, Open311Config
from kiosk.backoffice.open311_reading import reason
from kiosk.backoffice.outbox import Item
from kiosk.backoffice.outbox_sender import Carry
from kiosk.backoffice.payment import PaymentClient, Payments

T = TypeVar("T")
DOSSIER, FEEDBACK, FEE, CHECK_IN = "dossier", "feedback", "fee", "check_in"
"""Kinds of what waits in the outbox."""


class BackOfficeConfig(Config, frozen=True, kw_only=True):
    """Which systems there are; what is not there is not offered."""

    one_stop: OneStopConfig | None = None
    open311: Open311Config | None = None
    payment: LinkConfig | None = None
    booking: LinkConfig | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The systems that there are, as named here."""
        return tuple(name for name in self.__struct_fields__ if getattr(self, name) is not None)


class TellCheckIn(msgspec.Struct, frozen=True, kw_only=True):
    """That the citizen of an appointment has come, for the booking system."""

    code: str
    told: CheckIn


class Systems(msgspec.Struct, frozen=True, kw_only=True):
    """The systems, ready to be asked; None is one that the site has not."""

    one_stop: OneStop | None = None
    feedback: FeedbackSystem | None = None
    payments: Payments | None = None
    bookings: Bookings | None = None

    def carriers(self) -> dict[str, Carry]:
        """Return who brings what waits in an outbox to its system."""
        found: dict[str, Carry] = {}
        if self.one_stop:
            found[DOSSIER] = _carry(AcceptedDraft, self.one_stop.hand_in)
        if self.feedback:
            found[FEEDBACK] = _carry(NewFeedback, self._tell(self.feedback))
        if self.payments:
            found[FEE] = _carry(AskFee, self._ask(self.payments))
        if self.bookings:
            found[CHECK_IN] = _carry(TellCheckIn, self._check_in(self.bookings))
        return found

    def _tell(self, system: FeedbackSystem) -> Callable[[NewFeedback, str], Awaitable[str]]:
        async def tell(new: NewFeedback, key: str) -> str:
            taken = await system.tell(new, key)
            return taken.code or f"token:{taken.token}"

        return tell

    def _check_in(self, system: Bookings) -> Callable[[TellCheckIn, str], Awaitable[str]]:
        async def check_in(come: TellCheckIn, key: str) -> str:
            return (await system.check_in(come.code, come.told, key)).code

        return check_in

    def _ask(self, system: Payments) -> Callable[[AskFee, str], Awaitable[str]]:
        async def ask(fee: AskFee, key: str) -> str:
            return (await system.ask(fee, key)).reference

        return ask


def content_of(value: AcceptedDraft | NewFeedback | AskFee | TellCheckIn) -> bytes:
    """Return what an outbox keeps of it."""
    return msgspec.msgpack.encode(value)


@asynccontextmanager
async def opened(
    config: BackOfficeConfig, clock: Clock, *, waits: Waits | None = None
) -> AsyncIterator[Systems]:
    """Make the clients, and end their connections at the end; raises BadConfigError at once.

    `waits` are those between the tries of one call.
    """
    async with AsyncExitStack() as stack:

        async def edge_to(link: LinkConfig, read: Reason | None = None) -> HttpEdge:
            tokens = None
            if link.oauth:
                tokens = await stack.enter_async_context(TokenSource(link.oauth, link, clock))
            return await stack.enter_async_context(
                HttpEdge(link, tokens=tokens, waits=waits, reason=read)
            )

        one_stop, open311 = config.one_stop, config.open311
        found = Systems()
        if one_stop:
            client = OneStopClient(await edge_to(one_stop.link), one_stop.times)
            found = replace(found, one_stop=client)
        if open311:
            asker = Open311Client(await edge_to(open311.link, reason), open311)
            found = replace(found, feedback=asker)
        if config.payment:
            found = replace(found, payments=PaymentClient(await edge_to(config.payment)))
        if config.booking:
            found = replace(found, bookings=BookingClient(await edge_to(config.booking)))
        yield found


def _carry(kind: type[T], bring: Callable[[T, str], Awaitable[str]]) -> Carry:
    async def carry(item: Item) -> str:
        try:
            content = msgspec.msgpack.decode(item.content, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadPayloadError("What waits is of another version of this software.") from error
        return await bring(content, item.id)

    return carry
