// Điểm danh: who of the listed delegates is there, site by site, and how many (VC-4, VC-5).
import { hourMinute, t } from "../core/texts.js";
import { button } from "../core/ui.js";
import { h } from "../core/view.js";
import * as known from "../core/model.js";

export function rollCallPanel({ state, does }) {
  const { present, listed, majority } = known.attendance(state), open = Boolean(state.roll_call_open);
  return h("div", { class: "panel" },
    h("div", { class: "row between" },
      h("p", { class: "sum" }, h("b", { id: "present" }, `${present}/${listed}`), " ", t("roll.present"), " ", h("span", { class: majority ? "pill ready" : "pill warning" }, t(majority ? "roll.majority" : "roll.no_majority")), open ? h("span", { class: "pill lost", role: "status" }, t("roll.is_open")) : null),
      button(t(open ? "roll.close" : "roll.open"), { look: open ? "danger" : "", id: "roll-call", disabled: !known.isOpen(state), onclick: () => does.act(open ? "close_roll_call" : "open_roll_call") })),
    h("div", { class: "roll" }, state.plan.sites.map((site) => siteRoll(state, site, does))));
}

function siteRoll(state, site, does) {
  const people = site.delegates || [], there = people.filter((one) => known.isPresent(state, one.id)).length, member = known.member(state, site.id);
  return h("fieldset", { key: site.id, class: "roll-site" },
    h("legend", {}, h("b", {}, site.name), " ", h("span", { class: there === people.length ? "pill ready" : there ? "pill warning" : "pill sleeping" }, `${there}/${people.length}`), member?.connected ? null : h("span", { class: "soft" }, ` ${t("line.lost")}`)),
    people.map((one) => person(state, one, does)));
}

function person(state, one, does) {
  const entry = (state.attendance || []).find((mark) => mark.delegate === one.id), there = Boolean(entry?.present);
  return h("label", { class: "check", key: one.id },
    h("input", { type: "checkbox", checked: there, "data-delegate": one.id, disabled: !known.isOpen(state), onchange: (event) => does.act("check_in", { delegate: one.id, present: event.target.checked }) }),
    h("span", {}, one.name, one.position ? h("small", { class: "soft" }, ` ${one.position}`) : null, one.id === state.plan.chair ? h("small", { class: "tag" }, t("chair")) : null),
    entry ? h("small", { class: "soft" }, `${hourMinute(entry.at)} · ${entry.by}`) : null);
}
