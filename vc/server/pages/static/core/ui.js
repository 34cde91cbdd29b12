// What all pages share: the bar's buttons, a word that passes by, a question before something grave.
import { h, icon, paint } from "./view.js";
import { otherLanguage, t } from "./texts.js";

export const byId = (id) => document.getElementById(id);

/** Show a word for some seconds; a bad one stays longer. Screen readers hear it. */
export function toast(text, look = "") {
  const bar = byId("toast");
  bar.textContent = text; bar.className = `shown ${look}`;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { bar.className = ""; bar.textContent = ""; }, look === "bad" ? 8000 : 4000);
}

/** Say something to a screen reader alone. */
export function say(text) { if (byId("said").textContent !== text) byId("said").textContent = text; }

export const languageButton = () => h("button", { type: "button", class: "bar-button", id: "language", onclick: otherLanguage, lang: t("other.code") }, t("other"));

/** A button with a picture and words; `props.busy` and `props.keycap` are ours. */
export function button(words, { look = "quiet", picture, keycap, ...props } = {}) {
  return h("button", { type: "button", class: look, ...props }, picture ? icon(picture) : null, h("span", {}, words), keycap ? h("kbd", {}, keycap) : null);
}

/** A small button of a picture alone; its words are its label. */
export const dot = (words, picture, props = {}) => h("button", { type: "button", title: words, "aria-label": words, ...props, class: `dot ${props.class || ""}` }, icon(picture));

/** A modal of our own; resolves with what `make(close)`'s buttons close it with, or null (Escape). */
export function modal(title, make, look = "") {
  return new Promise((resolve) => {
    const dialog = document.createElement("dialog");
    dialog.className = look; dialog.setAttribute("aria-labelledby", "dialog-title");
    const close = (value) => { dialog.onclose = null; dialog.close(); dialog.remove(); resolve(value); };
    dialog.onclose = () => { dialog.remove(); resolve(null); };
    const draw = () => paint(dialog, h("h2", { id: "dialog-title" }, title), make(close, draw));
    document.body.append(dialog); draw(); dialog.showModal();
  });
}

/** Ask yes or no; the safe answer has the focus. */
export const confirm = (title, text, yes) => modal(title, (close) => [
  h("p", {}, text),
  h("div", { class: "row end" }, h("button", { type: "button", class: "quiet", autofocus: true, onclick: () => close(false) }, t("cancel")), h("button", { type: "button", class: "danger", id: "confirm", onclick: () => close(true) }, yes)),
]);

/** Ask for a line of text; `common` are answers often given. */
export function askText(title, label, yes, common = []) {
  const take = (close) => (event) => { event.preventDefault(); const text = new FormData(event.target).get("text").trim(); if (text) close(text); };
  return modal(title, (close) => h("form", { class: "fields", onsubmit: take(close) },
    h("label", {}, h("span", {}, label), h("textarea", { name: "text", id: "dialog-text", rows: "3", maxlength: "500", required: true, autofocus: true })),
    common.length ? h("div", { class: "row" }, common.map((one) => h("button", { type: "button", class: "quiet small", onclick: () => { byId("dialog-text").value = one; byId("dialog-text").focus(); } }, one))) : null,
    h("div", { class: "row end" }, h("button", { type: "button", class: "quiet", onclick: () => close(null) }, t("cancel")), h("button", { type: "submit", id: "confirm" }, yes))));
}

export const isDialogOpen = () => document.querySelector("dialog[open]") !== null;
