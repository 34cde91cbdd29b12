// The wall: the composed picture everybody gets, and the notice that covers it when it is not live.
import { post } from "../core/api.js";
import { t } from "../core/texts.js";
import { dot } from "../core/ui.js";
import { h, icon } from "../core/view.js";
import { figuresOf, watchFreshness } from "../media/freshness.js";
import { keep } from "../media/kept.js";
import { makePlayer } from "../media/player.js";
import { play } from "../media/session.js";

/** A player of the wall. `changed()` repaints. */
export function makeWall(changed) {
  const { video, stream, start } = makePlayer({ muted: true });
  const now = { state: "connecting", fresh: false, figures: null };
  const kept = keep(async () => {
    const watch = await post("/api/watch");
    return play(`/whep/${watch.conference}`, watch.play, stream, { ice: { servers: watch.ice_servers, relayOnly: watch.relay_only } });
  }, (state) => { now.state = state; start().catch(() => {}); changed(); });
  watchFreshness(video, (fresh) => { now.fresh = fresh; changed(); });
  setInterval(async () => { now.figures = await figuresOf(kept.session, now.figures).catch(() => null); }, 2000);

  const cover = () => (now.fresh && now.state === "up" ? null : h("div", { class: "cover", role: "status" }, icon("wall"), h("b", {}, t(now.state === "up" ? "wall.frozen" : now.state === "connecting" ? "wall.connecting" : "wall.again"))));
  return {
    stop: kept.stop,
    view: () => h("section", { class: "wall", "aria-label": t("wall.title"), id: "wall" },
      video, cover(),
      h("div", { class: "over" },
        dot(t(video.muted ? "wall.listen" : "wall.silence"), video.muted ? "sound-off" : "sound", { id: "listen", onclick: () => { video.muted = !video.muted; changed(); } }),
        dot(t("wall.full"), "expand", { id: "full", onclick: () => video.requestFullscreen?.().catch(() => {}) }))),
  };
}
