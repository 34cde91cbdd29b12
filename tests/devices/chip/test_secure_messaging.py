"""Secure messaging: one altered bit, one missing object, and nothing of the answer is used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.chip.apdu import CommandApdu, ResponseApdu, answer_of, command_of
from devices.chip.errors import BadAnswerError, ChipError, RefusedByChipError, WrongMacError
from devices.chip.keys import SessionKeys, Suite
from devices.chip.secure_messaging import SecureMessaging, StatusObject
from tests.devices.chip import icao
from tests.devices.chip.icao import raw

READ = command_of(raw("00B0000004"))
ANSWER = raw(icao.D_READ[1][2])


def begun(status_object: StatusObject = StatusObject.REQUIRED) -> SecureMessaging:
    """Return the session of Appendix D, its READ BINARY of four bytes just sent."""
    keys = SessionKeys(Suite.TDES, icao.D_KS_ENC, icao.D_KS_MAC)
    session = SecureMessaging(keys, icao.D_COUNTER + 2, status_object=status_object)
    session.protected(READ)
    return session


def test_the_standards_answer_is_read() -> None:
    assert begun().opened(answer_of(ANSWER)).data == raw("60145F01")


@given(at=st.integers(0, len(ANSWER) * 8 - 1))
def test_one_altered_bit_anywhere_is_refused(at: int) -> None:
    altered = bytearray(ANSWER)
    altered[at // 8] ^= 1 << at % 8
    with pytest.raises(ChipError):
        begun().opened(answer_of(bytes(altered)))


@given(st.binary(max_size=60), st.integers(0, 0xFFFF))
def test_any_other_answer_is_refused(data: bytes, status: int) -> None:
    with pytest.raises(ChipError):
        begun().opened(ResponseApdu(data, status))


def test_an_answer_played_again_is_refused_for_its_counter() -> None:
    session = begun()
    session.opened(answer_of(ANSWER))
    session.protected(READ)
    with pytest.raises(WrongMacError):
        session.opened(answer_of(ANSWER))


def test_a_status_that_nobody_vouches_for_is_refused_save_for_emulators() -> None:
    vouched = raw("8E08") + bytes(8)
    for data in (vouched, raw("990290008E07") + bytes(7)):
        with pytest.raises(BadAnswerError):
            begun().opened(ResponseApdu(data, 0x9000))
    with pytest.raises(WrongMacError):
        begun(StatusObject.OPTIONAL).opened(ResponseApdu(vouched, 0x9000))


def test_a_chip_that_left_the_session_is_told_apart_by_its_status() -> None:
    session = begun()
    with pytest.raises(RefusedByChipError) as refusal:
        session.opened(ResponseApdu(b"", 0x6988))
    assert refusal.value.status == 0x6988


def test_after_one_bad_answer_nothing_more_is_said() -> None:
    session = begun()
    with pytest.raises(WrongMacError):
        session.opened(answer_of(ANSWER[:-10] + b"\0" + ANSWER[-9:]))
    with pytest.raises(BadAnswerError):
        session.protected(READ)


def test_aes_messaging_is_as_another_program_has_it() -> None:
    """SELECT of the application under the keys of Appendix G.1, from the tests of JCExpress."""
    session = SecureMessaging(SessionKeys(Suite.AES128, icao.G_KS_ENC, icao.G_KS_MAC))
    select = CommandApdu(0, 0xA4, 4, 0x0C, raw("A0000002471001"))
    over = raw("0CA4040C1D871101752F676B09FAC86A87D632749A49C7CC8E08C18BA1FCE707BD9F00")
    assert session.protected(select).encoded() == over
    assert session.opened(answer_of(raw("990290008E08BEA7B381C494A0799000"))).status == 0x9000


@pytest.mark.parametrize("suite", list(Suite))
def test_a_command_says_nothing_that_it_should_hide(suite: Suite) -> None:
    keys = SessionKeys(suite, bytes(suite.key_bytes), bytes(range(suite.key_bytes)))
    session = SecureMessaging(keys)
    select = CommandApdu(0, 0xA4, 4, 0x0C, raw("A0000002471001"))
    first, second = session.protected(select).encoded(), session.protected(select).encoded()
    assert raw("A0000002471001") not in first
    assert first != second


def test_a_long_command_goes_with_lengths_of_two_bytes() -> None:
    keys = SessionKeys(Suite.AES128, bytes(16), bytes(16))
    command = CommandApdu(0, 0xB0, 0, 0, le=1000)
    protected = SecureMessaging(keys).protected(command)
    assert command_of(protected.encoded()).data[:4] == raw("970203E8")
    assert protected.is_extended
