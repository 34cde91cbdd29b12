// What an official does from his seat: vote, say he is there, ask to speak, read the papers.
import { newId } from "../core/api.js";
import { hourMinute, t } from "../core/texts.js";
import { button, dot } from "../core/ui.js";
import { h } from "../core/view.js";
import * as known from "../core/model.js";

/** The delegates of the site one sits for; none for a guest. */
export const ownDelegates = ({ state, joined }) => state.plan.sites.find((site) => site.id === joined.member)?.delegates || [];

/** Who one is among them: chosen once; a guest is himself. */
function who(seen) {
  const own = ownDelegates(seen);
  if (!own.length) return seen.joined.member;
  return own.some((one) => one.id === seen.person) ? seen.person : own[0].id;
}

function whoChoice(seen, does) {
  const own = ownDelegates(seen);
  return own.length > 1 ? h("label", { class: "who" }, h("span", {}, t("cards.i_am")), h("select", { id: "person", onchange: (event) => does.person(event.target.value) }, own.map((one) => h("option", { value: one.id, selected: one.id === who(seen) }, one.name)))) : null;
}

export function voteCard(seen, does) {
  const ballot = known.openBallot(seen.state), own = ownDelegates(seen).filter((one) => ballot?.eligible.includes(one.id));
  if (!ballot || !ownDelegates(seen).length) return null;
  return h("section", { key: `vote ${ballot.id}`, class: "card vote", id: "vote", "aria-labelledby": "vote-title" }, h("h2", { id: "vote-title" }, t("cards.vote")), h("p", { class: "question" }, ballot.question),
    own.length ? own.map((one) => {
      const cast = ballot.votes?.[one.id] ?? seen.cast[`${ballot.id} ${one.id}`], voted = ballot.voted.includes(one.id);
      return h("div", { key: one.id, role: "group", "aria-label": one.name, class: "options" }, own.length > 1 ? h("b", {}, one.name) : null,
        ballot.options.map((option, at) => button(option, { look: cast === at ? "" : "quiet", class: `option ${cast === at ? "chosen" : "quiet"}`, "data-option": String(at), "aria-pressed": String(cast === at), onclick: () => does.vote(ballot.id, one.id, at) })),
        voted ? h("span", { class: "pill ready" }, t("cards.voted")) : null);
    }) : h("p", { class: "notice" }, t("error.conference.not_checked_in")));
}

export function checkInCard(seen, does) {
  const own = ownDelegates(seen), open = seen.state.roll_call_open;
  if (!own.length || (!open && own.every((one) => known.isPresent(seen.state, one.id)))) return null;
  return h("section", { class: "card", id: "check-in", key: "check-in" }, h("h2", {}, t("cards.check_in")), h("p", { class: "soft" }, t(open ? "cards.check_in_text" : "cards.check_in_closed")),
    own.map((one) => h("label", { class: "check" }, h("input", { type: "checkbox", "data-delegate": one.id, checked: known.isPresent(seen.state, one.id), disabled: !open, onchange: (event) => does.act("check_in", { delegate: one.id, present: event.target.checked }) }), h("span", {}, one.name))));
}

/** Whether one may ask to speak at all: a listed delegate, or a guest where guests may (VC-6). */
export const mayAsk = (seen) => ownDelegates(seen).length > 0 || Boolean(seen.state.plan.policy?.guests_may_ask);

export function requestCard(seen, does) {
  if (!mayAsk(seen)) return null;
  const { state, joined } = seen;
  const mine = (state.requests || []).filter((one) => one.site === joined.member), open = mine.filter((one) => ["pending", "approved", "speaking"].includes(one.status)), last = mine.filter((one) => one.status === "refused").at(-1);
  const me = who(seen), asked = open.some((one) => one.delegate === me);
  const send = async (event) => {
    event.preventDefault();
    const form = event.target, data = new FormData(form);
    if (await does.act("request_speech", { request: newId("pb"), delegate: me, item: data.get("item") || "", content: data.get("content").trim() })) form.reset();
  };
  return h("section", { class: "card", id: "request", key: "request" }, h("h2", {}, t("cards.speak")),
    open.map((one) => h("div", { key: one.id, class: `own-request ${one.status}` }, h("div", { class: "grow" }, h("b", {}, known.personName(state, one.delegate)), h("span", { class: "pill sleeping" }, t(`request.${one.status}`)), one.content ? h("p", { class: "soft" }, one.content) : null),
      one.status === "speaking" ? null : button(t("cards.withdraw"), { class: "quiet small", id: "withdraw", onclick: () => does.act("withdraw_speech", { request: one.id }) }))),
    last && !asked ? h("p", { class: "notice bad", role: "status", id: "refusal" }, t("cards.refused", { reason: last.rejected_reason })) : null,
    asked ? null : h("form", { class: "fields", id: "ask", onsubmit: send }, whoChoice(seen, does),
      (state.plan.agenda || []).length ? h("label", {}, h("span", {}, t("cards.item")), h("select", { name: "item" }, h("option", { value: "" }, t("cards.no_item")), state.plan.agenda.map((one) => h("option", { value: one.id, selected: one.id === state.item }, one.title)))) : null,
      h("label", {}, h("span", {}, t("cards.content")), h("textarea", { name: "content", rows: "2", maxlength: "1000", id: "content" })),
      button(t("cards.ask"), { look: "gold big-button", type: "submit", picture: "hand", id: "ask-button", disabled: state.phase !== "live" && state.plan.policy?.speech_requires_live !== false })));
}

export function paperCard(seen, does) {
  const { state, reading } = seen, papers = state.plan.papers || [];
  if (!papers.length) return null;
  const alone = reading.paper !== "", shown = alone ? reading : state.paper, one = shown && known.paper(state, shown.paper);
  return h("section", { class: "card papers", id: "papers", key: "papers" },
    h("div", { class: "row between" }, h("h2", {}, t("papers.title")), state.paper && alone ? button(t("papers.in_step"), { class: "small", id: "in-step", onclick: () => does.read("", 1) }) : null),
    one ? h("figure", {}, h("img", { src: `/api/papers/${encodeURIComponent(one.id)}/${shown.page}.png`, alt: t("papers.page_of", { title: one.title, page: shown.page }), loading: "lazy" }),
      h("figcaption", {}, h("span", {}, `${one.title} · `, h("span", { id: "page-number" }, `${shown.page} / ${one.pages}`), h("small", { class: "tag" }, t(alone ? "papers.alone" : "papers.together"))),
        h("span", { class: "row" }, dot(t("papers.back"), "left", { disabled: shown.page <= 1, onclick: () => does.read(one.id, shown.page - 1) }), dot(t("papers.on"), "right", { disabled: shown.page >= one.pages, id: "page-on", onclick: () => does.read(one.id, shown.page + 1) })))) : null,
    h("ul", { class: "plain" }, papers.map((each) => h("li", { class: "line" }, h("span", { class: "grow" }, each.title, h("small", { class: "soft" }, ` ${t("papers.pages", { n: each.pages })}`)),
      button(t(one?.id === each.id && alone ? "papers.close" : "papers.read"), { class: "quiet small", "data-read": each.id, onclick: () => (one?.id === each.id && alone ? does.read("", 1) : does.read(each.id, 1)) })))),
    state.item ? h("p", { class: "soft" }, `${t("agenda.now")}: ${known.item(state, state.item)?.title || state.item}`) : h("p", { class: "soft" }, state.live_since ? t("phase.live_since", { time: hourMinute(state.live_since) }) : ""));
}
