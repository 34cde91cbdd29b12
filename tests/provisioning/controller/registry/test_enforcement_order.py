"""A box is put off only once the list that names it has been read: else it comes back at once."""

from pathlib import Path

from devices.contract.clock import SimulatedClock
from provisioning.controller.database import Database
from provisioning.controller.registry.records import Expected
from provisioning.controller.registry.registrar import Registrar
from provisioning.pki.revocation import LIST_FILE
from tests.provisioning.controller.registry.somewhere import NOON, SERIAL, registrar_in, request

BOX = "gio-linh-1"


class BusyBroker:
    """Retires a box while it reads the list before; notes which list it had read at each kick."""

    def __init__(self) -> None:
        self.room: Registrar | None = None
        self.lists_at_kick: list[bytes] = []
        self.reading = b""

    async def read_revocations(self) -> None:
        assert self.room
        self.reading = (self.room.authority.directory / LIST_FILE).read_bytes()
        if not self.room.registry.cut_off():
            self.room.registry.retire(BOX, "x")

    async def kick(self, box: str) -> None:
        assert box == BOX
        self.lists_at_kick.append(self.reading)


async def test_a_box_retired_while_the_list_is_read_is_put_off_after_the_next(
    tmp_path: Path, database: Database
) -> None:
    broker = BusyBroker()
    clock = SimulatedClock(NOON)
    async with registrar_in(tmp_path, database, clock=clock, broker=broker) as room:
        broker.room = room
        (claimed,) = room.registry.preauthorise([Expected(serial=SERIAL, box=BOX)], "x")
        room.enrolment.enrol(SERIAL, claimed.claim, request(SERIAL), "10.0.0.9")
        await room.enforcement.put_in_force()
        assert broker.lists_at_kick == []
        before = broker.reading
        await room.enforcement.put_in_force()
        assert len(broker.lists_at_kick) == 1
        assert broker.lists_at_kick[0] != before
