"""Reading a session description (RFC 8866, 8829): what we need of it, or an SdpError. Pure.

The text is a stranger's: every number is bounded, everything that is echoed later is checked to be
a plain token, and what we do not know is passed over.
"""

import ipaddress
import re
from collections.abc import Iterator

import msgspec

from vc.rtp.errors import (
    NoFingerprintError,
    NoIceError,
    NotSdpError,
    SdpTooLargeError,
    TooManyMediaError,
)

MAX_BYTES = 64 * 1024
MAX_MEDIA = 8
MAX_FORMATS = 64
MAX_CANDIDATES = 32
MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
FEEDBACK = frozenset({"nack", "nack pli", "ccm fir", "goog-remb"})
"""What of `rtcp-fb` is known here."""
DIRECTIONS = ("inactive", "sendonly", "recvonly", "sendrecv")
"""The index is a bit mask: 1 the writer sends, 2 the writer receives."""

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,64}\Z")
_MEDIA = re.compile(r"([a-z]{1,20}) ([0-9]{1,5}) ([A-Z/]{1,40}) ([\x21-\x7e ]{1,1000})\Z")
_UFRAG = re.compile(r"[A-Za-z0-9+/]{4,256}\Z")
_PASSWORD = re.compile(r"[A-Za-z0-9+/]{22,256}\Z")
_DIGEST_BYTES = {"sha-256": 32, "sha-384": 48, "sha-512": 64}
_SETUP = ("actpass", "active", "passive")
_MAX_EXTENSION_ID = 14  # RFC 8285 §4.2: the one-byte header
_MAX_PORT = 65535


class Format(msgspec.Struct, kw_only=True):
    """A payload type of a section, with what is said of it."""

    payload_type: int
    name: str = ""
    clock_rate: int = 0
    parameters: dict[str, str] = {}
    feedback: frozenset[str] = frozenset()


class Section(msgspec.Struct, kw_only=True):
    """A media section. `mask` is its direction as DIRECTIONS has it, seen from its writer."""

    kind: str
    port: int
    protocol: str
    words: tuple[str, ...]
    mid: str = ""
    mask: int = 3
    formats: tuple[Format, ...] = ()
    extensions: dict[str, int] = {}
    rtcp_mux: bool = False
    reduced_size: bool = False


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A UDP candidate of component 1 with a literal address (RFC 8839 §5.1)."""

    foundation: str
    priority: int
    address: str
    port: int
    kind: str


class Fingerprint(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate's digest, upper case with colons."""

    algorithm: str
    value: str


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """A session description of which every part is usable."""

    sections: tuple[Section, ...]
    bundle: tuple[str, ...]
    user: str
    password: str
    lite: bool
    setup: str
    fingerprints: tuple[Fingerprint, ...]
    candidates: tuple[Candidate, ...]
    candidates_end: bool


class Trickle(msgspec.Struct, frozen=True, kw_only=True):
    """More candidates (RFC 8840)."""

    user: str
    candidates: tuple[Candidate, ...]
    candidates_end: bool


def parse(text: str) -> Description:
    """Return the description; raises SdpError."""
    lines = _lines(text)
    if not lines or lines[0] != ("v", "0"):
        raise NotSdpError
    session, sections = _split(lines)
    parsed = tuple(_section(line, attributes) for line, attributes in sections)
    carried = [attributes for _, attributes in sections]
    return Description(
        sections=parsed,
        bundle=_bundle(session),
        lite="ice-lite" in dict(session),
        fingerprints=_fingerprints(session, carried),
        user=_credential("ice-ufrag", _UFRAG, session, carried),
        password=_credential("ice-pwd", _PASSWORD, session, carried),
        setup=_setup(session, carried),
        candidates=_candidates(attribute for one in carried for attribute in one),
        candidates_end=any(("end-of-candidates", "") in one for one in (session, *carried)),
    )


def parse_trickle(text: str) -> Trickle:
    """Return the candidates of an SDP fragment; raises SdpError."""
    attributes = [_attribute(value) for kind, value in _lines(text) if kind == "a"]
    named = dict(attributes)
    if "candidate" not in named and "end-of-candidates" not in named:
        raise NotSdpError("the fragment has no candidates")
    return Trickle(
        user=named.get("ice-ufrag", ""),
        candidates=_candidates(iter(attributes)),
        candidates_end="end-of-candidates" in named,
    )


def _lines(text: str) -> list[tuple[str, str]]:
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise SdpTooLargeError
    lines = []
    for line in re.split(r"\r?\n", text):
        if line and line[1:2] != "=":
            raise NotSdpError("a line is not of the form x=...")
        if line:
            lines.append((line[0], line[2:].strip()))
    return lines


_Attributes = list[tuple[str, str]]


def _split(
    lines: list[tuple[str, str]],
) -> tuple[_Attributes, list[tuple[str, _Attributes]]]:
    """Return the session's attributes, and each section's line with its attributes."""
    session: _Attributes = []
    sections: list[tuple[str, _Attributes]] = []
    current = session
    for kind, value in lines:
        if kind == "m":
            if len(sections) == MAX_MEDIA:
                raise TooManyMediaError
            current = []
            sections.append((value, current))
        elif kind == "a":
            current.append(_attribute(value))
    if not sections:
        raise NotSdpError("there is no media section")
    return session, sections


def _attribute(value: str) -> tuple[str, str]:
    name, _, rest = value.partition(":")
    return name, rest.strip()


