// A guest's way through the door and back again: the ticket, fresh tokens, sound and picture both ways.
import { get, post } from "../core/api.js";
import { watchFreshness } from "../media/freshness.js";
import { chooseScreen } from "../media/devices.js";
import { keep, SEAT_TAKEN } from "../media/kept.js";
import { makePlayer } from "../media/player.js";
import { play, publish, SessionError } from "../media/session.js";

const ASK_MS = 2000;
const SHARE = { maxKbps: 2000, fps: 10 };

/** The ticket of this link, kept over a reload of the page. */
export function makeTicket(code) {
  const key = `ticket ${code}`;
  return { get: () => sessionStorage.getItem(key) || "", set: (ticket) => (ticket ? sessionStorage.setItem(key, ticket) : sessionStorage.removeItem(key)) };
}

export const knock = (code, pin, name) => post("/api/join", { code, pin, name });
export const askAgain = (ticket) => get(`/api/join/${encodeURIComponent(ticket)}`);

/** Ask at the waiting room's door until somebody decides; `told(joined, error)`. Returns a stop. */
export function wait(ticket, told) {
  const now = { timer: 0, stopped: false };
  async function ask() {
    let joined = null, fault = null;
    try { joined = await askAgain(ticket); } catch (error) { fault = error; }
    if (now.stopped) return;
    if (told(joined, fault)) now.timer = setTimeout(ask, ASK_MS);
  }
  now.timer = setTimeout(ask, ASK_MS);
  return () => { now.stopped = true; clearTimeout(now.timer); };
}

/** The media of somebody who is inside. `told(state)` is "connecting", "up", "again", "refused", or "beside" the room of one's own site. */
export function makeCall(ticket, devices, changed) {
  const { video, stream, start } = makePlayer();
  const now = { seeing: "connecting", sending: "connecting", sharing: "", fresh: false, blocked: false, error: null };
  let turn = Promise.resolve();
  /** One after another: each takes fresh tokens, and none is spent by another's. */
  const inTurn = (work) => { const done = turn.then(work); turn = done.catch(() => {}); return done; };
  const admitted = async () => {
    const joined = await askAgain(ticket);
    if (joined.refused) throw new SessionError(joined.refused, joined.refused);
    if (joined.waiting) throw new SessionError("guest.waiting", "waiting");
    return { ...joined, ice: { servers: joined.ice_servers, relayOnly: joined.relay_only } };
  };
  const told = (name) => (state, error) => { now[name] = error?.code === SEAT_TAKEN ? "beside" : state; if (error) now.error = error; changed(); };
  const hear = () => start().then(() => { now.blocked = false; changed(); }, () => { now.blocked = video.paused; changed(); });

  const seeing = keep(() => inTurn(async () => { const one = await admitted(); return play(`/whep/${one.conference}`, one.play, stream, { ice: one.ice }); }), (state, error) => { told("seeing")(state, error); if (state === "up") hear(); });
  const send = () => keep(() => inTurn(async () => { const one = await admitted(); return publish(`/whip/${one.conference}`, one.publish, devices.now.stream, { ice: one.ice }); }), told("sending"));
  const kept = { sending: devices.now.stream.getTracks().length ? send() : null, sharing: null, screen: null };
  if (!kept.sending) now.sending = "none";
  const stopLooking = watchFreshness(video, (fresh) => { now.fresh = fresh; changed(); });

  function stopSharing() {
    kept.sharing?.stop(); kept.sharing = null;
    for (const track of kept.screen?.getTracks() || []) track.stop();
    kept.screen = null; now.sharing = ""; changed();
  }
  return {
    now, video, hear, stopSharing,
    /** Put newly chosen devices into the session that stands. */
    async refit() {
      if (!kept.sending) { if (devices.now.stream.getTracks().length) kept.sending = send(); return; }
      const senders = kept.sending.session?.peer.getSenders() || [], tracks = devices.now.stream.getTracks();
      const same = senders.length === tracks.length && senders.every((sender) => tracks.some((track) => track.kind === sender.track?.kind));
      if (!same) { kept.sending.again(); return; }
      await Promise.all(senders.map((sender) => sender.replaceTrack(tracks.find((track) => track.kind === sender.track.kind))));
    },
    async share() {
      const screen = await chooseScreen();
      if (!screen) return;
      kept.screen = screen;
      screen.getVideoTracks()[0].addEventListener("ended", stopSharing); // the browser's own "stop sharing"
      kept.sharing = keep(() => inTurn(async () => { const one = await admitted(); return publish(`/whip/${one.conference}`, one.share, screen, { ice: one.ice, ...SHARE }); }), told("sharing"));
    },
    /** The room of the own site is gone: its seat is free. */
    takeSeat() { if (now.seeing === "beside") seeing.soon(); if (now.sending === "beside") kept.sending?.soon(); },
    session: () => seeing.session,
    async end() { stopLooking(); stopSharing(); await Promise.all([seeing.stop(), kept.sending?.stop()]); },
  };
}
