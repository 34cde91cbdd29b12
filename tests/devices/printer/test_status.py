"""The bits of DLE EOT, as measured on an emulator and written in the manufacturer's reference."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract.message import Health
from devices.printer.port import state_of
from devices.printer.status import Condition, GarbledStatusError, decode, is_processed, is_status

MEASURED = {
    "12 12 12 12": Condition.READY,
    "12 12 12 1e": Condition.PAPER_NEAR_END,
    "1a 32 12 7e": Condition.PAPER_OUT,
    "1a 16 12 12": Condition.COVER_OPEN,
    "1a 12 12 12": Condition.OFFLINE,
}


@pytest.mark.parametrize(("answers", "condition"), MEASURED.items())
def test_the_five_states_are_told_apart(answers: str, condition: Condition) -> None:
    assert decode(bytes.fromhex(answers)).condition is condition


def test_an_open_cover_comes_before_the_paper_that_its_sensor_misses() -> None:
    assert decode(bytes.fromhex("1a 36 12 7e")).condition is Condition.COVER_OPEN


def test_a_stuck_cutter_and_a_failure_are_named() -> None:
    assert decode(bytes.fromhex("1a 52 1a 12")).condition is Condition.CUTTER_STUCK
    assert decode(bytes.fromhex("1a 52 32 12")).condition is Condition.BROKEN


@given(st.binary(min_size=4, max_size=4))
def test_bytes_with_wrong_fixed_bits_are_never_a_state(answers: bytes) -> None:
    if all(byte & 0x93 == 0x12 for byte in answers):
        decode(answers)
        return
    with pytest.raises(GarbledStatusError):
        decode(answers)


@pytest.mark.parametrize("answers", [b"", b"\x12", b"\x12" * 3, b"\x12" * 5])
def test_less_or_more_than_four_answers_are_never_a_state(answers: bytes) -> None:
    with pytest.raises(GarbledStatusError):
        decode(answers)


def test_flow_control_bytes_are_no_answers() -> None:
    assert not is_status(0x11)
    assert not is_status(0x13)


@given(st.integers(0, 255))
def test_no_byte_is_an_answer_of_both_kinds(byte: int) -> None:
    assert not (is_status(byte) and is_processed(byte))


@pytest.mark.parametrize("condition", Condition)
def test_only_a_ready_printer_is_reported_without_a_word(condition: Condition) -> None:
    state = state_of(condition)
    ready = condition is Condition.READY
    assert (state.health is Health.READY) is ready
    assert bool(state.code) is not ready
    assert bool(state.text) is not ready
