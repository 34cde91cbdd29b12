"""Names, topics and messages: what is refused, what is tolerated."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract.clock import SimulatedClock, local_day
from devices.contract.errors import (
    BadIdentityError,
    BadPayloadError,
    BadTopicError,
    DeadlinePassedError,
    MuteError,
)
from devices.contract.identity import BoxId, Part, box_id
from devices.contract.message import (
    MAX_PAYLOAD_BYTES,
    Connection,
    Done,
    LinkState,
    PartStatus,
    decode,
    encode,
    refused,
    reply_type,
)
from devices.contract.topics import Leaf, PartTopics, Topic, Way, all_up, parse
from devices.messages import PrintReceipt, ReceiptPrinted, ShowOnPanel
from devices.runtime.bus import matches


@pytest.mark.parametrize(
    "name", ["", "-a", "a-", "A", "a/b", "a+b", "#", "a" * 65, "٠٤٥", "a\n", "$SYS"]
)
def test_a_box_name_that_would_break_a_topic_is_refused(name: str) -> None:
    with pytest.raises(BadIdentityError, match="box"):
        box_id(name)


def test_every_topic_is_taken_apart_as_it_was_put_together() -> None:
    topics = PartTopics(BoxId("gio-linh-1"), Part("counter"))
    assert parse(topics.ack) == Topic(BoxId("gio-linh-1"), Way.DOWN, Part("counter"), Leaf.ACK)
    assert matches(all_up(Leaf.EVENT), topics.event)
    assert not matches(all_up(Leaf.EVENT), topics.cmd)


@given(st.text(max_size=40))
def test_any_text_is_a_topic_or_a_named_refusal(text: str) -> None:
    with contextlib.suppress(BadTopicError):
        assert str(parse(text)) == text


@pytest.mark.parametrize(
    ("filter_", "topic", "expected"),
    [
        ("a/#", "a", True),
        ("a/#", "a/b/c", True),
        ("a/+", "a/b/c", False),
        ("+/b", "a/b", True),
        ("#", "$SYS/x", False),
        ("a/b", "a/b/c", False),
        ("a/b/c", "a/b", False),
    ],
)
def test_filters_match_as_mqtt_says(filter_: str, topic: str, *, expected: bool) -> None:
    """MQTT 5 §4.7.1 and §4.7.2."""
    assert matches(filter_, topic) is expected


def test_a_message_of_a_newer_schema_is_read_for_what_we_know() -> None:
    newer = b'{"type":"connection","state":"ready","boot":7,"mood":"good","more":[1,{"a":2}]}'
    assert decode(newer, Connection) == Connection(state=LinkState.READY, boot=7)


@pytest.mark.parametrize("payload", [b"", b"\xff\xfe", b"[" * 100_000, b'{"type":"other"}', b"1"])
def test_garbage_is_one_named_error(payload: bytes) -> None:
    with pytest.raises(BadPayloadError):
        decode(payload, PartStatus)


def test_a_payload_above_the_bound_is_refused_unread() -> None:
    with pytest.raises(BadPayloadError, match="allowed"):
        decode(b" " * (MAX_PAYLOAD_BYTES + 1), Done)


def test_a_command_carries_the_type_of_its_reply() -> None:
    assert reply_type(PrintReceipt) is ReceiptPrinted
    assert reply_type(ShowOnPanel) is Done


def test_an_error_crosses_the_wire_with_code_sentence_and_whether_to_try_again() -> None:
    assert encode(refused(MuteError())) == (
        b'{"type":"refused","code":"device.mute","text":"The device does not answer.","retry":true}'
    )
    assert refused(DeadlinePassedError("too late")).text == "too late"


def test_the_day_turns_at_midnight_in_viet_nam() -> None:
    """Domain G-3."""
    clock = SimulatedClock(datetime(2026, 11, 21, 16, 59, 59, tzinfo=UTC))
    assert local_day(clock.now()).isoformat() == "2026-11-21"
    clock.move(timedelta(seconds=1))
    assert local_day(clock.now()).isoformat() == "2026-11-22"
