"""This room's part of a box's page: what can be asked of it, and what was."""

from collections.abc import Sequence

import msgspec

from devices.board.messages import BoardLog
from provisioning.commands import BoxTested, DeviceOutcome, Diagnosis, Severity
from provisioning.controller.access import person_of
from provisioning.controller.answers import AnyRequest, language_of
from provisioning.controller.pages import Pages
from provisioning.controller.remote.records import OrderRecord, State
from provisioning.controller.rights import Right
from provisioning.controller.rooms import Rooms

SHOWN = 12
_LOOKS = {
    State.QUEUED: "sleeping",
    State.IN_PROGRESS: "info",
    State.SUCCEEDED: "ready",
    State.FAILED: "fault",
    State.TIMED_OUT: "lost",
    State.REJECTED: "warning",
    State.CANCELED: "sleeping",
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An order as the page shows it. `size_bytes` is its file's, 0 when there is none."""

    record: OrderRecord
    look: str
    size_bytes: int = 0
    picture: bool = False
    recording: bool = False
    devices: Sequence[DeviceOutcome] = ()
    network: Diagnosis | None = None
    board_log: str = ""


async def panel(rooms: Rooms, pages: Pages, request: AnyRequest, box: str) -> str:
    """Return the part of a box's page, as far as the person's rights go there."""
    person, language = person_of(request), language_of(request)
    remote, path = rooms.remote, rooms.overview.path(box)
    ledger = remote.orders.ledger
    records = await rooms.queries.do(ledger.of_box, box, limit=SHOWN)
    sizes = await rooms.queries.do(remote.uploads.sizes, [one.name for one in records])
    state = rooms.overview.judged(box)
    return pages.draw(
        "remote_box.html",
        language,
        rooms.clock.now(),
        person=person,
        box=box,
        lines=[line_of(one, sizes.get(one.name, 0)) for one in records],
        here=str(remote.orders.here(box)),
        part_names=sorted(part.part for part in state.parts if part.part != "bridge"),
        severities=tuple(Severity),
        may_operate=person.may(Right.OPERATE, path),
        may_provision=person.may(Right.PROVISION, path),
    )


def line_of(record: OrderRecord, size_bytes: int = 0) -> Line:
    """Return an order as a page shows it."""
    answer = record.answer
    return Line(
        record=record,
        look=_LOOKS[record.state],
        size_bytes=size_bytes,
        picture=record.kind.endswith("screenshot"),
        recording=record.kind.endswith("open_shell") and record.state is State.SUCCEEDED,
        devices=answer.devices if isinstance(answer, BoxTested) else (),
        network=answer if isinstance(answer, Diagnosis) else None,
        board_log=answer.text if isinstance(answer, BoardLog) else "",
    )
