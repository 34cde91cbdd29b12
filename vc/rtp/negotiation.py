"""Offer and answer (RFC 3264, 8829, 9143): which codec, which numbers, which way. Pure.

One transport for everything (BUNDLE, rtcp-mux). H.264 constrained baseline with
packetization-mode 1, VP8, each with RTX; Opus with in-band FEC. Nothing else is ever agreed to.
"""

import msgspec

from vc.rtp.errors import (
    AnswerDiffersError,
    NoCommonCodecError,
    NotBundledError,
    NothingToCarryError,
)
from vc.rtp.sdp import DIRECTIONS, FEEDBACK, MID, Description, Format, Section

H264 = "h264"
VP8 = "vp8"
OPUS = "opus"
SEND, RECEIVE = 1, 2
"""Bits of a direction mask, as in `sdp.DIRECTIONS`."""
MASKS = {"both": SEND | RECEIVE, "publish": RECEIVE, "play": SEND}
"""What we do, by what the session carries seen from the member."""

_PROFILE = "42e01f"  # constrained baseline, level 3.1: 1280x720 at 30
_OPUS_PARAMETERS = "minptime=10;useinbandfec=1"
_CLOCKS = {H264: 90_000, VP8: 90_000, OPUS: 48_000}
_OFFERED = {H264: (102, 103), VP8: (96, 97), OPUS: (111, None)}
_OFFERED_EXTENSIONS = {MID: 1}


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """What one medium is sent and received as. `mask` is our direction."""

    kind: str
    mid: str
    mask: int
    codec: str
    payload_type: int
    rtx: int | None = None
    parameters: str = ""
    feedback: frozenset[str] = frozenset()
    extensions: dict[str, int] = {}
    reduced_size: bool = False

    @property
    def sends(self) -> bool:
        """We send."""
        return bool(self.mask & SEND)

    @property
    def receives(self) -> bool:
        """We receive."""
        return bool(self.mask & RECEIVE)


class Local(msgspec.Struct, frozen=True, kw_only=True):
    """What our own description says beside the media."""

    session: int
    cname: str
    user: str
    password: str
    fingerprints: tuple[str, ...]
    candidates: tuple[str, ...]
    ssrcs: dict[str, tuple[int, int]]
    """By kind: the stream's and its retransmissions' (RFC 4588)."""


def answer_to(
    offer: Description, direction: str, codecs: tuple[str, ...]
) -> tuple[Agreed | None, ...]:
    """Return what we agree to, section by section; None refuses one. Raises SdpError.

    `codecs` are the video codecs we may use, best first.
    """
    agreed: list[Agreed | None] = []
    taken: set[str] = set()
    for section in offer.sections:
        usable = section.port > 0 or section.mid in offer.bundle
        mask = MASKS[direction] & _mirrored(section.mask)
        if not (_is_media(section) and usable and mask) or section.kind in taken:
            agreed.append(None)
            continue
        taken.add(section.kind)
        wanted = codecs if section.kind == "video" else (OPUS,)
        agreed.append(_agree(section, mask, wanted))
    _check_transport(offer, agreed)
    return tuple(agreed)


def our_offer(masks: dict[str, int], codecs: tuple[str, ...]) -> tuple[tuple[Agreed, ...], ...]:
    """Return what we offer: a section for each kind of a mask above 0, a choice for each codec."""
    sections: list[tuple[Agreed, ...]] = []
    for kind, wanted in (("audio", (OPUS,)), ("video", codecs)):
        if masks.get(kind, 0):
            mid = str(len(sections))
            sections.append(tuple(_offered(kind, mid, masks[kind], codec) for codec in wanted))
    return tuple(sections)


