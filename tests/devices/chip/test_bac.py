"""BAC against ICAO 9303-11 Appendix D, byte for byte, and against chips that lie."""

import pytest

from devices.chip import bac
from devices.chip.apdu import DONE, answer_of, command_of
from devices.chip.errors import (
    BadAnswerError,
    RefusedByChipError,
    WrongKeyError,
    WrongMacError,
)
from devices.chip.keys import SessionKeys, Suite
from tests.devices.chip import icao
from tests.devices.chip.icao import Script, gives, raw

CHALLENGE, PROOF = icao.D_BAC


def test_the_documents_keys_are_the_standards() -> None:
    keys = bac.document_keys(icao.D_KEY)
    assert (keys.encryption, keys.mac) == (icao.D_K_ENC, icao.D_K_MAC)


def test_a_chip_is_opened_with_the_standards_commands_and_read_in_its_session() -> None:
    chip = Script(*icao.D_BAC, *((over, back) for _, over, back, _ in icao.D_READ))
    session = bac.opened(chip, icao.D_KEY, noise=gives(icao.D_NONCE_IFD, icao.D_HALF_IFD))
    for plain, over, back, said in icao.D_READ:
        protected = session.protected(command_of(raw(plain)))
        assert protected.encoded() == raw(over)
        answer = session.opened(answer_of(chip(protected.encoded())))
        assert (answer.data, answer.status) == (raw(said), DONE)
        assert back
    assert chip.is_told


def test_the_sessions_keys_and_counter_are_the_standards() -> None:
    keys = bac.session(icao.D_HALF_IFD, icao.D_HALF_IC)
    assert (keys.encryption, keys.mac) == (icao.D_KS_ENC, icao.D_KS_MAC)
    assert bac.counter(icao.D_NONCE_IC, icao.D_NONCE_IFD) == icao.D_COUNTER


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("6300", WrongKeyError),
        ("6982", WrongKeyError),
        ("9000", BadAnswerError),
        (PROOF[1][:-6] + "009000", WrongMacError),
        (PROOF[1].replace("46B9", "46B8"), WrongMacError),
    ],
)
def test_a_chip_that_does_not_prove_itself_is_not_believed(
    answer: str, error: type[Exception]
) -> None:
    chip = Script(CHALLENGE, (PROOF[0], answer))
    with pytest.raises(error):
        bac.opened(chip, icao.D_KEY, noise=gives(icao.D_NONCE_IFD, icao.D_HALF_IFD))


def test_an_old_answer_played_again_is_not_believed() -> None:
    """The same chip's true answer to another nonce of ours."""
    keys = bac.document_keys(icao.D_KEY)
    other = bytes(8)
    token = bac.sealed(keys, other + icao.D_NONCE_IC + icao.D_HALF_IFD).hex().upper()
    chip = Script(CHALLENGE, (f"0082000028{token}28", PROOF[1]))
    with pytest.raises(WrongMacError):
        bac.opened(chip, icao.D_KEY, noise=gives(other, icao.D_HALF_IFD))


@pytest.mark.parametrize(
    ("answer", "error"), [("6D00", RefusedByChipError), ("019000", BadAnswerError)]
)
def test_a_chip_that_gives_no_challenge_is_not_opened(answer: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        bac.opened(Script((CHALLENGE[0], answer)), icao.D_KEY)


def test_keys_show_themselves_nowhere() -> None:
    keys = SessionKeys(Suite.TDES, icao.D_K_ENC, icao.D_K_MAC)
    for word in (icao.D_K_ENC.hex(), repr(icao.D_K_ENC), "xab"):
        assert word not in repr(keys)
