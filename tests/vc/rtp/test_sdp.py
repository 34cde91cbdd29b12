"""Strangers' descriptions: what is unusable is refused by name, and nothing else ever happens."""

import asyncio
import random

import pytest

from tests.vc.rtp.effort import calls_of
from tests.vc.rtp.line import Owner
from vc.rtp import negotiation, sdp
from vc.rtp.config import PeerConfig
from vc.rtp.errors import (
    AnswerDiffersError,
    NoCommonCodecError,
    NoFingerprintError,
    NoIceError,
    NotBundledError,
    NothingToCarryError,
    NotSdpError,
    SdpError,
    SdpTooLargeError,
    TooManyMediaError,
)
from vc.rtp.peer import Peer

DIGEST = ":".join(["AB"] * 32)
BROWSER = f"""v=0
o=- 4611731400430051336 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1 2
a=extmap-allow-mixed
a=msid-semantic: WMS stream
m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:abcd
a=ice-pwd:0123456789abcdefghijkl
a=ice-options:trickle
a=fingerprint:sha-256 {DIGEST}
a=setup:actpass
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendrecv
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:63 red/48000/2
a=fmtp:63 111/111
a=rtpmap:110 telephone-event/48000
a=ssrc:1234 cname:x
m=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103 104 105 106 107 108 109 127 125 39 40
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:1 1 udp 2113937151 10.1.2.3 50000 typ host generation 0
a=candidate:2 1 udp 2113937151 4ab3.local 50001 typ host
a=candidate:3 1 tcp 1518280447 10.1.2.3 9 typ host tcptype active
a=ice-ufrag:abcd
a=ice-pwd:0123456789abcdefghijkl
a=fingerprint:sha-256 {DIGEST}
a=setup:actpass
a=mid:1
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendrecv
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 goog-remb
a=rtcp-fb:96 ccm fir
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=rtpmap:102 H264/90000
a=rtcp-fb:102 nack
a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f
a=rtpmap:103 rtx/90000
a=fmtp:103 apt=102
a=rtpmap:104 H264/90000
a=fmtp:104 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f
a=rtpmap:106 H264/90000
a=rtcp-fb:106 nack
a=rtcp-fb:106 nack pli
a=rtcp-fb:106 transport-cc
a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
a=rtpmap:107 rtx/90000
a=fmtp:107 apt=106
a=rtpmap:39 AV1/90000
a=rtpmap:127 H264/90000
a=fmtp:127 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=4d001f
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=ice-ufrag:abcd
a=ice-pwd:0123456789abcdefghijkl
a=fingerprint:sha-256 {DIGEST}
a=setup:actpass
a=mid:2
a=sctp-port:5000
""".replace("\n", "\r\n")
BOTH = ("h264", "vp8")


def test_a_browsers_offer_is_read() -> None:
    read = sdp.parse(BROWSER)
    assert [section.kind for section in read.sections] == ["audio", "video", "application"]
    assert read.bundle == ("0", "1", "2")
    assert [(one.address, one.port) for one in read.candidates] == [("10.1.2.3", 50000)]
    assert read.fingerprints[0].value == DIGEST


def test_constrained_baseline_with_packetisation_mode_1_is_chosen_of_many() -> None:
    audio, video, data = negotiation.answer_to(sdp.parse(BROWSER), "both", BOTH)
    assert data is None
    assert audio
    assert video
    assert (audio.codec, audio.payload_type) == ("opus", 111)
    assert "useinbandfec=1" in audio.parameters
    assert (video.codec, video.payload_type, video.rtx) == ("h264", 106, 107)
    assert video.feedback == {"nack", "nack pli"}
    assert video.extensions == {sdp.ABS_SEND_TIME: 2, sdp.MID: 4}


def test_vp8_is_chosen_where_it_is_wanted_first() -> None:
    _, video, _ = negotiation.answer_to(sdp.parse(BROWSER), "play", ("vp8", "h264"))
    assert video
    assert (video.codec, video.payload_type, video.rtx) == ("vp8", 96, 97)
    assert video.sends
    assert not video.receives


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (("v=0", "hello"), NotSdpError),
        (("v=0", "v=1"), NotSdpError),
        (("UDP/TLS/RTP/SAVPF", "RTP/AVP"), NothingToCarryError),
        (("a=fingerprint:sha-256", "a=fingerprint:sha-1"), NoFingerprintError),
        (("a=fingerprint:sha-256 AB", "a=fingerprint:sha-256 XY"), NoFingerprintError),
        (("a=setup:actpass", "a=setup:holdconn"), NoFingerprintError),
        (("a=ice-pwd:0123456789abcdefghijkl", "a=ice-pwd:short"), NoIceError),
        (("a=group:BUNDLE 0 1 2", "a=group:BUNDLE 0"), NotBundledError),
        (("a=rtcp-mux", "a=x"), NotBundledError),
        (("opus/48000", "speex/48000"), NoCommonCodecError),
        (("a=sendrecv", "a=inactive"), NothingToCarryError),
        (("m=audio 9 UDP/TLS/RTP/SAVPF 111", "m=audio 9 UDP/TLS/RTP/SAVPF 96"), SdpError),
        (("m=video 9", "m=video 99999"), NotSdpError),
    ],
)
def test_an_unusable_offer_is_refused_by_name(
    change: tuple[str, str], error: type[SdpError]
) -> None:
    assert change[0] in BROWSER
    text = BROWSER.replace(*change)
    with pytest.raises(error) as raised:
        negotiation.answer_to(sdp.parse(text), "both", BOTH)
    assert raised.value.code.startswith("sdp.")


