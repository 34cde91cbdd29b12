// The speakers' list: who asks, in what order; approve, refuse with a reason, reorder by hand or by key (VC-7).
import { clock, hourMinute, t } from "../core/texts.js";
import { askText, button, dot } from "../core/ui.js";
import { h, icon } from "../core/view.js";
import * as known from "../core/model.js";

const LIMITS_MIN = [0, 2, 3, 5, 7, 10, 15, 20, 30];

export function speakersPanel(model) {
  const { state } = model, waiting = known.waitingRequests(state);
  const done = (state.requests || []).filter((one) => !waiting.includes(one) && one.status !== "speaking").slice(-4).reverse();
  return h("section", { class: "card speakers", "aria-labelledby": "speakers-title" },
    h("h2", { id: "speakers-title" }, t("speakers.title"), " ", h("span", { class: "count", id: "waiting-count" }, String(waiting.length)), h("small", {}, t("speakers.hint"))),
    waiting.length ? h("ol", { id: "speakers" }, waiting.map((one, at) => row(model, one, at, waiting))) : h("p", { class: "soft empty" }, t("speakers.none")),
    done.length ? h("details", { class: "done" }, h("summary", {}, t("speakers.done")), h("ul", {}, done.map((one) => h("li", {}, `${known.personName(state, one.delegate)} · ${t(`request.${one.status}`)}`, one.rejected_reason ? h("em", {}, `: ${one.rejected_reason}`) : null)))) : null);
}

function row(model, one, at, waiting) {
  const { state, may, does, ui } = model, chair = may("move_speech"), approved = one.status === "approved", there = known.member(state, one.site)?.connected;
  const name = known.personName(state, one.delegate), place = known.memberName(state, one.site), about = known.item(state, one.item);
  const move = (to) => { if (to >= 0 && to < waiting.length && to !== at) does.act("move_speech", { request: one.id, place: to }); };
  const drag = {
    draggable: chair ? "true" : null,
    ondragstart: (event) => { ui.dragged = one.id; event.dataTransfer.effectAllowed = "move"; event.dataTransfer.setData("text/plain", one.id); },
    ondragover: (event) => { if (ui.dragged) event.preventDefault(); },
    ondrop: (event) => { event.preventDefault(); const dragged = ui.dragged; ui.dragged = ""; if (dragged && dragged !== one.id) does.act("move_speech", { request: dragged, place: at }); },
    ondragend: () => { ui.dragged = ""; },
    onkeydown: (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!step || !event.altKey || !chair) return;
      event.preventDefault(); event.stopPropagation(); move(at + step);
    },
  };
  return h("li", { key: one.id, class: `request ${one.status}`, "data-request": one.id, tabindex: "0", "aria-label": `${at + 1}. ${name}, ${place}. ${t(`request.${one.status}`)}`, ...drag },
    h("span", { class: "place", "aria-hidden": "true" }, chair ? icon("grip") : null, String(at + 1)),
    h("div", { class: "what" }, h("b", {}, name), h("span", { class: "soft" }, `${place} · ${hourMinute(one.at)}${there ? "" : ` · ${t("line.lost")}`}`),
      about || one.content ? h("p", {}, about ? h("span", { class: "tag" }, about.title) : null, one.content || "") : null),
    h("div", { class: "order" }, dot(t("speakers.up"), "up", { disabled: !chair || at === 0, "data-do": "up", onclick: () => move(at - 1) }), dot(t("speakers.down"), "down", { disabled: !chair || at === waiting.length - 1, "data-do": "down", onclick: () => move(at + 1) })),
    h("div", { class: "decide" },
      limitChoice(model, one),
      h("span", { class: "grow" }),
      button(t("speakers.refuse"), { class: "quiet small", "data-do": "refuse", disabled: !may("refuse_speech"), onclick: () => refuse(does, one, name) }),
      approved ? button(t("speakers.invite"), { class: "small", "data-do": "invite", disabled: !there || !may("give_floor") || !known.isLive(state), onclick: () => does.act("give_floor", { member: one.site, request: one.id }) })
        : button(t("speakers.approve"), { class: "small", "data-do": "approve", disabled: !may("approve_speech"), onclick: () => does.act("approve_speech", { request: one.id, limit_s: ui.limits[one.id] || 0 }) })));
}

function limitChoice(model, one) {
  const { state, may, ui } = model, chosen = ui.limits[one.id] ?? one.limit_s;
  return h("select", { class: "limit", "aria-label": t("speakers.limit"), title: t("speakers.limit"), disabled: !may("approve_speech"), onchange: (event) => limit(model, one, Number(event.target.value)) },
    LIMITS_MIN.map((minutes) => h("option", { value: String(minutes), selected: chosen === minutes * 60 }, minutes ? t("minutes", { n: minutes }) : t("speakers.policy", { time: clock(state.plan.policy?.speech_limit_s ?? 300) }))));
}

function limit({ ui, does }, one, minutes) {
  ui.limits[one.id] = minutes * 60;
  if (one.status === "approved") does.act("approve_speech", { request: one.id, limit_s: minutes * 60 });
}

async function refuse(does, one, name) {
  const reason = await askText(t("speakers.refuse_of", { name }), t("speakers.reason"), t("speakers.refuse"), [t("reason.time"), t("reason.item"), t("reason.written")]);
  if (reason) does.act("refuse_speech", { request: one.id, reason });
}
