// One key for what a chair does often. Physical keys are read, so a Telex keyboard changes nothing.
import { t } from "../core/texts.js";
import { isDialogOpen, modal } from "../core/ui.js";
import { h } from "../core/view.js";
import * as known from "../core/model.js";

const LAYOUT_KEYS = { W: "wall", S: "speaker", L: "lecture", C: "content" };
const HELP = [["1 … 9, A …", "help.give"], ["T", "help.centre"], ["Enter", "help.next"], ["0 / Space", "help.take"], ["M", "help.mute"], ["W S L C", "help.layout"], ["Alt + ↑ ↓", "help.order"], ["PgUp PgDn", "help.page"], ["Esc", "help.close"], ["?", "help.help"]];

/** The key's name: "1", "W", "Space", "Enter"; of the numeric block too. */
function nameOf(event) {
  const letter = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code || "");
  if (letter && !event.shiftKey) return letter[1];
  if (event.key === " ") return "Space";
  if (event.code === "NumpadEnter") return "Enter";
  return event.key.length === 1 ? event.key.toUpperCase() : event.key;
}

const isTyping = (target) => target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
/** A button that the keyboard went to does its own thing with Enter and Space; a clicked one keeps no focus. */
const isOnControl = (target) => target.closest?.("button, a, summary, input, label");

/** Listen for the console's keys; `model()` is what is known now. */
export function listen(model) {
  document.addEventListener("click", (event) => { if (event.detail > 0) event.target.closest?.("button")?.blur(); });
  document.addEventListener("keydown", (event) => {
    const now = model();
    if (!now.state || event.ctrlKey || event.altKey || event.metaKey || event.isComposing && event.key !== "Process" || isDialogOpen() || isTyping(event.target)) return;
    const key = nameOf(event);
    if ((key === "Space" || key === "Enter") && isOnControl(event.target)) return;
    const does = meaning(now, key);
    if (!does) return;
    event.preventDefault();
    if (!event.repeat) does();
  });
}

function meaning({ state, may, does }, key) {
  const act = (type, fields) => (may(type) ? () => does.act(type, fields) : does.mayNot);
  if (key === "?" || key === "F1") return help;
  if (key === "Escape") return () => does.open("");
  if (key === "Space" || key === "0") return known.isLive(state) ? act("take_floor") : () => {}; // who has it, the server knows sooner than we
  if (key === "Enter") return may("give_floor") ? does.giveNext : does.mayNot;
  if (key === "M") return act("mute_all");
  if (LAYOUT_KEYS[key]) return act("set_layout", { layout: LAYOUT_KEYS[key] });
  if ((key === "PageDown" || key === "PageUp") && state.paper) {
    const page = state.paper.page + (key === "PageDown" ? 1 : -1), pages = known.paper(state, state.paper.paper)?.pages || 0;
    return page >= 1 && page <= pages ? act("show_paper", { paper: state.paper.paper, page }) : () => {};
  }
  const one = known.keyed(state).find((each) => each.key === key);
  if (!one) return null;
  return may("give_floor") ? () => does.give(one.id) : does.mayNot;
}

export const help = () => modal(t("help.title"), (close) => [
  h("dl", { class: "keys" }, HELP.map(([keys, words]) => h("div", {}, h("dt", {}, keys.split(" ").map((key) => (["…", "/", "+"].includes(key) ? ` ${key} ` : h("kbd", {}, key === "Space" ? t("key.space") : key)))), h("dd", {}, t(words))))),
  h("div", { class: "row end" }, h("button", { type: "button", autofocus: true, onclick: () => close(true) }, t("close"))),
]);