def accepted(
    offer: tuple[tuple[Agreed, ...], ...], answer: Description
) -> tuple[Agreed | None, ...]:
    """Return what the answer made of our offer, section by section; raises SdpError."""
    if len(answer.sections) != len(offer):
        raise AnswerDiffersError("the answer has not the sections of the offer")
    if answer.setup == "actpass":
        raise AnswerDiffersError("the answer leaves the DTLS role open")
    agreed: list[Agreed | None] = []
    for choices, section in zip(offer, answer.sections, strict=True):
        first = choices[0]
        if section.kind != first.kind or section.mid not in ("", first.mid):
            raise AnswerDiffersError
        mask = first.mask & _mirrored(section.mask)
        if not mask or not (section.port or section.mid in answer.bundle):
            agreed.append(None)
            continue
        agreed.append(_chosen(choices, section, mask))
    _check_transport(answer, agreed)
    return tuple(agreed)


def write(
    local: Local, setup: str, sections: tuple[tuple[Section | None, tuple[Agreed, ...]], ...]
) -> str:
    """Return the description: for each section the choices, or none to refuse the other's."""
    mids = [choices[0].mid for _, choices in sections if choices]
    lines = [
        "v=0",
        f"o=- {local.session} 1 IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        f"a=group:BUNDLE {' '.join(mids)}",
        "a=msid-semantic: WMS *",
    ]
    for theirs, choices in sections:
        if choices:
            lines += _written(local, setup, choices)
        elif theirs:
            words = " ".join(theirs.words)
            lines += [f"m={theirs.kind} 0 {theirs.protocol} {words}", "c=IN IP4 0.0.0.0"]
            lines += [f"a=mid:{theirs.mid}"] if theirs.mid else []
            lines += ["a=inactive"]
    return "\r\n".join(lines) + "\r\n"


def _written(local: Local, setup: str, choices: tuple[Agreed, ...]) -> list[str]:
    first = choices[0]
    types = [one for choice in choices for one in (choice.payload_type, choice.rtx) if one]
    lines = [
        f"m={first.kind} 9 UDP/TLS/RTP/SAVPF {' '.join(map(str, types))}",
        "c=IN IP4 0.0.0.0",
        "a=rtcp:9 IN IP4 0.0.0.0",
        f"a=ice-ufrag:{local.user}",
        f"a=ice-pwd:{local.password}",
        *(f"a=fingerprint:{one}" for one in local.fingerprints),
        f"a=setup:{setup}",
        f"a=mid:{first.mid}",
        *(f"a=extmap:{number} {uri}" for uri, number in first.extensions.items()),
        f"a={DIRECTIONS[first.mask]}",
        "a=rtcp-mux",
    ]
    lines += ["a=rtcp-rsize"] if first.reduced_size else []
    for choice in choices:
        lines += _described(choice)
    if first.sends:
        ssrc, again = local.ssrcs[first.kind]
        lines += [f"a=msid:{local.cname} {first.kind}"]
        lines += [f"a=ssrc-group:FID {ssrc} {again}"] if first.rtx else []
        lines += [f"a=ssrc:{ssrc} cname:{local.cname}"]
        lines += [f"a=ssrc:{again} cname:{local.cname}"] if first.rtx else []
    lines += [f"a=candidate:{one}" for one in local.candidates]
    return [*lines, "a=end-of-candidates"]


def _described(choice: Agreed) -> list[str]:
    number, clock = choice.payload_type, _CLOCKS[choice.codec]
    name = {H264: "H264", VP8: "VP8", OPUS: "opus"}[choice.codec]
    lines = [f"a=rtpmap:{number} {name}/{clock}" + ("/2" if choice.codec == OPUS else "")]
    lines += [f"a=fmtp:{number} {choice.parameters}"] if choice.parameters else []
    lines += [f"a=rtcp-fb:{number} {one}" for one in sorted(choice.feedback)]
    if choice.rtx:
        lines += [f"a=rtpmap:{choice.rtx} rtx/{clock}", f"a=fmtp:{choice.rtx} apt={number}"]
    return lines


def _offered(kind: str, mid: str, mask: int, codec: str) -> Agreed:
    number, rtx = _OFFERED[codec]
    return Agreed(
        kind=kind,
        mid=mid,
        mask=mask,
        codec=codec,
        payload_type=number,
        rtx=rtx,
        parameters=_our_parameters(codec, _PROFILE),
        feedback=FEEDBACK if kind == "video" else frozenset(),
        extensions=_OFFERED_EXTENSIONS,
        reduced_size=True,
    )


