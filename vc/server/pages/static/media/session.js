// One WebRTC session over HTTP: WHIP to publish (RFC 9725), WHEP to play (also when the server answers
// 406 with an offer of its own, which is answered with PATCH).
const ANSWER_WITHIN_MS = 10000;
const GATHER_WITHIN_MS = 1500; // a relay that is slow to answer must not hold the rest up: what comes later is trickled
const SDP = "application/sdp";

export class SessionError extends Error {
  constructor(code, text) { super(text); this.code = code; this.text = text; }
}

/** Publish the stream's tracks to `url`. `limits` are bits and pictures a second. Returns the Session. */
export async function publish(url, token, stream, { ice, codecs = ["video/H264", "video/VP8"], maxKbps = 1500, fps = 25 } = {}) {
  const session = new Session(url, token, ice);
  for (const track of stream.getTracks()) {
    const transceiver = session.peer.addTransceiver(track, { direction: "sendonly", streams: [stream], sendEncodings: track.kind === "video" ? [{ maxBitrate: maxKbps * 1000, maxFramerate: fps }] : undefined });
    if (track.kind === "video") prefer(transceiver, RTCRtpSender.getCapabilities("video"), codecs);
  }
  await session.offer();
  return session;
}

/** Play what `url` has into `stream`. Returns the Session. */
export async function play(url, token, stream, { ice, codecs = ["video/H264", "video/VP8"] } = {}) {
  const session = new Session(url, token, ice);
  session.onTrack(stream);
  prefer(session.peer.addTransceiver("video", { direction: "recvonly" }), RTCRtpReceiver.getCapabilities("video"), codecs);
  session.peer.addTransceiver("audio", { direction: "recvonly" });
  await session.offer(stream);
  return session;
}

/** Send the stream's tracks to one other and receive his into `into`; what we have no track for is received alone. */
export async function call(url, token, stream, into, { ice, codecs = ["video/H264"], maxKbps = 800, fps = 20 } = {}) {
  const session = new Session(url, token, ice);
  session.onTrack(into);
  for (const kind of ["audio", "video"]) {
    const track = stream.getTracks().find((one) => one.kind === kind);
    const transceiver = session.peer.addTransceiver(track || kind, { direction: track ? "sendrecv" : "recvonly", streams: track ? [stream] : [], sendEncodings: track && kind === "video" ? [{ maxBitrate: maxKbps * 1000, maxFramerate: fps }] : undefined });
    if (kind === "video") prefer(transceiver, RTCRtpSender.getCapabilities("video"), codecs);
  }
  await session.offer();
  return session;
}

/** Ask for these codecs alone, in this order, with their retransmission; a browser without one goes on with the rest. */
function prefer(transceiver, capabilities, codecs) {
  const has = capabilities ? capabilities.codecs : [];
  const baseline = (codec) => !/profile-level-id/.test(codec.sdpFmtpLine || "") || (/profile-level-id=42/i.test(codec.sdpFmtpLine) && /packetization-mode=1/.test(codec.sdpFmtpLine));
  const chosen = codecs.flatMap((mime) => has.filter((codec) => codec.mimeType.toLowerCase() === mime.toLowerCase() && baseline(codec)));
  if (chosen.length) transceiver.setCodecPreferences([...chosen, ...has.filter((codec) => codec.mimeType === "video/rtx")]);
}

class Session {
  #url; #token; #etag = ""; #late = []; #closed = false;
  constructor(url, token, ice = {}) {
    this.#url = url; this.#token = token; this.place = null; this.ice = ice;
    this.#begin();
  }

