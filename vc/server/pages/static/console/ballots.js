// Biểu quyết: put a question, watch the count, close, read the result.
import { figure, hourMinute, t } from "../core/texts.js";
import { newId } from "../core/api.js";
import { button, confirm } from "../core/ui.js";
import { h } from "../core/view.js";
import * as known from "../core/model.js";

export function ballotsPanel(model) {
  const { state } = model, open = known.openBallot(state), closed = (state.ballots || []).filter((one) => one.closed_at).reverse();
  return h("div", { class: "panel" },
    open ? result(model, open) : question(model),
    closed.length ? h("h3", {}, t("ballot.results")) : null,
    closed.map((one) => result(model, one)));
}

function question({ state, may, does, ui }) {
  const put = async (event) => {
    event.preventDefault();
    const form = event.target, data = new FormData(form);
    const options = data.get("options").split("\n").map((one) => one.trim()).filter(Boolean);
    if (await does.act("open_ballot", { ballot: newId("bq"), question: data.get("question").trim(), ...(options.length >= 2 ? { options } : {}) })) form.reset();
  };
  const off = !may("open_ballot") || !known.isLive(state);
  return h("form", { class: "fields", id: "ballot-form", onsubmit: put },
    h("label", {}, h("span", {}, t("ballot.question")), h("input", { name: "question", id: "question", required: true, maxlength: "200", disabled: off, autocomplete: "off", placeholder: t("ballot.example") })),
    h("label", {}, h("span", {}, t("ballot.options")), h("textarea", { name: "options", rows: "3", disabled: off, value: t("ballot.usual") })),
    h("div", { class: "row between" }, h("span", { class: "soft" }, known.isLive(state) ? t("ballot.may_vote", { n: known.attendance(state).present }) : t("ballot.when_live")), button(t("ballot.open"), { look: "", type: "submit", id: "open-ballot", disabled: off })),
    ui.role === "operator" ? h("p", { class: "soft" }, t("chair_decides")) : null);
}

function result({ state, may, does }, one) {
  const open = !one.closed_at, all = (one.eligible || []).length, given = (one.voted || []).length || (one.counts || []).reduce((sum, n) => sum + n, 0);
  const close = async () => { if (await confirm(t("ballot.close"), t("ballot.close_sure", { given, all }), t("ballot.close"))) does.act("close_ballot", { ballot: one.id }); };
  const missing = open ? (one.eligible || []).filter((id) => !(one.voted || []).includes(id)).map((id) => known.personName(state, id)) : [];
  return h("article", { key: one.id, class: `ballot ${open ? "open" : ""}`, "data-ballot": one.id },
    h("div", { class: "row between" }, h("h3", {}, one.question), h("span", { class: open ? "pill ready" : "pill sleeping" }, open ? t("ballot.is_open") : t("ballot.closed_at", { time: hourMinute(one.closed_at) }))),
    one.options.map((option, at) => bar(option, one.counts?.[at] || 0, all)),
    h("div", { class: "row between" }, h("span", { class: "soft", "aria-live": open ? "polite" : null }, t("ballot.given", { given, all }), one.secret ? ` · ${t("ballot.secret")}` : ""),
      open ? button(t("ballot.close"), { look: "danger", id: "close-ballot", disabled: !may("close_ballot"), onclick: close }) : null),
    open && given && missing.length && missing.length <= 12 ? h("p", { class: "soft small" }, `${t("ballot.missing")}: ${missing.join(", ")}`) : null,
    open && may("open_ballot") && one.eligible?.includes(state.plan.chair) ? h("div", { class: "row own-vote", role: "group", "aria-label": t("ballot.own") }, h("span", { class: "soft" }, t("ballot.own")), one.options.map((option, at) => button(option, { class: one.votes?.[state.plan.chair] === at ? "small" : "quiet small", "aria-pressed": String(one.votes?.[state.plan.chair] === at), onclick: () => does.act("cast_vote", { ballot: one.id, delegate: state.plan.chair, option: at }) }))) : null);
}

const bar = (option, count, all) => h("div", { class: "bar-row" }, h("span", {}, option), h("b", {}, String(count)), h("small", { class: "soft" }, all ? `${figure((100 * count) / all, 1)} %` : ""), h("div", { class: "share", "aria-hidden": "true" }, h("i", { "--share": all ? (count / all).toFixed(4) : "0" })));