def _our_parameters(codec: str, profile: str) -> str:
    if codec == H264:
        return f"level-asymmetry-allowed=1;packetization-mode=1;profile-level-id={profile}"
    return _OPUS_PARAMETERS if codec == OPUS else ""


def _agree(section: Section, mask: int, wanted: tuple[str, ...]) -> Agreed:
    """Return the first wanted codec that the section offers."""
    for codec in wanted:
        offered = [one for one in section.formats if _is(one, codec)]
        offered.sort(key=lambda one: not _is_constrained(one))
        if offered:
            return _agreed(section, mask, codec, offered[0])
    raise NoCommonCodecError(f"{section.kind}: none of {', '.join(wanted)} is offered")


def _agreed(section: Section, mask: int, codec: str, chosen: Format) -> Agreed:
    number = chosen.payload_type
    again = (
        one.payload_type
        for one in section.formats
        if one.name == "rtx" and one.parameters.get("apt") == str(number)
    )
    profile = chosen.parameters.get("profile-level-id", _PROFILE).lower()
    return Agreed(
        kind=section.kind,
        mid=section.mid,
        mask=mask,
        codec=codec,
        payload_type=number,
        rtx=next(again, None) if section.kind == "video" else None,
        parameters=_our_parameters(codec, profile),
        feedback=chosen.feedback,
        extensions=section.extensions,
        reduced_size=section.reduced_size,
    )


def _chosen(choices: tuple[Agreed, ...], section: Section, mask: int) -> Agreed:
    """Return what the answer chose of one section; it is checked, never assumed."""
    for one in section.formats:
        for choice in choices:
            if one.payload_type == choice.payload_type:
                if not _is(one, choice.codec):
                    raise NoCommonCodecError("the answer says another codec for a number of ours")
                agreed = _agreed(section, mask, choice.codec, one)
                keeps_rtx = agreed.rtx == choice.rtx
                return msgspec.structs.replace(
                    agreed, mid=choice.mid, rtx=agreed.rtx if keeps_rtx else None
                )
    raise NoCommonCodecError("the answer takes none of the codecs we offered")


def _is_media(section: Section) -> bool:
    return section.kind in ("audio", "video") and section.protocol.endswith("RTP/SAVPF")


def _is(one: Format, codec: str) -> bool:
    if one.name != codec or one.clock_rate != _CLOCKS[codec]:
        return False
    if codec != H264:
        return True
    return one.parameters.get("packetization-mode") == "1" and _is_baseline(one)


def _is_baseline(one: Format) -> bool:
    """Whether the profile is constrained baseline, or baseline, which contains it (RFC 6184)."""
    profile = one.parameters.get("profile-level-id", _PROFILE).lower()
    return len(profile) == 6 and profile[:2] == "42" and _is_hex(profile)  # noqa: PLR2004


def _is_constrained(one: Format) -> bool:
    profile = one.parameters.get("profile-level-id", _PROFILE)
    return _is_hex(profile[2:4]) and bool(int(profile[2:4], 16) & 0x40)


def _is_hex(text: str) -> bool:
    return bool(text) and all(letter in "0123456789abcdefABCDEF" for letter in text)


def _mirrored(mask: int) -> int:
    return (mask & SEND) << 1 | (mask & RECEIVE) >> 1


def _check_transport(theirs: Description, agreed: list[Agreed | None]) -> None:
    """Raise unless what was agreed can go over one transport."""
    carried = [(section, one) for section, one in zip(theirs.sections, agreed, strict=True) if one]
    if not carried:
        raise NothingToCarryError
    if not all(section.rtcp_mux and one.mid for section, one in carried):
        raise NotBundledError("rtcp-mux or a mid is missing")
    if len(carried) > 1 and not all(section.mid in theirs.bundle for section, _ in carried):
        raise NotBundledError
    numbers = [number for _, one in carried for number in (one.payload_type, one.rtx) if number]
    if len(set(numbers)) != len(numbers):
        raise NotBundledError("two media use the same payload type")
