// A call under way, as the officer sees it: the citizen, oneself small, the form, the buttons.
import { t } from "../core/texts.js";
import { button } from "../core/ui.js";
import { h, icon } from "../core/view.js";

const form = ({ id, now }) => (now.form
  ? h("img", { id: "form", src: `/api/help/${id}/form?n=${now.form}`, alt: t("help.form.alt") })
  : h("p", { class: "notice", id: "no-form", role: "status" }, t(`help.form.${now.hidden || "unasked"}`)));

export function callView({ talk, devices, preview }, does) {
  const { now, video } = talk, { microphoneOn, cameraOn, stream } = devices.now;
  const cover = now.state !== "up" || !now.fresh;
  return h("section", { class: "card talk", id: "talk", "aria-label": t("help.call") },
    h("p", { class: "state", id: "talk-state", role: "status", "data-state": now.state }, t(now.state === "up" ? "help.up" : "help.connecting")),
    h("div", { class: "stage" }, video, cover ? h("div", { class: "cover", role: "status" }, icon("person"), h("b", {}, t("help.no_picture"))) : null,
      now.blocked ? h("button", { type: "button", class: "gold unblock", onclick: talk.hear }, icon("sound"), t("wall.hear")) : null,
      stream.getVideoTracks().length ? h("div", { class: "self", "aria-label": t("self.title") }, preview, cameraOn ? null : h("div", { class: "cover" }, icon("camera-off"))) : null),
    h("nav", { class: "controls", "aria-label": t("tools") },
      button(t(microphoneOn ? "mic.on" : "mic.off"), { picture: microphoneOn ? "mic" : "mic-off", look: microphoneOn ? "control" : "control off", id: "microphone-button", "aria-pressed": String(microphoneOn), onclick: () => devices.turn("microphoneOn") }),
      button(t(cameraOn ? "camera.on" : "camera.off"), { picture: cameraOn ? "camera" : "camera-off", look: cameraOn ? "control" : "control off", id: "camera-button", "aria-pressed": String(cameraOn), onclick: () => devices.turn("cameraOn") }),
      button(t("help.hang_up"), { picture: "leave", look: "control leave", id: "hang-up", onclick: does.hangUp })),
    h("div", { class: "shown" }, h("h2", {}, t("help.form")), form(talk)));
}
