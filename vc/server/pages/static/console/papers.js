// The agenda's items and the papers, opened for everybody in step (VC-8).
import { t } from "../core/texts.js";
import { button, dot } from "../core/ui.js";
import { h, icon } from "../core/view.js";
import * as known from "../core/model.js";

export function papersPanel(model) {
  const { state, does } = model, agenda = state.plan.agenda || [], papers = state.plan.papers || [], free = papers.filter((one) => !agenda.some((item) => (item.papers || []).includes(one.id)));
  return h("div", { class: "panel" },
    state.paper ? onShow(model) : null,
    agenda.length ? h("ol", { class: "agenda" }, agenda.map((item) => h("li", { key: item.id, class: state.item === item.id ? "current" : "" },
      h("button", { type: "button", class: "item", "aria-current": state.item === item.id ? "step" : null, disabled: !known.isOpen(state), onclick: () => does.act("set_item", { item: state.item === item.id ? "" : item.id }) }, item.title, state.item === item.id ? h("span", { class: "pill ready" }, t("agenda.now")) : null),
      (item.papers || []).map((id) => known.paper(state, id)).filter(Boolean).map((one) => paperRow(model, one))))) : h("p", { class: "soft" }, t("agenda.none")),
    free.length ? [h("h3", {}, t("papers.title")), free.map((one) => paperRow(model, one))] : null);
}

function paperRow({ state, does }, one) {
  const shown = state.paper?.paper === one.id;
  return h("div", { key: one.id, class: "paper-row" }, icon("paper"), h("span", {}, one.title, h("small", { class: "soft" }, ` ${t("papers.pages", { n: one.pages })}`)),
    button(t(shown ? "papers.close" : "papers.show"), { class: "quiet small", "data-paper": one.id, disabled: !known.isOpen(state), onclick: () => (shown ? does.act("close_paper") : does.act("show_paper", { paper: one.id, page: 1 })) }));
}

function onShow({ state, does }) {
  const { paper: id, page } = state.paper, one = known.paper(state, id), turn = (to) => does.act("show_paper", { paper: id, page: to });
  return h("div", { class: "on-show" },
    h("img", { src: `/api/papers/${encodeURIComponent(id)}/${page}.png`, alt: t("papers.page_of", { title: one?.title || id, page }) }),
    h("div", {}, h("b", {}, one?.title || id), h("div", { class: "row" },
      dot(t("papers.back"), "left", { id: "page-back", disabled: page <= 1, onclick: () => turn(page - 1) }), h("span", { "aria-live": "polite", id: "page-number" }, `${page} / ${one?.pages || "?"}`), dot(t("papers.on"), "right", { id: "page-on", disabled: page >= (one?.pages || 0), onclick: () => turn(page + 1) }),
      button(t("papers.close"), { class: "quiet small", onclick: () => does.act("close_paper") }))));
}
