// WHIP and WHEP clients that others wrote, each behind the same two words: publish and play.
import { WHIPClient } from "whip-whep/whip.js";
import { WHEPClient } from "whip-whep/whep.js";
import { WHIPClient as EyevinnWhip } from "@eyevinn/whip-web-client";
import { WebRTCPlayer } from "@eyevinn/webrtc-player";

const media = () => navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 360 }, audio: true });

const clients = {
  "whip-whep/whip": async (url, token) => {
    const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    for (const track of (await media()).getTracks()) pc.addTransceiver(track, { direction: "sendonly" });
    const client = new WHIPClient();
    await client.publish(pc, url, token);
    return { pc: () => pc, stop: () => client.stop() };
  },
  "whip-whep/whep": async (url, token) => {
    const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    pc.addTransceiver("audio", { direction: "recvonly" });
    pc.addTransceiver("video", { direction: "recvonly" });
    const client = new WHEPClient();
    await client.view(pc, url, token);
    return { pc: () => pc, stop: () => client.stop() };
  },
  "@eyevinn/whip-web-client": async (url, token) => {
    const client = new EyevinnWhip({ endpoint: url, opts: { authkey: token, iceServers: [] } });
    await client.ingest(await media());
    return { pc: () => client.peer, stop: () => client.destroy() };
  },
  "@eyevinn/webrtc-player": async (url, token) => {
    const video = document.querySelector("video");
    const player = new WebRTCPlayer({ video, type: "whep", iceServers: [] });
    await player.load(new URL(url), `Bearer ${token}`);
    return { pc: () => player.peer, stop: () => player.unload() };
  },
};

window.begin = async (name, url, token) => { window.running = await clients[name](url, token); };
window.end = async () => { await window.running.stop(); };
window.seen = async () => {
  const found = { state: window.running.pc()?.connectionState ?? "closed" };
  for (const one of (await window.running.pc().getStats()).values()) {
    if (one.type === "inbound-rtp" && one.kind === "video") found.framesDecoded = one.framesDecoded;
    if (one.type === "inbound-rtp" && one.kind === "audio") found.audioPackets = one.packetsReceived;
    if (one.type === "outbound-rtp" && one.kind === "video") found.framesSent = one.framesSent;
    if (one.type === "codec" && one.mimeType.startsWith("video/")) found.codec = one.mimeType;
  }
  return found;
};
