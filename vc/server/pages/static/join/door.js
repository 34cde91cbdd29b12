// Before one is in: the PIN and the name, then the look at camera and microphone while the door is opened.
import { t } from "../core/texts.js";
import { button } from "../core/ui.js";
import { h, icon } from "../core/view.js";

export function doorView(seen, does) {
  const enter = (event) => { event.preventDefault(); const data = new FormData(event.target); does.knock(data.get("name").trim(), data.get("pin")); };
  return h("main", { class: "alone" }, h("form", { class: "card fields sign-in", id: "door", onsubmit: enter },
    h("img", { src: "/pages/icon.svg", alt: "", width: "56", height: "56" }), h("h2", {}, t("join.title")), h("p", { class: "soft" }, t("join.text")),
    h("label", {}, h("span", {}, t("join.name")), h("input", { id: "name", name: "name", required: true, maxlength: "200", autocomplete: "name", value: localStorage.getItem("name") || "" })),
    h("label", {}, h("span", {}, t("join.pin")), h("input", { id: "pin", name: "pin", class: "pin", required: true, inputmode: "numeric", pattern: "[0-9]{4,12}", autocomplete: "off" })),
    seen.tried ? h("p", { class: "notice bad", role: "alert", id: "refused" }, seen.tried) : null,
    h("button", { type: "submit", id: "enter", disabled: seen.busy }, t(seen.busy ? "join.asking" : "join.enter"))));
}

export function prepareView(seen, does) {
  const devices = seen.devices.now, waiting = seen.joined?.waiting;
  return h("main", { class: "prepare" },
    h("section", { class: "card preview-card" },
      h("div", { class: "preview" }, seen.preview, devices.stream.getVideoTracks().length && devices.cameraOn ? null : h("div", { class: "cover" }, icon("camera-off"), h("b", {}, t(devices.cameraOn ? "devices.no_picture" : "devices.camera_is_off")))),
      h("div", { class: "level" }, icon(devices.microphoneOn ? "mic" : "mic-off"), h("div", { class: "meter wide", role: "img", "aria-label": t("devices.level") }, h("i", { id: "level", "--level": seen.level.toFixed(3) })), h("small", { class: "soft" }, t(seen.heard ? "devices.heard" : "devices.speak")))),
    h("section", { class: "card fields" },
      h("div", { class: `wait-note ${waiting ? "" : "let-in"}`, role: "status", id: "waiting" }, icon(waiting ? "clock" : "check"), h("div", {}, h("b", {}, t(waiting ? "join.waiting" : "join.admitted")), h("span", {}, t(waiting ? "join.waiting_text" : "join.admitted_text")))),
      h("h2", {}, t("devices.title")),
      choice("camera", devices.cameras, devices.camera, seen, does), choice("microphone", devices.microphones, devices.microphone, seen, does),
      devices.problem ? h("p", { class: "notice", role: "alert" }, t(devices.problem)) : null,
      h("div", { class: "row" },
        button(t(devices.microphoneOn ? "mic.on" : "mic.off"), { picture: devices.microphoneOn ? "mic" : "mic-off", look: devices.microphoneOn ? "quiet" : "quiet held", "aria-pressed": String(devices.microphoneOn), onclick: () => seen.devices.turn("microphoneOn") }),
        button(t(devices.cameraOn ? "camera.on" : "camera.off"), { picture: devices.cameraOn ? "camera" : "camera-off", look: devices.cameraOn ? "quiet" : "quiet held", "aria-pressed": String(devices.cameraOn), onclick: () => seen.devices.turn("cameraOn") }),
        devices.problem ? button(t("devices.again"), { onclick: seen.devices.open }) : null),
      h("button", { type: "button", id: "go-in", class: "big-button", disabled: seen.ready && waiting, onclick: does.ready }, t(waiting ? (seen.ready ? "join.will_go_in" : "join.go_in_when") : "join.go_in")),
      h("button", { type: "button", class: "plain-link", onclick: does.leave }, t("join.leave"))));
}

function choice(kind, all, chosen, seen, does) {
  return h("label", {}, h("span", {}, t(`devices.${kind}`)), h("select", { id: kind, disabled: !all.length, onchange: (event) => does.choose(kind, event.target.value) },
    all.length ? all.map((one, at) => h("option", { value: one.deviceId, selected: one.deviceId === chosen }, one.label || t("devices.nameless", { n: at + 1 }))) : h("option", { value: "" }, t("devices.none"))));
}

/** The last words: why one is out, and the way back. */
export function outView(seen, does) {
  return h("main", { class: "alone" }, h("div", { class: "card fields sign-in" }, icon(seen.out === "left" ? "leave" : "alarm"), h("h2", { id: "out" }, t(`out.${seen.out}`)), h("p", { class: "soft" }, t(`out.${seen.out}_text`)),
    seen.out === "ended" ? null : h("button", { type: "button", id: "back", onclick: does.back }, t("out.back"))));
}
