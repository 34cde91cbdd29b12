// Inside: the common picture, where one stands, and the big buttons.
import { clock, t } from "../core/texts.js";
import { button, dot } from "../core/ui.js";
import { h, icon } from "../core/view.js";
import * as known from "../core/model.js";
import { checkInCard, mayAsk, paperCard, requestCard, voteCard } from "./cards.js";

const beside = (call) => call.now.seeing === "beside" || call.now.sending === "beside";

/** Where a person stands, worst first: [look, picture, words, more words]. */
export function standing(seen, now) {
  const { call, state, joined } = seen, me = state && known.member(state, joined.member);
  if (!seen.up || [call.now.seeing, call.now.sending].includes("again")) return ["bad", "alarm", t("standing.again"), t("standing.again_text")];
  if (!state || call.now.seeing === "connecting" || call.now.sending === "connecting") return ["wait", "clock", t("standing.connecting"), ""];
  if (state.floor?.holder === joined.member) {
    const left = known.secondsLeft(state, now);
    return [left !== null && left < 0 ? "over-time" : "speaks", "mic", t("standing.speaking"), left === null ? clock(known.secondsSince(state.floor.since, now)) : t(left < 0 ? "standing.over" : "standing.left", { time: clock(Math.abs(left)) })];
  }
  if (state.phase === "lobby" && !beside(call)) return ["wait", "clock", t("standing.lobby"), t("standing.lobby_text")];
  const waiting = known.waitingRequests(state), at = waiting.findIndex((one) => one.site === joined.member);
  if (at >= 0) return waiting[at].status === "approved" ? ["wait", "hand", t("standing.approved"), at ? t("standing.place", { n: at }) : t("standing.next")] : ["wait", "hand", t("standing.asked"), t("standing.asked_text")];
  if (beside(call)) return ["fine", "check", t("standing.beside"), t("standing.beside_text")];
  if (me?.muted) return ["muted", "mic-off", t("standing.muted"), t("standing.muted_text")];
  return ["fine", "check", t("standing.in"), call.now.sending === "none" ? t("standing.only_watching") : ""];
}

const COVERS = { up: "wall.frozen", connecting: "wall.connecting", beside: "standing.beside" };

export function insideView(seen, does, now) {
  const { call, state, devices } = seen, frozen = !call.now.fresh || call.now.seeing !== "up";
  const [look, picture, words, more] = standing(seen, now);
  return h("main", { class: `inside ${seen.panel ? "with-panel" : ""}` },
    h("section", { class: "stage", "aria-label": t("wall.title") },
      call.video, frozen ? h("div", { class: "cover", role: "status", id: "cover" }, icon("wall"), h("b", {}, t(COVERS[call.now.seeing] || "wall.again"))) : null,
      call.now.blocked ? h("button", { type: "button", class: "gold unblock", onclick: call.hear }, icon("sound"), t("wall.hear")) : null,
      devices.now.stream.getVideoTracks().length ? h("div", { class: "self", "aria-label": t("self.title") }, seen.preview, devices.now.cameraOn ? null : h("div", { class: "cover" }, icon("camera-off"))) : null,
      h("div", { class: "over" }, dot(t("wall.full"), "expand", { onclick: () => call.video.requestFullscreen?.().catch(() => {}) }))),
    h("div", { class: `standing ${look}`, role: "status", id: "standing" }, icon(picture), h("div", {}, h("b", {}, words), more ? h("span", {}, more) : null)),
    h("aside", { class: "cards" }, state ? [voteCard(seen, does), checkInCard(seen, does), requestCard(seen, does), paperCard(seen, does)] : null),
    controls(seen, does));
}

function controls(seen, does) {
  const { devices, call, state, joined } = seen;
  const { microphoneOn, cameraOn } = devices.now, muted = state && known.member(state, joined.member)?.muted, shares = Boolean(call.now.sharing);
  const has = { microphone: devices.now.stream.getAudioTracks().length, camera: devices.now.stream.getVideoTracks().length };
  const canShare = Boolean(navigator.mediaDevices?.getDisplayMedia);
  return h("nav", { class: "controls", "aria-label": t("tools") },
    button(t(microphoneOn ? (muted ? "mic.held" : "mic.on") : "mic.off"), { picture: microphoneOn && !muted ? "mic" : "mic-off", look: microphoneOn ? (muted ? "control held" : "control") : "control off", id: "microphone-button", disabled: !has.microphone, "aria-pressed": String(microphoneOn), onclick: () => devices.turn("microphoneOn") }),
    button(t(cameraOn ? "camera.on" : "camera.off"), { picture: cameraOn ? "camera" : "camera-off", look: cameraOn ? "control" : "control off", id: "camera-button", disabled: !has.camera, "aria-pressed": String(cameraOn), onclick: () => devices.turn("cameraOn") }),
    state && state.floor?.holder === joined.member ? button(t("cards.done"), { picture: "check", look: "control hand", id: "end-speech", onclick: () => does.act("take_floor") })
      : state && mayAsk(seen) ? button(t("cards.ask"), { picture: "hand", look: "control hand", id: "hand", onclick: does.goToRequest }) : null,
    canShare ? button(t(shares ? "share.stop" : "share.start"), { picture: "share", look: shares ? "control on" : "control", id: "share-button", "aria-pressed": String(shares), onclick: () => (shares ? call.stopSharing() : does.share()) }) : null,
    button(t("join.leave"), { picture: "leave", look: "control leave", id: "leave", onclick: does.askLeave }));
}
