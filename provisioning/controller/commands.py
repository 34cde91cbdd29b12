"""Commands from the province to a box: one question, one answer, both written down.

QoS 0 with a deadline: the reply is the acknowledgement (through a bridge QoS 1 costs 44 ms, QoS 0
less than 1).
"""

from devices.contract.clock import Clock
from devices.contract.errors import LineDownError, MotcuaError
from devices.contract.identity import DEVICES, BoxId
from devices.contract.message import RefusedError, encode, tag_of
from devices.contract.topics import PartTopics
from devices.messages import DeviceTested, Kind, TestDevice
from devices.runtime.bus import Bus
from devices.runtime.requests import asking
from devices.runtime.worker import Worker
from provisioning.controller.store import Asked, Store

TEST_WITHIN_S = 15.0
_LONGEST_CODE = 64
_LONGEST_TEXT = 500


class Commands:
    """Asks boxes, and keeps the record of what was asked by whom and what came of it."""

    def __init__(self, bus: Bus, store: Store, worker: Worker, clock: Clock) -> None:
        self._bus = bus
        self._store = store
        self._worker = worker
        self._clock = clock

    async def test_device(self, box: BoxId, device: Kind, actor: str) -> DeviceTested:
        """Have a device of a box exercised, and return what it really did.

        Raises RefusedError with the box's reason, DeadlinePassedError, LineDownError.
        """
        if not self._bus.connected:
            raise LineDownError
        command = TestDevice(device=device)
        record = await self._worker.do(
            self._store.asked,
            Asked(
                at=self._clock.now(),
                actor=actor,
                box=box,
                part=DEVICES,
                command=tag_of(TestDevice),
                body=encode(command),
            ),
        )
        topics = PartTopics(box, DEVICES)
        try:
            async with asking(self._bus, topics.province_reply, actor) as ask:
                tested = await ask(topics.province_cmd, command, within_s=TEST_WITHIN_S)
        except MotcuaError as error:
            code = error.refused.code if isinstance(error, RefusedError) else error.code
            await self._write_down(record, code, error.sentence)
            raise
        outcome = "done" if tested.result.passed else "failed"
        await self._write_down(record, outcome, tested.result.text)
        return tested

    async def _write_down(self, record: int, outcome: str, text: str) -> None:
        """Keep what a box said of it, within bounds: the record is for ever."""
        said = text.replace("\0", "")[:_LONGEST_TEXT]
        await self._worker.do(self._store.answered, record, outcome[:_LONGEST_CODE], said)
