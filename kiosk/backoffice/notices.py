"""Signed notices: the `webhook-*` headers of Standard Webhooks, HMAC-SHA256.

What is signed is `{id}.{timestamp}.{body}`. A notice is good for five minutes before and after its
time; within them, and after them, the receiver keeps its ids: a repeated one changes nothing.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
WINDOW_S = 300
_VERSION = "v1"
_PREFIX = "whsec_"
_LONGEST_ID = 128
_LEAST_KEY_BYTES, _MOST_KEY_BYTES = 24, 64
_MOST_SIGNATURES = 8
_LONGEST_TIME = 12


class NoticeRefusedError(MotcuaError):
    """The notice is not signed by somebody who may, or is too old."""

    code = "notice.refused"


class BadNoticeKeyError(MotcuaError):
    """A notice key is `whsec_` and 24 to 64 bytes in base64."""

    code = "notice.bad_key"


class NoticeKey:
    """A key shared with one sender of notices; `text` is `whsec_` and base64."""

    def __init__(self, text: str) -> None:
        try:
            key = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadNoticeKeyError from error
        if not text.startswith(_PREFIX) or not _LEAST_KEY_BYTES <= len(key) <= _MOST_KEY_BYTES:
            raise BadNoticeKeyError
        self._key = key

    def headers(self, notice: str, at_s: int, body: bytes) -> dict[str, str]:
        """Return the headers of a notice of this id, sent at this Unix time."""
        signature = f"{_VERSION},{self._signed(notice, str(at_s), body)}"
        return {ID: notice, TIMESTAMP: str(at_s), SIGNATURE: signature}

    def judged(self, headers: Mapping[str, str], body: bytes, clock: Clock) -> str:
        """Return the notice's id; raises NoticeRefusedError."""
        notice, at = headers.get(ID, ""), headers.get(TIMESTAMP, "")
        well_formed = (
            0 < len(notice) <= _LONGEST_ID
            and notice.isascii()
            and notice.isprintable()
            and at.isascii()
            and at.isdigit()
            and len(at) <= _LONGEST_TIME
        )
        if not well_formed:
            raise NoticeRefusedError
        expected = self._signed(notice, at, body).encode()
        shown = headers.get(SIGNATURE, "").split()[:_MOST_SIGNATURES]  # several while keys change
        good = [
            hmac.compare_digest(expected, one.removeprefix(f"{_VERSION},").encode())
            for one in shown
            if one.startswith(f"{_VERSION},")
        ]
        if not any(good) or abs(clock.now().timestamp() - int(at)) > WINDOW_S:
            raise NoticeRefusedError
        return notice

    def _signed(self, notice: str, at: str, body: bytes) -> str:
        signed = f"{notice}.{at}.".encode() + body
        return base64.b64encode(hmac.digest(self._key, signed, hashlib.sha256)).decode()