def test_too_much_is_refused_unread() -> None:
    with pytest.raises(SdpTooLargeError):
        sdp.parse(BROWSER + "a=x\r\n" * 20_000)
    with pytest.raises(TooManyMediaError):
        sdp.parse(BROWSER + "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n" * 6)


@pytest.mark.parametrize(
    "line",
    [
        "a=rtcp-fb:* x{}",
        "a=rtcp-fb:* nack",
        "a=fmtp:* ",
        "a=fmtp:* a=b{}",
        "a=rtpmap:* x/1",
        "a=fmtp:106 a{}=1;b=2",
        "a=candidate:{} 1 udp 1 ::{} 5 typ host",
        "a=fingerprint:sha-256 " + ":".join(["00"] * 32),
        "a=",
    ],
)
def test_a_line_repeated_as_often_as_fits_takes_no_longer_than_any(line: str) -> None:
    numbers = " ".join(str(number) for number in range(64, 128))
    head = BROWSER.partition("m=application")[0] + f"m=video 9 UDP/TLS/RTP/SAVPF {numbers}\r\n"
    many = ""
    number = 0
    while len(head) + len(many) < sdp.MAX_BYTES - 100:
        many += line.replace("{}", f"{number:x}") + "\r\n"
        number += 1
    read: list[sdp.Description] = []
    assert calls_of(lambda: read.append(sdp.parse(head + many))) < 5 * sdp.MAX_BYTES
    assert len(read[0].candidates) <= sdp.MAX_CANDIDATES


def test_feedback_may_be_said_of_all_numbers_at_once_and_nothing_else_may() -> None:
    text = BROWSER.replace("a=rtcp-fb:96 nack pli", "a=rtcp-fb:* nack pli\r\na=fmtp:* x=1")
    video = sdp.parse(text).sections[1]
    assert all("nack pli" in one.feedback for one in video.formats)
    assert not any("x" in one.parameters for one in video.formats)


def test_nothing_of_the_offer_is_written_back_but_tokens() -> None:
    with pytest.raises(NotSdpError):
        sdp.parse(BROWSER.replace("a=mid:1", "a=mid:1 x\ta=evil"))


def test_an_answer_of_other_sections_is_refused() -> None:
    ours = negotiation.our_offer({"audio": 3, "video": 3}, ("h264",))
    with pytest.raises(AnswerDiffersError):
        negotiation.accepted(ours, sdp.parse(BROWSER))


def test_ten_thousand_mutated_offers_raise_nothing_else() -> None:
    chance = random.Random(1)
    refused = 0
    for _ in range(10_000):
        text = mutated(BROWSER, chance)
        try:
            read = sdp.parse(text)
            agreed = negotiation.answer_to(read, chance.choice(list(negotiation.MASKS)), BOTH)
            sections = tuple(
                (theirs, (one,) if one else ())
                for theirs, one in zip(read.sections, agreed, strict=True)
            )
            sdp.parse(negotiation.write(LOCAL, "active", sections).replace("a=inactive", ""))
        except SdpError:
            refused += 1
    assert 1_000 < refused < 9_900


def test_mutated_trickle_fragments_raise_nothing_else() -> None:
    chance = random.Random(2)
    fragment = "\r\n".join(BROWSER.split("\r\n")[28:36])
    assert sdp.parse_trickle(fragment).candidates
    for _ in range(2_000):
        try:
            sdp.parse_trickle(mutated(fragment, chance))
        except SdpError:
            continue


async def test_hundreds_of_mutated_offers_to_a_session_end_in_an_answer_or_a_refusal() -> None:
    chance = random.Random(3)
    answered = 0
    for _ in range(300):
        peer = Peer(Owner(), PeerConfig())
        try:
            async with asyncio.timeout(5):
                await peer.answer(mutated(BROWSER, chance), direction="both", codecs=BOTH)
            answered += 1
        except SdpError:
            pass
        finally:
            await peer.close()
    assert answered > 10


LOCAL = negotiation.Local(
    session=1,
    cname="c",
    user="abcd",
    password="0123456789abcdefghijkl",
    fingerprints=(f"sha-256 {DIGEST}",),
    candidates=(),
    ssrcs={"audio": (1, 2), "video": (3, 4)},
)
_BITS = ("", "0", "-1", "99999999999999999999", "\0", "é", "a=", "\r\n", "m=", ":", " ", "٣", "=")


def mutated(text: str, chance: random.Random) -> str:
    """Return the text with some lines lost, doubled, swapped, cut, and letters exchanged."""
    lines = text.split("\r\n")
    for _ in range(chance.choice((1, 1, 2, 8))):
        at = chance.randrange(len(lines))
        match chance.randrange(6):
            case 0:
                lines.pop(at) if len(lines) > 1 else None
            case 1:
                lines.insert(at, chance.choice(lines))
            case 2:
                lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
            case 3:
                cut = chance.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:cut] + chance.choice(_BITS) + lines[at][cut:]
            case 4:
                words = lines[at].split(" ")
                words[chance.randrange(len(words))] = chance.choice(_BITS)
                lines[at] = " ".join(words)
            case _:
                other = chance.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
    return "\r\n".join(lines)
