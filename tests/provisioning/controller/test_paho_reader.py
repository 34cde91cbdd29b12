"""The reader on paho: messages whole however they were cut, and PUBACK when it is told to."""

import struct
from collections.abc import Iterator
from importlib.metadata import version

import pytest

from devices.contract.errors import LineDownError
from devices.runtime.settings import BusConfig
from provisioning.controller.intake import Arrived
from provisioning.controller.paho_reader import PahoReader
from tests.provisioning.controller.scripted_broker import ScriptedBroker, publish

EXPIRY = b"\x02\x00\x00\x00\x3c"  # message expiry interval, one minute (MQTT 5 §3.3.2.3.3)
USER = b"\x26\x00\x01a\x00\x01b"  # a user property
TOPIC = "mc1/box-1/up/counter/event"
MOST = 100

SAID = (
    publish(TOPIC.encode(), b'{"seq":1}', number=1),
    publish(TOPIC.encode(), b"", number=2),
    publish("mc1/xã-1/up/counter/event".encode(), b"x" * 200, number=0x1234),
    publish(TOPIC.encode(), b"retained", number=0xFFFF, retained=True),
    publish(TOPIC.encode(), b"with properties", number=3, properties=EXPIRY + USER),
    publish(TOPIC.encode(), b"of QoS 0"),
    publish(b"mc1/\xff", b"no topic", number=4),
    publish(TOPIC.encode(), b"y" * 20_000, number=5),
    publish(TOPIC.encode(), b"last", number=6),
)
MEANT = (
    Arrived(TOPIC, b'{"seq":1}', receipt=1),
    Arrived(TOPIC, b"", receipt=2),
    Arrived("mc1/xã-1/up/counter/event", b"x" * 200, receipt=0x1234),
    Arrived(TOPIC, b"retained", retained=True, receipt=0xFFFF),
    Arrived(TOPIC, b"with properties", receipt=3),
    Arrived(TOPIC, b"of QoS 0"),
    Arrived("", b"no topic", receipt=4),
    Arrived(TOPIC, b"y" * 20_000, receipt=5),
    Arrived(TOPIC, b"last", receipt=6),
)


@pytest.fixture
def broker() -> Iterator[ScriptedBroker]:
    with ScriptedBroker() as scripted:
        yield scripted


@pytest.fixture
def reader(broker: ScriptedBroker) -> Iterator[PahoReader]:
    opened = PahoReader(BusConfig(port=broker.port), "test-ingest", most=MOST, linger_s=0.01)
    opened.open(["mc1/#"])
    yield opened
    opened.close()


def read(reader: PahoReader, messages: int) -> list[Arrived]:
    """Read on until there are so many, or a silence."""
    found: list[Arrived] = []
    while len(found) < messages and (some := reader.read()):
        found += some
    return found


@pytest.mark.parametrize("piece", [1, 2, 3, 5, 64, 1_000, 1 << 20])
def test_messages_arrive_whole_however_the_line_cuts_them(
    broker: ScriptedBroker, reader: PahoReader, piece: int
) -> None:
    with broker.saying(b"".join(SAID), piece=piece):
        assert read(reader, len(SAID)) == list(MEANT)
    assert reader.read() == []


def test_what_came_with_a_full_batch_is_read_though_the_line_is_silent(
    broker: ScriptedBroker, reader: PahoReader
) -> None:
    numbers = range(1, 5 * MOST + 1)
    broker.say(b"".join(publish(TOPIC.encode(), b"{}", number=number) for number in numbers))
    batches = []
    while some := reader.read():
        batches.append([one.receipt for one in some])
    assert [number for batch in batches for number in batch] == list(numbers)
    assert len(batches) > 1, "a batch has a bound"


def test_a_message_is_acknowledged_when_it_is_told_and_not_before(
    broker: ScriptedBroker, reader: PahoReader
) -> None:
    broker.say(b"".join(SAID))
    arrived = read(reader, len(SAID))
    assert broker.hears(1) == b""
    reader.acknowledge(arrived[:4])
    assert broker.hears(100) == pubacks(1, 2, 0x1234, 0xFFFF)
    reader.acknowledge(arrived[4:])
    assert broker.hears(100) == pubacks(3, 4, 5, 6), "QoS 0 has none"


def test_acknowledging_what_needs_none_sends_nothing(
    broker: ScriptedBroker, reader: PahoReader
) -> None:
    reader.acknowledge([Arrived(TOPIC, b"of QoS 0")])
    reader.acknowledge([Arrived(TOPIC, b"", receipt=9)])
    assert broker.hears(100) == pubacks(9)


@pytest.mark.parametrize(
    "spoken",
    [
        b"\x32\x01\x00",  # shorter than the length of its topic
        b"\x32\x04\x00\x09ab",  # a topic longer than the packet
        b"\x32\x06\x00\x02ab\x00\x01",  # without the length of its properties
        b"\x32\x07\x00\x02ab\x00\x01\x05",  # properties longer than the packet
        b"\x36\x07\x00\x02ab\x00\x01\x00",  # QoS 3
    ],
    ids=["short", "topic", "no properties", "properties", "qos"],
)
def test_a_malformed_message_ends_the_line(
    broker: ScriptedBroker, reader: PahoReader, spoken: bytes
) -> None:
    broker.say(spoken)
    with pytest.raises(LineDownError):
        read(reader, 1)


def test_a_line_that_ends_in_the_middle_of_a_message_is_down(
    broker: ScriptedBroker, reader: PahoReader
) -> None:
    broker.say(SAID[0][:-1])
    broker.hang_up()
    with pytest.raises(LineDownError):
        read(reader, 1)


def test_the_reader_knows_this_paho_from_inside() -> None:
    """It replaces three of paho's own functions: read them again, then move this and the pin."""
    assert version("paho-mqtt") == "2.2.0"


def pubacks(*numbers: int) -> bytes:
    """Return what tells the broker that they are dealt with (MQTT 5 §3.4)."""
    return b"".join(struct.pack("!BBH", 0x40, 2, number) for number in numbers)
