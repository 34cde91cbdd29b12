"""A WHEP player of GStreamer's webrtcbin, run by Debian's Python: decodes, counts, leaves.

`/usr/bin/python3 gst_whep.py URL TOKEN COUNT WITHIN_S` prints JSON: what was decoded of each kind
and the connection's state; exit 0 once COUNT of both were, 1 when it never was, 77 without
GStreamer.
"""

import json
import sys
import threading
import urllib.error
import urllib.request
from typing import Any

try:
    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("GstWebRTC", "1.0")
    gi.require_version("GstSdp", "1.0")
    from gi.repository import GLib, Gst, GstSdp, GstWebRTC
except (ImportError, ValueError) as missing:
    sys.stderr.write(f"{missing}\n")
    sys.exit(77)

CAPS = {
    "video": "application/x-rtp,media=video,encoding-name=H264,payload=102,clock-rate=90000,"
    "packetization-mode=(string)1,profile-level-id=(string)42e01f,rtcp-fb-nack-pli=true",
    "audio": "application/x-rtp,media=audio,encoding-name=OPUS,payload=111,clock-rate=48000,"
    "encoding-params=(string)2",
}
DECODERS = {
    "video": "queue ! rtph264depay ! avdec_h264 max-threads=1 ! fakesink name=sink",
    "audio": "queue ! rtpopusdepay ! opusdec plc=true ! fakesink name=sink",
}


class Player:
    """Offers to receive, POSTs the offer once all candidates are there, counts what is decoded."""

    def __init__(self, url: str, token: str, count: int) -> None:
        self.decoded = {"video": 0, "audio": 0}
        self.loop = GLib.MainLoop()
        self.leg = ""
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._count = count
        self._is_sent = False
        self._kept: list[
            Any
        ] = []  # webrtcbin borrows descriptions and promises: Python must hold them
        self.pipeline = Gst.Pipeline.new("whep")
        self.bin = Gst.ElementFactory.make("webrtcbin", None)
        self.bin.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
        self.pipeline.add(self.bin)
        agent = self.bin.get_property("ice-agent")  # it gathers no loopback address by itself
        agent.emit("add-local-ip-address", "127.0.0.1")
        self._kept.append(agent)
        for caps in CAPS.values():
            direction = GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY
            self.bin.emit("add-transceiver", direction, Gst.Caps.from_string(caps))
        self.bin.connect("pad-added", self._on_pad)
        self.bin.connect("on-negotiation-needed", self._on_negotiation)
        self.bin.connect("notify::ice-gathering-state", self._on_gathering)

    def play(self, within_s: float) -> str:
        GLib.timeout_add(int(within_s * 1000), self.loop.quit)
        self.pipeline.set_state(Gst.State.PLAYING)
        self.loop.run()
        state: str = self.bin.get_property("connection-state").value_nick
        self.pipeline.set_state(Gst.State.NULL)
        if self.leg:
            self._send("DELETE", self.leg)
        return state

    def _on_pad(self, _: Any, pad: Any) -> None:
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        kind = pad.get_current_caps().get_structure(0).get_string("media")
        decoder = Gst.parse_bin_from_description(DECODERS[kind], True)
        sink = decoder.get_by_name("sink")
        sink.set_property("sync", False)
        sink.set_property("signal-handoffs", True)
        sink.connect("handoff", self._on_decoded, kind)
        self.pipeline.add(decoder)
        decoder.sync_state_with_parent()
        pad.link(decoder.get_static_pad("sink"))

    def _on_decoded(self, _sink: Any, _buffer: Any, _pad: Any, kind: str) -> None:
        self.decoded[kind] += 1
        if min(self.decoded.values()) >= self._count:
            GLib.idle_add(self.loop.quit)

    def _on_negotiation(self, _: Any) -> None:
        promise = Gst.Promise.new_with_change_func(self._on_offer)
        self.bin.emit("create-offer", None, promise)

    def _on_offer(self, promise: Any) -> None:
        promise.wait()
        reply = promise.get_reply()
        offer = reply.get_value("offer")
        done = Gst.Promise.new()
        self._kept += [promise, reply, offer, done]
        self.bin.emit("set-local-description", offer, done)

    def _on_gathering(self, *_: Any) -> None:
        state = self.bin.get_property("ice-gathering-state")
        if state == GstWebRTC.WebRTCICEGatheringState.COMPLETE and not self._is_sent:
            self._is_sent = True
            threading.Thread(target=self._exchange, daemon=True).start()

    def _exchange(self) -> None:
        offer = self.bin.get_property("local-description").sdp.as_text()
        try:
            answer, headers = self._send("POST", self._url, offer)
        except urllib.error.HTTPError as error:
            sys.stderr.write(f"{error} {error.read().decode()}\n")
            GLib.idle_add(self.loop.quit)
            return
        self.leg = self._url.split("/whep/")[0] + headers["Location"]
        _, message = GstSdp.SDPMessage.new_from_text(answer)
        kind = GstWebRTC.WebRTCSDPType.ANSWER
        description = GstWebRTC.WebRTCSessionDescription.new(kind, message)
        done = Gst.Promise.new()
        self._kept += [message, description, done]
        self.bin.emit("set-remote-description", description, done)

    def _send(self, method: str, url: str, sdp: str | None = None) -> tuple[str, Any]:
        headers = self._headers | ({"Content-Type": "application/sdp"} if sdp else {})
        data = sdp.encode() if sdp else None
        request = urllib.request.Request(  # noqa: S310 - the test's own address
            url, data=data, method=method, headers=headers
        )
        with urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310 - the same
            return reply.read().decode(), reply.headers


def main(url: str, token: str, count: str, within_s: str) -> int:
    Gst.init(None)
    player = Player(url, token, int(count))
    state = player.play(float(within_s))
    sys.stdout.write(json.dumps({"decoded": player.decoded, "state": state}) + "\n")
    return 0 if min(player.decoded.values()) >= int(count) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
