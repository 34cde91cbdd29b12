// The waiting room, and links with a PIN for guests and officials.
import { post } from "../core/api.js";
import { day, hourMinute, refusal, t } from "../core/texts.js";
import { button, toast } from "../core/ui.js";
import { h } from "../core/view.js";

const HOUR_S = 3600;
const LASTS_H = [2, 8, 24, 72];

export function doorPanel(model) {
  const { state, does, ui } = model, waiting = state.waiting || [];
  return h("div", { class: "panel" },
    h("h3", {}, t("door.waiting"), " ", h("span", { class: "count" }, String(waiting.length)), state.locked ? h("span", { class: "pill warning" }, t("door.locked")) : null),
    waiting.length ? h("ul", { class: "plain", id: "waiting" }, waiting.map((one) => h("li", { key: one.id, class: "line", "data-waiting": one.id },
      h("span", { class: "grow" }, h("b", {}, one.name), h("small", { class: "soft" }, ` ${t("door.since", { time: hourMinute(one.since) })}`)),
      button(t("door.turn_away"), { class: "quiet small", "data-do": "turn-away", onclick: () => does.act("turn_away", { member: one.id }) }),
      button(t("door.let_in"), { class: "small", "data-do": "let-in", onclick: () => does.act("let_in", { member: one.id }) })))) : h("p", { class: "soft empty" }, t("door.nobody")),
    h("h3", {}, t("link.title")),
    ui.link ? linkCard(ui.link) : null,
    linkForm(model));
}

function linkForm({ state, ui, does }) {
  const make = async (event) => {
    event.preventDefault();
    const form = event.target, data = new FormData(form);
    try {
      ui.link = await post("/api/links", { name: data.get("name").trim(), member: data.get("member"), valid_for_s: Number(data.get("hours")) * HOUR_S });
      form.reset();
    } catch (error) { toast(refusal(error), "bad"); }
    does.repaint();
  };
  return h("form", { class: "fields two", id: "link-form", onsubmit: make },
    h("label", {}, h("span", {}, t("link.name")), h("input", { name: "name", id: "link-name", required: true, maxlength: "200", autocomplete: "off" })),
    h("label", {}, h("span", {}, t("link.as")), h("select", { name: "member", id: "link-member" }, h("option", { value: "" }, t("link.guest")), state.plan.sites.map((site) => h("option", { value: site.id }, t("link.of", { site: site.name }))))),
    h("label", {}, h("span", {}, t("link.lasts")), h("select", { name: "hours" }, LASTS_H.map((hours) => h("option", { value: String(hours), selected: hours === 24 }, t("hours", { n: hours }))))),
    h("div", { class: "row end" }, button(t("link.make"), { look: "", type: "submit", picture: "link", id: "make-link", disabled: state.phase === "ended" })));
}

function linkCard(link) {
  const url = new URL(link.url, location.href).href;
  const copy = async () => { try { await navigator.clipboard.writeText(`${url}\nPIN: ${link.pin}`); toast(t("link.copied")); } catch { toast(t("link.copy_yourself"), "bad"); } };
  return h("div", { class: "link-card", id: "link" },
    h("b", {}, link.name), h("output", { class: "url", id: "link-url" }, url),
    h("div", { class: "row between" }, h("span", {}, "PIN ", h("output", { class: "pin", id: "link-pin" }, link.pin)), button(t("link.copy"), { class: "quiet small", onclick: copy })),
    h("small", { class: "soft" }, t("link.until", { time: `${hourMinute(link.valid_until)} ${day(link.valid_until)}` }), " ", t("link.once")));
}

export const waitingCount = (state) => (state.waiting || []).length;
