// One call: both ways of sound and picture with a kiosk, and the newest picture of what the citizen lets be seen.
import { watchFreshness } from "../media/freshness.js";
import { makePlayer } from "../media/player.js";
import { call } from "../media/session.js";

const LOST_AFTER_MS = 6000;

/** Takes what `/api/help/{call}/take` gave. `over(why)` is called once it cannot go on. */
export function makeTalk(taken, devices, changed, over) {
  const { video, stream, start } = makePlayer();
  const now = { state: "connecting", fresh: false, blocked: false, form: 0, hidden: "unasked", ended: false };
  const kept = { session: null, timer: 0 };
  const stopLooking = watchFreshness(video, (fresh) => { now.fresh = fresh; changed(); });
  const lost = () => { if (!now.ended) over("lost"); };
  const hear = () => start().then(() => { now.blocked = false; changed(); }, () => { now.blocked = video.paused; changed(); });

  function look() {
    const state = kept.session.peer.connectionState;
    clearTimeout(kept.timer);
    if (state === "connected") { now.state = "up"; hear(); } else if (state === "failed" || state === "closed") lost(); else if (state === "disconnected") { now.state = "again"; kept.timer = setTimeout(lost, LOST_AFTER_MS); }
    changed();
  }

  async function begin() {
    try {
      const session = await call(taken.url, taken.token, devices.now.stream, stream, { ice: { servers: taken.ice_servers, relayOnly: taken.relay_only } });
      if (now.ended) { session.close(); return; }
      kept.session = session;
      session.peer.addEventListener("connectionstatechange", look);
      look();
    } catch { lost(); }
  }
  begin();
  return {
    id: taken.call, now, video, hear,
    /** What the desk was told of this call. */
    saw(row) { now.form = row.form; now.hidden = row.hidden; },
    end() { now.ended = true; clearTimeout(kept.timer); stopLooking(); return kept.session?.close(); },
  };
}
