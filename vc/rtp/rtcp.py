"""RTCP (RFC 3550 §6, 4585, 5104): compound packets out, what we understand in. Pure.

TWCC is left out: our own rooms send at set rates, and browsers go by REMB and the reports' loss.
"""

import struct
from collections.abc import Iterable, Iterator

import msgspec

SR, RR, SDES, BYE, RTPFB, PSFB = 200, 201, 202, 203, 205, 206
_NACK, _PLI, _FIR, _APP = 1, 1, 4, 15
_HEADER = struct.Struct("!BBHI")
_BLOCK = struct.Struct("!IIIIII")
_SENDER = struct.Struct("!QIII")
_WORD = 4
_MAX_NACKS = 512


class Block(msgspec.Struct, frozen=True, gc=False):
    """A report block about one stream (RFC 3550 §6.4.1); `delay` in 1/65536 s."""

    ssrc: int
    fraction_lost: int
    lost: int
    highest: int
    jitter: int
    last_report: int
    delay: int


class SenderReport(msgspec.Struct, frozen=True, gc=False):
    """What a sender says of its stream: its clock, and how much it sent."""

    ssrc: int
    ntp: int
    rtp_time: int
    packets: int
    octets: int


class Nack(msgspec.Struct, frozen=True, gc=False):
    """Packets of our stream are missing at the other side."""

    ssrc: int
    seqs: tuple[int, ...]


class KeyframeWanted(msgspec.Struct, frozen=True, gc=False):
    """PLI or FIR."""

    ssrc: int


class Bye(msgspec.Struct, frozen=True, gc=False):
    """A stream ended."""

    ssrcs: tuple[int, ...]


Said = SenderReport | Block | Nack | KeyframeWanted | Bye


def parse(data: bytes) -> Iterator[Said]:
    """Yield what a compound packet says, up to where it is malformed."""
    at = 0
    while at + _HEADER.size <= len(data):
        first, kind, words, ssrc = _HEADER.unpack_from(data, at)
        end = at + (words + 1) * _WORD
        if first >> 6 != 2 or end > len(data):  # noqa: PLR2004 - the version
            return
        body = data[at + _HEADER.size : end]
        if kind == SR:
            yield from _sender_report(ssrc, body, first & 31)
        elif kind == RR:
            yield from _blocks(body, first & 31)
        elif kind == BYE:
            count = min(first & 31, (end - at - _WORD) // _WORD)
            yield Bye(struct.unpack_from(f"!{count}I", data, at + _WORD))
        elif kind in (RTPFB, PSFB):
            yield from _feedback(kind, first & 31, body)
        at = end


def _sender_report(ssrc: int, body: bytes, count: int) -> Iterator[Said]:
    if len(body) >= _SENDER.size:
        yield SenderReport(ssrc, *_SENDER.unpack_from(body))
        yield from _blocks(body[_SENDER.size :], count)


def _blocks(body: bytes, count: int) -> Iterator[Said]:
    for at in range(0, min(count * _BLOCK.size, len(body) - _BLOCK.size + 1), _BLOCK.size):
        ssrc, lost, *rest = _BLOCK.unpack_from(body, at)
        cumulative = lost & 0xFFFFFF
        signed = cumulative - (1 << 24) if cumulative & 0x800000 else cumulative
        yield Block(ssrc, lost >> 24, signed, *rest)


def _feedback(kind: int, form: int, body: bytes) -> Iterator[Said]:
    if len(body) < _WORD:
        return
    ssrc = int.from_bytes(body[:_WORD], "big")
    if kind == RTPFB and form == _NACK:
        yield Nack(ssrc, tuple(_nacked(body))[:_MAX_NACKS])
    elif kind == PSFB and form == _PLI:
        yield KeyframeWanted(ssrc)
    elif kind == PSFB and form == _FIR:
        for at in range(_WORD, len(body) - 7, 8):
            yield KeyframeWanted(int.from_bytes(body[at : at + _WORD], "big"))


def _nacked(body: bytes) -> Iterator[int]:
    for at in range(_WORD, len(body) - 3, _WORD):
        first, mask = struct.unpack_from("!HH", body, at)
        yield first
        for bit in range(16):
            if mask >> bit & 1:
                yield (first + bit + 1) & 0xFFFF


def sender_report(report: SenderReport, blocks: Iterable[Block]) -> bytes:
    """Return an SR."""
    said = list(blocks)
    body = _SENDER.pack(report.ntp, report.rtp_time, report.packets, report.octets)
    return _packed(SR, len(said), report.ssrc, body + _packed_blocks(said))


def receiver_report(ssrc: int, blocks: Iterable[Block]) -> bytes:
    """Return an RR; without blocks it only opens a compound packet (RFC 3550 §6.1)."""
    said = list(blocks)
    return _packed(RR, len(said), ssrc, _packed_blocks(said))


def description(ssrc: int, cname: str) -> bytes:
    """Return an SDES with a CNAME: one name binds a member's streams together."""
    name = cname.encode()[:255]
    item = bytes((1, len(name))) + name + b"\0"
    return _packed(SDES, 1, ssrc, item + b"\0" * (-len(item) % _WORD))


def bye(ssrc: int) -> bytes:
    """Return a BYE."""
    return _packed(BYE, 1, ssrc, b"")


def nack(ssrc: int, media: int, seqs: list[int]) -> bytes:
    """Return a generic NACK for these sequence numbers (16 bit, ascending with wrap)."""
    body = b""
    while seqs:
        first, mask, rest = seqs[0], 0, []
        for seq in seqs[1:]:
            bit = (seq - first - 1) & 0xFFFF
            if bit < 16:  # noqa: PLR2004 - the mask's bits
                mask |= 1 << bit
            else:
                rest.append(seq)
        body += struct.pack("!HH", first, mask)
        seqs = rest
    return _packed(RTPFB, _NACK, ssrc, media.to_bytes(_WORD, "big") + body)


def picture_loss(ssrc: int, media: int) -> bytes:
    """Return a PLI."""
    return _packed(PSFB, _PLI, ssrc, media.to_bytes(_WORD, "big"))


def full_intra_request(ssrc: int, media: int, count: int) -> bytes:
    """Return a FIR (RFC 5104 §4.3.1); `count` grows with each new wish."""
    body = b"\0" * _WORD + media.to_bytes(_WORD, "big") + bytes((count & 0xFF, 0, 0, 0))
    return _packed(PSFB, _FIR, ssrc, body)


def remb(ssrc: int, media: int, bitrate_bps: int) -> bytes:
    """Return a receiver's estimated maximum bitrate (draft-alvestrand-rmcat-remb)."""
    exponent = max(0, bitrate_bps.bit_length() - 18)
    rate = (exponent << 18 | bitrate_bps >> exponent).to_bytes(3, "big")
    body = b"\0" * _WORD + b"REMB\x01" + rate + media.to_bytes(_WORD, "big")
    return _packed(PSFB, _APP, ssrc, body)


def _packed_blocks(blocks: list[Block]) -> bytes:
    return b"".join(
        _BLOCK.pack(
            one.ssrc,
            one.fraction_lost << 24 | max(-0x800000, min(0x7FFFFF, one.lost)) & 0xFFFFFF,
            one.highest & 0xFFFFFFFF,
            one.jitter & 0xFFFFFFFF,
            one.last_report,
            one.delay & 0xFFFFFFFF,
        )
        for one in blocks
    )


def _packed(kind: int, count: int, ssrc: int, body: bytes) -> bytes:
    return _HEADER.pack(0x80 | count, kind, (len(body) + 4) // _WORD, ssrc) + body
