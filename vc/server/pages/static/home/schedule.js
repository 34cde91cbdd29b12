// The schedule: what is open, what comes, what was; new ones from a template.
import { get } from "../core/api.js";
import { day, hourMinute, t } from "../core/texts.js";
import { button, modal } from "../core/ui.js";
import { h } from "../core/view.js";

const LOOK = { live: "pill ready", lobby: "pill warning", planned: "pill sleeping", ended: "pill sleeping" };

export function scheduleSection(known, does, operator) {
  const rows = [...known.conferences], ended = rows.filter((one) => one.phase === "ended").sort((a, b) => b.starts_at.localeCompare(a.starts_at));
  const coming = rows.filter((one) => one.phase !== "ended").sort((a, b) => Number(b.is_open) - Number(a.is_open) || a.starts_at.localeCompare(b.starts_at));
  return h("section", { class: "card schedule", "aria-labelledby": "schedule-title" },
    h("div", { class: "row between" }, h("h2", { id: "schedule-title" }, t("schedule.title")), operator ? button(t("schedule.new"), { look: "", picture: "plus", id: "new", onclick: () => create(known, does) }) : null),
    coming.length ? h("ul", { class: "plain", id: "schedule" }, coming.map((one) => row(one, does, operator))) : h("p", { class: "soft empty" }, t("schedule.none")),
    ended.length ? h("details", {}, h("summary", {}, t("schedule.ended", { n: ended.length })), h("ul", { class: "plain" }, ended.map((one) => row(one, does, operator)))) : null);
}

function row(one, does, operator) {
  const edit = () => does.try(() => get(`/api/conferences/${encodeURIComponent(one.id)}`)).then((plan) => plan && does.edit(plan));
  const minutes = (kind) => h("a", { href: `/api/minutes.${kind}?conference=${encodeURIComponent(one.id)}`, download: "" }, t(`minutes.${kind}`));
  return h("li", { key: one.id, class: `meeting ${one.is_open ? "open" : ""}`, "data-conference": one.id },
    h("div", { class: "when" }, h("b", {}, hourMinute(one.starts_at)), h("span", {}, day(one.starts_at))),
    h("div", { class: "grow" }, h("b", {}, one.title), h("div", {}, h("span", { class: LOOK[one.phase] }, t(`phase.${one.phase}`)), h("span", { class: "soft" }, ` ${t("schedule.sites", { n: one.sites })}`)),
      one.phase === "ended" ? h("div", { class: "row" }, minutes("odt"), minutes("pdf")) : null),
    h("div", { class: "row end" },
      operator && one.phase === "planned" ? button(t("schedule.edit"), { class: "quiet small", "data-do": "edit", onclick: edit }) : null,
      one.is_open ? h("a", { class: "button", href: "/console", "data-do": "console" }, t("schedule.console"))
        : operator && one.phase !== "ended" ? button(t("schedule.open"), { class: "small", "data-do": "open", onclick: () => does.open(one) }) : null));
}

async function create(known, does) {
  const chosen = known.templates.length ? await modal(t("schedule.from"), (close) => h("div", { class: "choices" },
    known.templates.map((plan) => h("button", { type: "button", class: "quiet", "data-template": plan.id, onclick: () => close(plan) }, h("b", {}, plan.title), h("small", {}, t("schedule.sites", { n: plan.sites.length })))),
    h("button", { type: "button", class: "quiet", id: "from-nothing", onclick: () => close({}) }, t("schedule.from_nothing")))) : {};
  if (chosen) does.edit({ ...blank(), ...chosen, ...(chosen.id ? { template: chosen.id } : {}), id: "", starts_at: tomorrow() });
}

const blank = () => ({ title: "", centre: "trung-tam", chair: "", sites: [], agenda: [], papers: [] });

function tomorrow() {
  const when = new Date(Date.now() + 24 * 3600e3);
  when.setUTCHours(0, 30, 0, 0); // 07:30 in Viet Nam
  return when.toISOString();
}