  #begin() {
    this.peer = new RTCPeerConnection({ iceServers: this.ice.servers || [], iceTransportPolicy: this.ice.relayOnly ? "relay" : "all", bundlePolicy: "max-bundle" });
    this.peer.addEventListener("icecandidate", ({ candidate }) => { if (candidate && this.place) this.#trickle(candidate); else if (candidate) this.#late.push(candidate); });
  }

  onTrack(stream) {
    this.peer.addEventListener("track", ({ track }) => {
      for (const old of stream.getTracks()) if (old.kind === track.kind) stream.removeTrack(old);
      stream.addTrack(track);
    });
  }

  /** Offer; raises SessionError with the server's code. With `stream`, a 406's counter-offer is taken up. */
  async offer(stream) {
    try {
      await this.peer.setLocalDescription(await this.peer.createOffer());
      await this.#gathered();
      const answer = await this.#send("POST", this.#url, this.peer.localDescription.sdp, SDP);
      if (answer.status === 406 && stream && answer.headers.get("Content-Type")?.startsWith(SDP)) { await this.#answerTo(answer, stream); return; }
      await this.#refused(answer, 201);
      this.#settle(answer);
      const text = await answer.text();
      if (this.#closed) { await this.#end(); throw new SessionError("session.closed", "closed"); }
      await this.peer.setRemoteDescription({ type: "answer", sdp: text });
    } catch (error) { await this.close(); throw error instanceof SessionError ? error : new SessionError("session.failed", error.message); }
  }

  async #answerTo(answer, stream) {
    const offer = await answer.text();
    this.peer.close(); this.#late = []; this.#begin(); this.onTrack(stream);
    await this.peer.setRemoteDescription({ type: "offer", sdp: offer });
    await this.peer.setLocalDescription(await this.peer.createAnswer());
    await this.#gathered();
    this.#settle(answer);
    await this.#refused(await this.#send("PATCH", this.place, this.peer.localDescription.sdp, SDP), 204, 200);
  }

  #settle(answer) {
    const place = answer.headers.get("Location");
    if (!place) throw new SessionError("session.failed", "The answer names no session.");
    this.place = new URL(place, new URL(this.#url, location.href)).href;
    this.#etag = answer.headers.get("ETag") || "";
    const known = this.peer.localDescription.sdp;
    for (const candidate of this.#late) if (!known.includes(candidate.candidate)) this.#trickle(candidate);
    this.#late = [];
  }

  /** Send a candidate that came after the offer (RFC 8840 fragment). A server that takes none is no fault. */
  #trickle(candidate) {
    const sdp = this.peer.localDescription.sdp;
    const line = (name) => (sdp.match(new RegExp(`^a=${name}:.*$`, "m")) || [""])[0];
    const medium = (sdp.match(/^m=.*$/m) || [""])[0];
    const fragment = `${line("ice-ufrag")}\r\n${line("ice-pwd")}\r\n${medium}\r\na=mid:${candidate.sdpMid ?? "0"}\r\na=${candidate.candidate}\r\n`;
    this.#send("PATCH", this.place, fragment, "application/trickle-ice-sdpfrag").catch(() => {});
  }

  #gathered() {
    const peer = this.peer;
    return new Promise((resolve) => {
      if (peer.iceGatheringState === "complete") { resolve(); return; }
      const timer = setTimeout(resolve, GATHER_WITHIN_MS);
      peer.addEventListener("icegatheringstatechange", () => { if (peer.iceGatheringState === "complete") { clearTimeout(timer); resolve(); } });
    });
  }

  async #send(method, url, body, type) {
    const headers = { Authorization: `Bearer ${this.#token}`, ...(type ? { "Content-Type": type } : {}), ...(method === "PATCH" && this.#etag ? { "If-Match": this.#etag } : {}) };
    try { return await fetch(url, { method, headers, body, signal: AbortSignal.timeout(ANSWER_WITHIN_MS), keepalive: method === "DELETE" }); } catch { throw new SessionError("line.down", "no answer"); }
  }

  async #refused(answer, ...fine) {
    if (fine.includes(answer.status)) return;
    let told = {};
    try { told = await answer.json(); } catch { /* a stranger's server: its status tells */ }
    throw new SessionError(told.code || `http.${answer.status}`, told.text || answer.statusText);
  }

  async #end() {
    const place = this.place;
    this.place = null;
    if (place) await this.#send("DELETE", place).catch(() => {});
  }

  /** End the session here and there; done twice, it is done once. */
  async close() {
    this.#closed = true;
    this.peer.close();
    await this.#end();
  }
}
