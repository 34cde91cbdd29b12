"""What workers in processes of their own tell the controller: whose events they have stored."""

from collections.abc import Callable, Iterator

from devices.contract.errors import BadPayloadError
from devices.contract.identity import BoxId, Part
from devices.contract.message import Signal, decode, encode
from devices.contract.topics import PartTopics
from devices.runtime.bus import Bus, Packet
from provisioning.controller.ingest import Outcome
from provisioning.controller.keeping import Kept

INGEST = Part("ingest")
_MOST_BOXES = 500  # a signal has a size


class EventsStored(Signal, frozen=True, kw_only=True, tag="ingest.stored"):
    """What became of a batch of events, and the boxes whose tickets it may have changed."""

    boxes: tuple[str, ...] = ()
    stored: int = 0
    duplicates: int = 0
    gaps: int = 0
    lost: int = 0
    unknown: int = 0
    garbage: int = 0


def signals(outcome: Outcome) -> Iterator[EventsStored]:
    """Yield what tells the controller of a batch; the first bears the counts."""
    kept = outcome.kept
    boxes = sorted(kept.boxes)
    yield EventsStored(
        boxes=tuple(boxes[:_MOST_BOXES]),
        stored=kept.stored,
        duplicates=kept.duplicates,
        gaps=kept.gaps,
        lost=kept.lost,
        unknown=kept.unknown,
        garbage=outcome.garbage,
    )
    for at in range(_MOST_BOXES, len(boxes), _MOST_BOXES):
        yield EventsStored(boxes=tuple(boxes[at : at + _MOST_BOXES]))


def packets(province: str, outcome: Outcome) -> Iterator[Packet]:
    """Yield the same as they travel."""
    topic = PartTopics(BoxId(province), INGEST).signal
    for signal in signals(outcome):
        yield Packet(topic=topic, payload=encode(signal), qos=1)


async def hear(bus: Bus, province: str, tell: Callable[[Outcome], None]) -> None:
    """Tell what workers have stored, for ever."""
    async with bus.listen(PartTopics(BoxId(province), INGEST).signal, limit=1_024) as inbox:
        async for packet in inbox:
            try:
                told = decode(packet.payload, EventsStored)
            except BadPayloadError:
                continue  # of a newer worker
            kept = Kept(
                marks={},
                stored=told.stored,
                duplicates=told.duplicates,
                gaps=told.gaps,
                lost=told.lost,
                unknown=told.unknown,
                boxes=frozenset(told.boxes),
            )
            tell(Outcome((), kept, told.garbage))
