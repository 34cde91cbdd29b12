"""Signed notices after Standard Webhooks."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from devices.contract.clock import SimulatedClock
from kiosk.backoffice.notices import (
    SIGNATURE,
    WINDOW_S,
    BadNoticeKeyError,
    NoticeKey,
    NoticeRefusedError,
)

# the vector of the Standard Webhooks libraries
TEXT = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOTICE, AT_S, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
KEY = NoticeKey(TEXT)


def clock(off_s: int = 0) -> SimulatedClock:
    return SimulatedClock(datetime.fromtimestamp(AT_S, UTC) + timedelta(seconds=off_s))


def test_the_published_vector_is_signed_and_taken() -> None:
    headers = KEY.headers(NOTICE, AT_S, BODY)
    assert headers[SIGNATURE] == SIGNED
    assert KEY.judged(headers, BODY, clock()) == NOTICE


@pytest.mark.parametrize("off_s", [-WINDOW_S, WINDOW_S])
def test_an_old_notice_and_one_of_the_future_are_refused(off_s: int) -> None:
    headers = KEY.headers(NOTICE, AT_S, BODY)
    assert KEY.judged(headers, BODY, clock(off_s)) == NOTICE
    with pytest.raises(NoticeRefusedError):
        KEY.judged(headers, BODY, clock(off_s + (1 if off_s > 0 else -1)))


def test_while_keys_change_one_of_several_signatures_is_enough() -> None:
    headers = KEY.headers(NOTICE, AT_S, BODY)
    several = {**headers, SIGNATURE: f"v1,AAAA v1a,x {SIGNED}"}
    assert KEY.judged(several, BODY, clock()) == NOTICE


@given(
    part=some.sampled_from(["webhook-id", "webhook-timestamp", SIGNATURE, "body", "key"]),
    text=some.text(max_size=40),
)
def test_nothing_of_it_can_be_changed(part: str, text: str) -> None:
    headers, body, key = KEY.headers(NOTICE, AT_S, BODY), BODY, KEY
    if part == "body":
        body = text.encode("utf-8", "replace")
    elif part == "key":
        key = NoticeKey(
            "whsec_" + base64.b64encode(text.encode("utf-8", "replace")[:24].ljust(24)).decode()
        )
    elif headers[part] != text:
        headers[part] = text
    if (headers, body, key) != (KEY.headers(NOTICE, AT_S, BODY), BODY, KEY):
        with pytest.raises(NoticeRefusedError):
            key.judged(headers, body, clock())


@pytest.mark.parametrize(
    "text", ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_ü"]
)
def test_a_key_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadNoticeKeyError):
        NoticeKey(text)
