// Follow the conference for hours: the first state by asking, then the stream; says when what is shown may be old.
/* global live */
import { firstState } from "./api.js";

const SILENT_MS = 6000; // `live` comes every second
const AGAIN_MS = 2000;
const SOON_MS = 500;

/** Calls `told({state, live, up, ahead, lost})` with what changed. `lost` is a refusal: sign in anew. Returns a stop. */
export function follow(told) {
  const known = { revision: -1, conference: "", heard: 0, up: null, close: null, stopped: false, figures: false };
  const line = (up) => { if (up !== known.up) { known.up = up; told({ up }); } };
  const hear = () => { known.heard = Date.now(); line(true); };
  const take = (state) => {
    if (!state || (state.plan.id === known.conference && state.revision < known.revision)) return; // older than what we have
    known.conference = state.plan.id; known.revision = state.revision;
    told({ state });
  };
  async function begin() {
    if (known.stopped) return;
    try {
      const { state, ahead } = await firstState();
      if (known.stopped) return;
      told({ ahead });
      hear(); take(state);
    } catch (error) {
      if (known.stopped) return;
      line(false);
      if (error.status === 401 || error.status === 403) { told({ lost: error }); return; }
      if (error.status === 404 || error.status === 409) told({ none: true });
      setTimeout(begin, AGAIN_MS * (0.5 + Math.random()));
      return;
    }
    open();
  }
  function open() {
    known.close = live("/api/live", {
      state: (state) => { hear(); take(state); },
      live: (figures) => { known.figures = true; hear(); told({ live: figures }); },
    }, (up) => { if (up) hear(); else anew(); });
  }
  /** A stream cannot say why it is refused: asking can, who was signed out is told so. */
  function anew() {
    line(false);
    known.close?.(); known.figures = false;
    setTimeout(begin, SOON_MS * (0.5 + Math.random()));
  }
  const watch = setInterval(() => {
    if (known.up && known.figures && Date.now() - known.heard > SILENT_MS) anew();
  }, 1000);
  begin();
  return () => { known.stopped = true; clearInterval(watch); known.close?.(); };
}
