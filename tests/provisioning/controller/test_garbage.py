"""What boxes tell is not looked at in the search for garbage, however much of it is known."""

import gc
from datetime import timedelta

import msgspec

from devices.contract.identity import BoxId, Part
from provisioning.controller.fleet import PartState, box_state
from tests.provisioning.controller.saying import T0, connection, printer, status


class Looked(msgspec.Struct, frozen=True):
    """One that is looked at."""

    facts: dict[str, float]


def test_what_a_box_tells_and_what_it_means_is_not_looked_at() -> None:
    told = PartState(
        box=BoxId("box-1"),
        part=Part("devices"),
        connection=connection(),
        status=status(1, printer()),
        heard_at=T0,
    )
    part = msgspec.json.decode(msgspec.json.encode(told), type=PartState)
    box = box_state("box-1", [part], T0, timedelta(minutes=1))
    assert part.status
    kept = [part, part.connection, part.status, *part.status.devices]
    meant = [box, *box.parts, *box.devices]
    assert [one for one in (*kept, *meant) if gc.is_tracked(one)] == []
    assert gc.is_tracked(Looked({})), "negative control"
