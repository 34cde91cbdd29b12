"""A body taken for a session description: the gate before an engine spends time on it.

`vc.rtp.sdp` reads; here bytes become text, and a stranger's body is refused before a token is
taken for it.
"""

import re

from vc.rtp.errors import NotSdpError, SdpTooLargeError
from vc.rtp.sdp import MAX_BYTES, Description, Trickle, parse, parse_trickle

MAX_SDP_BYTES = MAX_BYTES
_UFRAG = re.compile(r"^a=ice-ufrag:(\S+)\s*$", re.MULTILINE)


def text_of(body: bytes) -> str:
    """Return the body as text; raises SdpError."""
    if len(body) > MAX_SDP_BYTES:
        raise SdpTooLargeError
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise NotSdpError("it is not UTF-8") from error


def read_description(body: bytes) -> Description:
    """Return what the body describes; raises SdpError."""
    return parse(text_of(body))


def read_fragment(body: bytes) -> Trickle:
    """Return the candidates that trickle in (RFC 8840); raises SdpError."""
    return parse_trickle(text_of(body))


def ice_users(body: bytes) -> frozenset[str]:
    """Return whose candidates a fragment brings; another name than before is an ICE restart."""
    return frozenset(_UFRAG.findall(text_of(body)))
