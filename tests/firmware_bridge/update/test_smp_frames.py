"""SMP among a console's lines: whole messages are found, damaged ones counted."""

import random
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smp import packet

from firmware_bridge.update.smp_frames import LINE_BYTES, ROOM_BYTES, Frames, encoded

MESSAGE = bytes(range(256)) * 3


@given(st.binary(max_size=2_000))
def test_a_message_is_framed_as_smp_itself_does_it(message: bytes) -> None:
    lines = encoded(message)
    assert lines == b"".join(packet.encode(message, LINE_BYTES))
    assert Frames().feed(lines) == [message]


def test_the_shortest_room_is_one_line() -> None:
    assert encoded(bytes(ROOM_BYTES)).count(b"\n") == 1
    assert encoded(bytes(ROOM_BYTES + 1)).count(b"\n") == 2


@given(st.lists(st.binary(max_size=300), max_size=5), st.data())
def test_it_does_not_matter_where_reads_begin_and_end(
    messages: list[bytes], data: st.DataObject
) -> None:
    rest, found, frames = b"".join(map(encoded, messages)), [], Frames()
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        found += frames.feed(rest[:size])
        rest = rest[size:]
    assert found == messages
    assert frames.damaged == 0


def test_lines_for_people_may_stand_between_and_before() -> None:
    lines = encoded(MESSAGE).splitlines(keepends=True)
    frames = Frames()
    said = b"*** Booting ***\r\n[00:01] \x1b[0m<inf> " + b"<wrn> hot\r\n".join(lines)
    assert frames.feed(said + b"uart:~$ ") == [MESSAGE]
    assert frames.damaged == 0


@pytest.mark.parametrize("place", [0, 1, 2, 50, 127, 128, 129, 130, 700])
@pytest.mark.parametrize("noise", ["flipped", "lost", "doubled"])
def test_a_damaged_message_is_not_taken_and_the_next_one_is(place: int, noise: str) -> None:
    lines = bytearray(encoded(MESSAGE))
    if noise == "flipped":
        lines[place] ^= 0x20
    elif noise == "lost":
        del lines[place]
    else:
        lines.insert(place, lines[place])
    frames = Frames()
    found = frames.feed(bytes(lines)) + frames.feed(encoded(b"next"))
    assert found in ([b"next"], [MESSAGE, b"next"])  # a doubled 06 changes nothing
    if found == [b"next"] and place not in (0, 1):  # else nobody saw it begin
        assert frames.damaged == 1


def test_any_bytes_are_borne_in_bounded_memory() -> None:
    noise, frames = random.Random(5), Frames()
    for _ in range(300):
        data = noise.randbytes(1000)
        frames.feed(data + b"\n\x06\x09" + data.hex().encode() if noise.random() < 0.5 else data)
    for _ in range(100):
        frames.feed(b"\x04\x14" + b"AAAA" * 31 + b"\n")  # a message without end
        frames.feed(b"A" * 1000)  # a line without end
    assert frames.feed(b"\n" + encoded(MESSAGE)) == [MESSAGE]


@pytest.mark.parametrize("size", [b"\xff\xff", b"\x00\x00", b"\x00\x01"])
def test_a_length_that_cannot_be_is_damage(size: bytes) -> None:
    frames = Frames()
    assert frames.feed(b"\x06\x09" + b64encode(size + b"xyz") + b"\n") == []
    assert frames.feed(encoded(b"next")) == [b"next"]
    assert frames.damaged == 1
