"""An order to a box as it stands on record, and what its reply means. Pure."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from devices.board.messages import BoardUpdated
from devices.contract.errors import BadPayloadError
from devices.contract.message import Message, Refused, RefusedError, decode, reply_type
from devices.device import SelfTest
from devices.messages import DeviceTested, Kind, ReceiptPrinted
from provisioning.commands import (
    AnyOrder,
    BoxIdentified,
    BoxTested,
    Diagnosis,
    FileSent,
    Order,
)

MOST_TEXT = 2000
MOST_CODE = 64


class State(StrEnum):
    """How far an order is (the words of AWS IoT jobs)."""

    QUEUED = "queued"  # the box is away; it is sent when it comes back
    IN_PROGRESS = "in_progress"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMED_OUT = "timed_out"  # nothing was heard of it; a reply that comes all the same counts
    REJECTED = "rejected"  # the box did not begin it
    CANCELED = "canceled"


OPEN = (State.QUEUED, State.IN_PROGRESS)
_NOT_BEGUN = frozenset(
    {
        "busy",
        "box.away",
        "command.unknown",
        "command.not_allowed",
        "order.expired",
        "part.none",
        "payload.bad",
        "shell.not_allowed",
        "shell.user",
    }
)


class OrderRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An order. `id` counts them; `name` is the order's own, on the bus and at the gate.

    It is begun until `not_after`, and answered until `due_at`. `keeps` says that it waits for a box
    that is away.
    """

    id: int = 0
    name: str
    box: str
    kind: str
    body: bytes
    actor: str
    reason: str = ""
    keeps: bool = False
    state: State = State.QUEUED
    code: str = ""
    text: str = ""
    reply: bytes = b""
    asked_at: datetime
    not_after: datetime
    due_at: datetime
    ended_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it has not ended."""
        return self.state in OPEN

    @property
    def order(self) -> Order[Any]:
        """The order itself; raises BadPayloadError when it is of a newer schema."""
        return decode(self.body, AnyOrder)  # type: ignore[arg-type]  # a union is a kind, too

    @property
    def answer(self) -> Message | None:
        """What the box replied, if it did, and it is known here."""
        if not self.reply:
            return None
        try:
            kind: Any = reply_type(type(self.order)) | Refused
            return decode(self.reply, kind)  # type: ignore[no-any-return]  # a union made here
        except BadPayloadError:
            return None


def ended(record: OrderRecord, payload: bytes, now: datetime) -> OrderRecord:
    """Return the record with what the reply makes of it."""
    state, code, text = _meaning(msgspec.structs.replace(record, reply=payload).answer)
    return msgspec.structs.replace(
        record, state=state, code=code, text=text, reply=payload, ended_at=now
    )


def device_tested(record: OrderRecord) -> DeviceTested:
    """Return what the one device that was to be tested really did.

    Raises RefusedError with the reason why it did nothing: the device's, the box's or ours.
    """
    match record.answer:
        case BoxTested(devices=(one,)) if not one.code:
            return DeviceTested(
                device=Kind(one.device), result=SelfTest(passed=one.passed, text=one.text)
            )
        case BoxTested(devices=(one,)):
            raise RefusedError(Refused(code=one.code, text=one.text))
        case Refused() as reason:
            raise RefusedError(reason)
        case _:
            raise RefusedError(Refused(code=record.code or "reply.unknown", text=record.text))


def given_up(record: OrderRecord, state: State, code: str, now: datetime) -> OrderRecord:
    """Return the record of an order that ended without a reply."""
    return msgspec.structs.replace(record, state=state, code=code, ended_at=now)


def _meaning(reply: Message | None) -> tuple[State, str, str]:
    text = ""
    match reply:
        case None:
            return State.FAILED, "reply.unknown", ""
        case Refused(code=code, text=text):
            state = State.REJECTED if code in _NOT_BEGUN else State.FAILED
            return state, code[:MOST_CODE], _plain(text)
        case BoxTested(devices=devices) if not reply.passed:
            failed = [f"{one.device}: {one.text}" for one in devices if not one.passed]
            return State.FAILED, "test.failed", _plain("; ".join(failed))
        case BoxTested(devices=devices):
            text = "; ".join(f"{one.device}: {one.text}" for one in devices)
        case BoxIdentified(shown_by=shown):
            text = ", ".join(shown)
        case FileSent(note=note):
            text = note
        case ReceiptPrinted(job=job):
            text = job
        case BoardUpdated(version=version):
            text = version
        case Diagnosis(gate=gate, broker=broker):
            wrong = [f"{one.target}: {one.text}" for one in (broker, gate) if one.text]
            return (State.SUCCEEDED, "network.poor" if wrong else "", _plain("; ".join(wrong)))
        case _:
            text = ""
    return State.SUCCEEDED, "", _plain(text)


def _plain(text: str) -> str:
    """Return a box's words within bounds: the record is kept for long."""
    return text.replace("\0", "")[:MOST_TEXT]
