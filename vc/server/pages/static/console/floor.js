// Who has the floor and for how long; layouts; the meeting's course.
import { clock, hourMinute, t } from "../core/texts.js";
import { button } from "../core/ui.js";
import { h, icon } from "../core/view.js";
import * as known from "../core/model.js";

const LAYOUTS = [["wall", "W"], ["speaker", "S"], ["lecture", "L"], ["content", "C"]];
const MINUTE_MS = 60000;

/** The banner: the holder and the countdown, or who is next. */
export function floorBanner({ state, now, may, does }) {
  const floor = state.floor, left = known.secondsLeft(state, now), next = known.nextSpeaker(state);
  if (!floor) {
    return h("section", { class: "banner idle", id: "floor", "aria-label": t("floor.title") },
      icon("mic-off"), h("div", { class: "who" }, h("b", {}, t("floor.free")), h("span", {}, next ? t("floor.next", { name: `${known.personName(state, next.delegate)} · ${known.memberName(state, next.site)}` }) : t("floor.nobody_next"))),
      button(t("floor.give_next"), { look: "gold", keycap: "Enter", id: "give-next", disabled: !next || !may("give_floor") || !known.isLive(state), onclick: does.giveNext }));
  }
  const over = left !== null && left < 0, near = left !== null && left < 30;
  const holder = known.memberName(state, floor.holder), person = floor.delegate ? known.personName(state, floor.delegate) : holder;
  const extend = (minutes) => does.act("extend_floor", { until_ms: Math.max(Date.parse(floor.until), now) + minutes * MINUTE_MS });
  return h("section", { class: `banner ${over ? "over-time" : near ? "near" : ""}`, id: "floor", "aria-label": t("floor.title") },
    icon("mic"), h("div", { class: "who" }, h("b", {}, person), h("span", {}, person === holder ? t("floor.speaking") : `${holder} · ${t("floor.speaking")}`)),
    h("div", { class: "time" }, h("b", { id: "countdown", role: "timer" }, clock(left ?? known.secondsSince(floor.since, now))), h("span", {}, t(left === null ? "floor.spoken" : over ? "floor.over" : "floor.left"))),
    left === null ? null : h("div", { class: "row" }, [1, 3].map((minutes) => button(`+${minutes}′`, { class: "quiet small", "aria-label": t("floor.extend", { minutes }), disabled: !may("extend_floor"), onclick: () => extend(minutes) }))),
    button(t("floor.take"), { look: "danger", keycap: t("key.space"), id: "take-floor", disabled: !may("take_floor"), onclick: () => does.act("take_floor") }));
}

/** The picture's layouts, muting and recording. */
export function toolbar({ state, may, does }) {
  const idle = !known.isOpen(state);
  return h("div", { class: "toolbar", role: "toolbar", "aria-label": t("tools") },
    h("div", { class: "segments", role: "group", "aria-label": t("layout.title") }, LAYOUTS.map(([layout, key]) => h("button",
      { type: "button", id: `layout-${layout}`, title: t(`layout.${layout}`), "aria-label": t(`layout.${layout}`), class: state.layout === layout ? "on" : "", "aria-pressed": String(state.layout === layout), disabled: idle || !may("set_layout"), onclick: () => does.act("set_layout", { layout }) },
      icon(layout), h("span", {}, t(`layout.${layout}`)), h("kbd", {}, key)))),
    button(t("mute_all"), { picture: "mic-off", keycap: "M", id: "mute-all", disabled: idle, onclick: () => does.act("mute_all") }),
    state.recording_since
      ? button(t("record.stop"), { look: "quiet recording", picture: "stop", id: "record", onclick: () => does.act("set_recording", { on: false }) })
      : button(t("record.start"), { picture: "record", id: "record", disabled: idle, onclick: () => does.act("set_recording", { on: true }) }),
    button(t(state.locked ? "unlock" : "lock"), { look: state.locked ? "quiet held" : "quiet", picture: state.locked ? "lock" : "unlock", id: "lock", "aria-pressed": String(Boolean(state.locked)), onclick: () => does.act("set_locked", { locked: !state.locked }) }));
}

/** The one step the meeting takes next: let in, begin, end. */
export function courseButton({ state, may, does }) {
  if (state.phase === "planned") return button(t("course.lobby"), { look: "gold", id: "course", disabled: !may("open_lobby"), onclick: () => does.act("open_lobby") });
  if (state.phase === "lobby") return button(t("course.start"), { look: "gold", id: "course", disabled: !may("start_meeting"), onclick: () => does.act("start_meeting") });
  if (state.phase === "live") return h("button", { type: "button", class: "bar-button", id: "course", onclick: does.end }, t("course.end"));
  return null;
}

export const phaseWords = (state) => (state.phase === "live" && state.live_since ? t("phase.live_since", { time: hourMinute(state.live_since) }) : t(`phase.${state.phase}`));
