// A session that is kept up: begun again with back-off whenever it is refused, fails or brings nothing.
const FIRST_MS = 500;
const MOST_MS = 10000;
const CONNECT_WITHIN_MS = 12000;
export const SEAT_TAKEN = "conference.seat_taken";
const SLOWLY = { [SEAT_TAKEN]: 30000 }; // nothing is wrong, and what would change it is heard elsewhere
const FATAL = new Set(["conference.turned_away", "conference.expelled", "conference.locked", "conference.ended"]);

/** `begin()` makes a Session anew. `told(state, error)`: "connecting", "up", "again" or "refused". Returns a handle. */
export function keep(begin, told) {
  const now = { session: null, wait: FIRST_MS, timer: 0, rests: false, stopped: false, state: "", turn: 0 };
  const tell = (state, error) => { if (state !== now.state || error) { now.state = state; told(state, error); } };

  async function start() {
    const turn = ++now.turn;
    now.rests = false;
    clearTimeout(now.timer);
    tell(now.state === "again" ? "again" : "connecting");
    let session;
    try { session = await begin(); } catch (error) {
      if (turn !== now.turn || now.stopped) return;
      if (FATAL.has(error.code)) { now.stopped = true; tell("refused", error); return; }
      later(error); return;
    }
    if (now.stopped || turn !== now.turn) { session.close(); return; }
    now.session = session;
    const peer = session.peer;
    const look = () => {
      if (turn !== now.turn) return;
      if (peer.connectionState === "connected") { clearTimeout(now.timer); now.wait = FIRST_MS; tell("up"); }
      if (peer.connectionState === "failed" || peer.connectionState === "closed") again();
      if (peer.connectionState === "disconnected") { clearTimeout(now.timer); now.timer = setTimeout(again, 3000); tell("again"); }
    };
    peer.addEventListener("connectionstatechange", look);
    now.timer = setTimeout(again, CONNECT_WITHIN_MS);
    look();
  }

  function later(error) {
    now.rests = true;
    tell("again", error);
    clearTimeout(now.timer);
    now.timer = setTimeout(start, (SLOWLY[error?.code] || now.wait) * (0.6 + 0.8 * Math.random()));
    now.wait = Math.min(now.wait * 2, MOST_MS);
  }

  function again() {
    if (now.stopped) return;
    now.turn += 1;
    now.session?.close(); now.session = null;
    later();
  }

  queueMicrotask(start); // its owner holds the handle by then
  return {
    again,
    /** Begin now instead of later. */
    soon() { if (now.rests) start(); },
    get session() { return now.session; },
    stop() { now.stopped = true; now.rests = false; now.turn += 1; clearTimeout(now.timer); const ended = now.session?.close(); now.session = null; return ended; },
  };
}
