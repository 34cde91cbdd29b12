"""What workers tell the controller: every box once, the counts once, however many boxes."""

from devices.contract.message import MAX_PAYLOAD_BYTES
from provisioning.controller.ingest import Outcome
from provisioning.controller.keeping import Kept
from provisioning.controller.stored import EventsStored, packets, signals


def test_a_province_of_boxes_fits_its_signals_and_is_counted_once() -> None:
    boxes = frozenset(f"box-{number:064}" for number in range(1_700))
    outcome = Outcome((), Kept({}, stored=9, lost=2, boxes=boxes), 3)
    told = list(signals(outcome))
    assert sorted(box for one in told for box in one.boxes) == sorted(boxes)
    assert (sum(one.stored for one in told), sum(one.lost for one in told)) == (9, 2)
    sent = list(packets("province", outcome))
    assert {packet.topic for packet in sent} == {"mc1/province/in/ingest/signal"}
    assert max(len(packet.payload) for packet in sent) < MAX_PAYLOAD_BYTES


def test_a_batch_without_news_is_one_small_signal() -> None:
    assert list(signals(Outcome((), Kept({}), 0))) == [EventsStored()]
