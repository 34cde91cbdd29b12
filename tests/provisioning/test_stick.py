"""A stick's files go there and back, and broken ones are refused."""

import pytest

from devices.contract.errors import BadPayloadError
from provisioning.stick import (
    MOST_BYTES,
    StickAnswer,
    StickRequest,
    read_answer,
    read_request,
    written,
)

ASKED = StickRequest(serial="a1", claim="lusab-babad", csr="-----BEGIN")
ANSWER = StickAnswer(serial="a1", ca="ca", certificate="c", box="gio-linh-1", site="gio-linh")


def test_what_is_written_is_read_by_the_other_side() -> None:
    assert read_request(written(ASKED)) == ASKED
    assert read_answer(written(ANSWER)) == ANSWER


def test_a_newer_side_may_say_more() -> None:
    assert read_request(written(ASKED).replace(b"{", b'{"more": [1],', 1)) == ASKED


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"\xff", b'{"serial": 1}', b"[" * 60_000, b" " * (MOST_BYTES + 1)]
)
def test_a_broken_file_is_refused(body: bytes) -> None:
    with pytest.raises(BadPayloadError):
        read_request(body)
    with pytest.raises(BadPayloadError):
        read_answer(body)