def _section(line: str, attributes: _Attributes) -> Section:
    match = _MEDIA.match(line)
    words = tuple(match[4].split()) if match else ()
    port = int(match[2]) if match else 0
    if not match or not words or len(words) > MAX_FORMATS or port > _MAX_PORT:
        raise NotSdpError("a media line is not usable")
    if not all(map(_TOKEN.match, words)):
        raise NotSdpError("a media line has formats that are no tokens")
    named = dict(attributes)
    mid = named.get("mid", "")
    if mid and not _TOKEN.match(mid):
        raise NotSdpError("a mid is no token")
    mask = next((DIRECTIONS.index(name) for name, _ in attributes if name in DIRECTIONS), 3)
    return Section(
        kind=match[1],
        port=port,
        protocol=match[3],
        words=words,
        mid=mid,
        mask=mask,
        formats=_formats(words, attributes) if match[1] in ("audio", "video") else (),
        extensions=_extensions(attributes),
        rtcp_mux="rtcp-mux" in named,
        reduced_size="rtcp-rsize" in named,
    )


def _formats(words: tuple[str, ...], attributes: _Attributes) -> tuple[Format, ...]:
    found: dict[str, Format] = {}
    for word in words:
        if not word.isascii() or not word.isdigit() or int(word) > 127:  # noqa: PLR2004 - RFC 3550
            raise NotSdpError("a payload type is no number below 128")
        found[word] = Format(payload_type=int(word))
    everywhere: frozenset[str] = frozenset()
    for name, value in attributes:
        word, _, rest = value.partition(" ")
        if word == "*" and name == "rtcp-fb":  # a wildcard in nothing else (RFC 4585 §4.2)
            everywhere |= {rest.strip()} & FEEDBACK
        elif one := found.get(word):
            if name == "rtpmap":
                one.name, one.clock_rate = _rtpmap(rest)
            elif name == "fmtp":
                one.parameters = _parameters(rest)
            elif name == "rtcp-fb":
                one.feedback |= {rest.strip()} & FEEDBACK
    for one in found.values():
        one.feedback |= everywhere
    return tuple(found.values())


def _rtpmap(text: str) -> tuple[str, int]:
    name, _, rest = text.strip().partition("/")
    rate = rest.partition("/")[0]
    if not rate.isascii() or not rate.isdigit() or len(rate) > 7:  # noqa: PLR2004 - MHz
        raise NotSdpError("an rtpmap has no clock rate")
    return name.lower(), int(rate)


def _parameters(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _extensions(attributes: _Attributes) -> dict[str, int]:
    found = {}
    for name, value in attributes:
        number, _, uri = value.partition(" ")
        number = number.partition("/")[0]
        if name == "extmap" and number.isascii() and number.isdigit() and len(number) < 5:  # noqa: PLR2004
            uri = uri.partition(" ")[0]
            if uri in (MID, ABS_SEND_TIME) and 1 <= int(number) <= _MAX_EXTENSION_ID:
                found[uri] = int(number)
    return found


def _bundle(session: _Attributes) -> tuple[str, ...]:
    for name, value in session:
        words = value.split()
        if name == "group" and words[:1] == ["BUNDLE"]:
            return tuple(words[1:])
    return ()


def _credential(
    name: str, shape: re.Pattern[str], session: _Attributes, sections: list[_Attributes]
) -> str:
    """Return the one value of all sections (with BUNDLE there is one transport)."""
    values = [value for one in (*sections, session) for key, value in one if key == name]
    if not values or not shape.match(values[0]):
        raise NoIceError
    return values[0]


def _fingerprints(session: _Attributes, sections: list[_Attributes]) -> tuple[Fingerprint, ...]:
    found: dict[Fingerprint, None] = {}
    for name, value in [*session, *(pair for one in sections for pair in one)]:
        algorithm, _, digest = value.lower().partition(" ")
        if name == "fingerprint" and algorithm in _DIGEST_BYTES:
            octets = digest.strip().split(":")
            if len(octets) != _DIGEST_BYTES[algorithm] or not all(
                re.match(r"[0-9a-f]{2}\Z", octet) for octet in octets
            ):
                raise NoFingerprintError("a fingerprint has not the length of its digest")
            found[Fingerprint(algorithm=algorithm, value=":".join(octets).upper())] = None
    if not found:
        raise NoFingerprintError
    return tuple(found)[:MAX_MEDIA]


def _setup(session: _Attributes, sections: list[_Attributes]) -> str:
    values = [value for one in (*sections, session) for key, value in one if key == "setup"]
    if not values or values[0] not in _SETUP:
        raise NoFingerprintError("there is no DTLS role (setup)")
    return values[0]


def _candidates(attributes: Iterator[tuple[str, str]]) -> tuple[Candidate, ...]:
    found: dict[Candidate, None] = {}
    for name, value in attributes:
        if name == "candidate" and (one := _candidate(value)):
            found[one] = None
    return tuple(found)[:MAX_CANDIDATES]


def _candidate(value: str) -> Candidate | None:
    """Return the candidate, or None for one of no use to us (TCP, mDNS names, component 2)."""
    words = value.split()
    if len(words) < 8 or words[1] != "1" or words[2].lower() != "udp":  # noqa: PLR2004 - RFC 8839
        return None
    numbers = [word for word in (words[3], words[5]) if re.match(r"[0-9]{1,10}\Z", word)]
    if len(numbers) != 2 or words[6] != "typ" or words[7] not in ("host", "srflx", "relay"):  # noqa: PLR2004
        return None
    try:
        address = str(ipaddress.ip_address(words[4]))
    except ValueError:
        return None
    port = int(numbers[1])
    if not 0 < port <= _MAX_PORT or not _TOKEN.match(words[0]):
        return None
    return Candidate(
        foundation=words[0],
        priority=int(numbers[0]) & 0x7FFFFFFF,
        address=address,
        port=port,
        kind=words[7],
    )
