"""Tokens open one session of one conference, one direction, one box, once, for a while."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract.clock import SimulatedClock
from devices.contract.errors import BusyError
from vc.engine.port import Direction
from vc.messages import Token
from vc.signaling import errors
from vc.signaling.tokens import Claims, Tokens

SECRET = b"a secret of the server"
CLAIMS = Claims(
    conference="giao-ban", member="dong-ha", direction=Direction.BOTH, box="dong-ha-room"
)


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(datetime(2026, 11, 23, tzinfo=UTC))


@pytest.fixture
def tokens(clock: SimulatedClock) -> Tokens:
    return Tokens(SECRET, clock)


def test_a_token_opens_what_it_was_issued_for(tokens: Tokens) -> None:
    token = tokens.issue(CLAIMS, valid_for_s=60)
    assert tokens.redeem(token, "giao-ban", Direction.BOTH, box="dong-ha-room") == CLAIMS


def test_a_token_fits_the_messages_and_no_two_are_alike(tokens: Tokens) -> None:
    longest = "x" * 64
    claims = Claims(conference=longest, member=longest, direction=Direction.PUBLISH, box=longest)
    token = tokens.issue(claims, valid_for_s=60)
    assert msgspec.convert(token, Token) == token
    assert token != tokens.issue(claims, valid_for_s=60)


def test_a_replayed_token_is_refused(tokens: Tokens) -> None:
    token = tokens.issue(CLAIMS, valid_for_s=60)
    tokens.redeem(token, "giao-ban", Direction.BOTH)
    with pytest.raises(errors.ReplayedTokenError):
        tokens.redeem(token, "giao-ban", Direction.BOTH)


def test_an_expired_token_is_refused(tokens: Tokens, clock: SimulatedClock) -> None:
    token = tokens.issue(CLAIMS, valid_for_s=60)
    clock.move(timedelta(seconds=60))
    with pytest.raises(errors.ExpiredTokenError):
        tokens.redeem(token, "giao-ban", Direction.BOTH)


def test_a_token_of_an_earlier_run_has_expired(clock: SimulatedClock) -> None:
    token = Tokens(SECRET, clock).issue(CLAIMS, valid_for_s=60)
    with pytest.raises(errors.ExpiredTokenError):
        Tokens(SECRET, clock).redeem(token, "giao-ban", Direction.BOTH)


def test_a_token_of_another_server_is_forged(tokens: Tokens, clock: SimulatedClock) -> None:
    token = Tokens(b"the secret of a stranger", clock).issue(CLAIMS, valid_for_s=60)
    with pytest.raises(errors.ForgedTokenError):
        tokens.redeem(token, "giao-ban", Direction.BOTH)


@pytest.mark.parametrize(
    ("conference", "direction", "box", "error"),
    [
        ("another", Direction.BOTH, "dong-ha-room", errors.OtherConferenceError),
        ("giao-ban", Direction.PUBLISH, "dong-ha-room", errors.WrongDirectionError),
        ("giao-ban", Direction.BOTH, "cam-lo-room", errors.ForeignBoxError),
        ("giao-ban", Direction.BOTH, "", errors.ForeignBoxError),
    ],
)
def test_a_token_in_the_wrong_place_is_refused_and_not_taken(
    tokens: Tokens, conference: str, direction: Direction, box: str, error: type[Exception]
) -> None:
    token = tokens.issue(CLAIMS, valid_for_s=60)
    with pytest.raises(error):
        tokens.redeem(token, conference, direction, box=box)
    assert tokens.redeem(token, "giao-ban", Direction.BOTH, box="dong-ha-room") == CLAIMS


@given(st.data())
def test_one_changed_character_is_a_forgery(data: st.DataObject) -> None:
    tokens = Tokens(SECRET, SimulatedClock(datetime(2026, 11, 23, tzinfo=UTC)))
    token = tokens.issue(CLAIMS, valid_for_s=60)
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda c: c != token[at]))
    with pytest.raises(errors.ForgedTokenError):
        tokens.redeem(token[:at] + other + token[at + 1 :], "giao-ban", Direction.BOTH)


@given(st.text(max_size=2000))
def test_any_text_is_at_most_a_forgery(text: str) -> None:
    tokens = Tokens(SECRET, SimulatedClock(datetime(2026, 11, 23, tzinfo=UTC)))
    with pytest.raises(errors.ForgedTokenError):
        tokens.redeem(text, "giao-ban", Direction.BOTH)


def test_used_tokens_are_forgotten_once_expired_and_never_before(clock: SimulatedClock) -> None:
    tokens = Tokens(SECRET, clock, most_used=2)
    first = tokens.issue(CLAIMS, valid_for_s=60)
    for token in (first, tokens.issue(CLAIMS, valid_for_s=120)):
        tokens.redeem(token, "giao-ban", Direction.BOTH)
    third = tokens.issue(CLAIMS, valid_for_s=120)
    with pytest.raises(BusyError):
        tokens.redeem(third, "giao-ban", Direction.BOTH)
    clock.move(timedelta(seconds=61))
    tokens.redeem(third, "giao-ban", Direction.BOTH)
    with pytest.raises(errors.ExpiredTokenError):
        tokens.redeem(first, "giao-ban", Direction.BOTH)
