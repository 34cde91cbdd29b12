"""Frames on the wire: those of the standard's own examples, and what is found among noise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.framer import FramerRTU

from devices.rs485.frames import (
    Read,
    RefusedByUnitError,
    Request,
    Table,
    Values,
    WriteCoil,
    WriteCoils,
    WriteRegister,
    WriteRegisters,
    found_reply,
    frame_of,
    reply_bytes,
)

UNIT = 17
COILS = (True, False, True, True, False, False, True, True, True, False)


def bits(text: str) -> Values:
    return tuple(map(int, text))


EXAMPLES: list[tuple[Request, str, str, Values]] = [  # Modbus Application Protocol V1.1b3 §6
    (Read(Table.COIL, 19, 19), "0100130013", "0103CD6B05", bits("1011001111010110101")),
    (Read(Table.DISCRETE, 196, 22), "0200C40016", "0203ACDB35", bits("0011010111011011101011")),
    (Read(Table.HOLDING, 107, 3), "03006B0003", "0306022B00000064", (555, 0, 100)),
    (Read(Table.INPUT, 8, 1), "0400080001", "0402000A", (10,)),
    (WriteCoil(172, on=True), "0500ACFF00", "0500ACFF00", ()),
    (WriteRegister(1, 3), "0600010003", "0600010003", ()),
    (WriteCoils(19, COILS), "0F0013000A02CD01", "0F0013000A", ()),
    (WriteRegisters(1, (10, 258)), "100001000204000A0102", "1000010002", ()),
]


def whole(unit: int, pdu: str) -> bytes:
    body = bytes((unit,)) + bytes.fromhex(pdu)
    return body + FramerRTU.compute_CRC(body).to_bytes(2, "big")


@pytest.mark.parametrize(("request_", "asked", "answer", "values"), EXAMPLES)
def test_the_standards_own_examples(
    request_: Request, asked: str, answer: str, values: Values
) -> None:
    assert frame_of(request_, UNIT) == whole(UNIT, asked)
    reply = whole(UNIT, answer)
    assert reply_bytes(request_) == len(reply)
    assert found_reply(reply, request_, UNIT) == values
    for cut in range(len(reply)):
        assert found_reply(reply[:cut], request_, UNIT) is None, "it is not whole yet"


def test_a_reply_is_found_behind_a_stray_byte_and_behind_another_units_late_one() -> None:
    request, answer = Read(Table.INPUT, 0, 2), "040400070009"
    for before in (b"\x00", b"\xff\x00", b"\x11\x04", whole(3, answer), whole(3, answer)[2:]):
        assert found_reply(before + whole(UNIT, answer), request, UNIT) == (7, 9)


def test_what_is_no_answer_to_the_question_is_none() -> None:
    request = Read(Table.INPUT, 0, 2)
    for reply in (
        whole(3, "040400070009"),  # another unit
        whole(UNIT, "030400070009"),  # another table
        whole(UNIT, "04020007"),  # fewer than asked for
        whole(UNIT, "040400070009")[:-1] + b"\x00",  # spoilt
    ):
        assert found_reply(reply, request, UNIT) is None
    written = WriteRegisters(8, (1, 2))
    assert found_reply(whole(UNIT, "1000010002"), written, UNIT) is None, "an earlier writing"
    assert found_reply(whole(UNIT, "1000080002"), written, UNIT) == ()


def test_a_refusal_is_an_error_with_its_reason() -> None:
    with pytest.raises(RefusedByUnitError, match="no such address"):
        found_reply(whole(UNIT, "8402"), Read(Table.INPUT, 900, 1), UNIT)
    with pytest.raises(RefusedByUnitError, match="reason 77"):
        found_reply(whole(UNIT, "904D"), WriteRegisters(0, (1,)), UNIT)


@given(st.binary(max_size=600), st.sampled_from([example[0] for example in EXAMPLES]))
def test_noise_of_any_kind_is_no_reply_or_a_true_one(noise: bytes, request: Request) -> None:
    try:
        values = found_reply(noise, request, UNIT)
    except RefusedByUnitError:
        return
    assert values is None or len(values) == getattr(request, "count", 0)
