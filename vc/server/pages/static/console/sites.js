// The sites: who is there, how good the line is, who is loud, what is wrong; the card itself gives the floor.
import { figure, knows, t, trouble } from "../core/texts.js";
import { button, dot } from "../core/ui.js";
import { h, icon } from "../core/view.js";
import * as known from "../core/model.js";

const lineOf = (one, live) => (one.connected ? live?.line && live.line !== "unknown" ? live.line : one.line || "unknown" : "lost");

/** Figures of a member's line in a line, for the tooltip. */
function inShort(live) {
  if (!live) return t("line.no_figures");
  const { up = {} } = live;
  return t("line.short", { loss: figure(up.loss_percent || 0, 1), jitter: figure(up.jitter_ms || 0), rtt: figure(up.round_trip_ms || 0), fps: figure(up.fps || 0) });
}

export function sitesPanel(model) {
  const { state, ui } = model, all = known.keyed(state), there = all.filter((one) => one.connected).length;
  const sites = all.filter((one) => one.kind !== "guest").length;
  const wrong = all.filter((one) => one.connected && ["bad", "lost"].includes(lineOf(one, model.live[one.id])) || (model.live[one.id]?.alarms || []).length).length;
  return h("section", { class: "card sites", "aria-labelledby": "sites-title" },
    h("h2", { id: "sites-title" }, t("sites.title"), " ", h("span", { class: "count", id: "there" }, t("sites.there", { there, all: all.length, sites })), wrong ? h("span", { class: "pill warning" }, t("sites.wrong", { n: wrong })) : null,
      h("small", {}, t("sites.hint"))),
    h("div", { class: `site-grid ${all.length > 20 ? "many" : ""}`, id: "sites" }, all.flatMap((one) => [card(model, one), ui.open === one.id ? detail(model, one) : null])));
}

function card(model, one) {
  const { state, live, may, does, ui } = model, figures = live[one.id], line = lineOf(one, figures), alarms = figures?.alarms || [];
  const speaks = state.floor?.holder === one.id, large = state.pinned === one.id;
  const words = one.expelled ? t("site.expelled") : t(`line.${line}`);
  return h("div", { key: one.id, class: `site line-${one.expelled ? "lost" : line} ${speaks ? "speaks" : ""} ${one.connected ? "" : "away"}`, "data-site": one.id, title: one.connected ? inShort(figures) : "" },
    h("button", { type: "button", class: "give", disabled: !one.connected || !may("give_floor") || !known.isLive(state), "aria-pressed": String(speaks), "aria-label": `${one.key ? `${one.key}: ` : ""}${one.name}. ${words}. ${speaks ? t("floor.speaking") : t("site.give")}`, onclick: () => does.give(one.id) },
      one.key ? h("kbd", {}, one.key) : null, h("span", { class: "name" }, one.name)),
    h("div", { class: "facts" },
      h("span", { class: "quality" }, icon(one.connected ? "line" : "cross"), h("span", {}, words)),
      alarms.length ? h("span", { class: "tag alarm", title: alarms.map(trouble).join(", "), role: "img", "aria-label": alarms.map(trouble).join(", ") }, icon("alarm")) : null,
      one.kind === "guest" ? h("span", { class: "tag" }, t("site.guest")) : null, large ? h("span", { class: "tag", title: t("site.pinned") }, icon("pin")) : null, one.video_off ? h("span", { class: "tag", title: t("site.video_off") }, icon("camera-off")) : null, one.sharing ? h("span", { class: "tag", title: t("site.shares") }, icon("share")) : null),
    h("div", { class: "foot" },
      dot(t(one.muted ? "site.unmute" : "site.mute", { name: one.name }), one.muted ? "mic-off" : "mic", { class: one.muted ? "muted" : "open", "data-do": "mute", disabled: !one.connected, onclick: () => does.act("set_muted", { member: one.id, muted: !one.muted }) }),
      dot(t("site.more", { name: one.name }), "more", { "data-do": "more", "aria-expanded": String(ui.open === one.id), onclick: () => does.open(ui.open === one.id ? "" : one.id) })),
    h("div", { class: "meter", role: "img", "aria-label": t("site.level") }, h("i", { "--level": one.connected && !one.muted ? known.loudness(figures?.level_dbfs ?? -120).toFixed(3) : "0" })));
}

function detail(model, one) {
  const figures = model.live[one.id];
  const rows = [["line.up", figures?.up], ["line.down", figures?.down]];
  const room = Object.entries(figures?.room || {}).map(([name, value]) => h("span", { class: "figure" }, `${knows(`room.${name}`) ? t(`room.${name}`) : name}: ${figure(value, 1)}`));
  const cell = (value, digits, unit) => h("td", {}, value === undefined ? "–" : `${figure(value, digits)}${unit}`);
  return h("div", { key: `${one.id} detail`, class: "site-detail", id: "site-detail" },
    h("div", { class: "row between" }, h("h3", {}, one.name), acts(model, one)),
    h("table", {}, h("thead", {}, h("tr", {}, ["", "line.loss", "line.jitter", "line.rtt", "line.fps", "line.rate", "line.size"].map((name) => h("th", { scope: "col" }, name ? t(name) : "")))),
      h("tbody", {}, rows.map(([name, one]) => h("tr", {}, h("th", { scope: "row" }, t(name)), cell(one?.loss_percent, 1, " %"), cell(one?.jitter_ms, 0, " ms"), cell(one?.round_trip_ms, 0, " ms"), cell(one?.fps, 0, ""), cell(one?.bitrate_kbps, 0, " kb/s"), h("td", {}, one?.width ? `${one.width}×${one.height}` : "–"))))),
    (figures?.alarms || []).length ? h("p", { class: "notice bad" }, figures.alarms.map(trouble).join(" · ")) : null,
    room.length ? h("p", { class: "soft" }, room) : null);
}

function acts({ state, may, does }, one) {
  return h("div", { class: "row" },
      button(t(state.pinned === one.id ? "site.unpin" : "site.pin"), { picture: "pin", onclick: () => does.act("pin", { member: state.pinned === one.id ? "" : one.id }) }),
      button(t(one.video_off ? "site.video_on" : "site.video_off_do"), { picture: one.video_off ? "camera" : "camera-off", disabled: !one.connected, onclick: () => does.act("set_video_off", { member: one.id, off: !one.video_off }) }),
      one.sharing ? button(t(state.content === one.id ? "site.content_off" : "site.content_on"), { picture: "share", onclick: () => (state.content === one.id ? does.act("stop_content") : does.act("start_content", { member: one.id })) }) : null,
      one.kind === "guest" ? null : button(t("site.test"), { picture: "line", disabled: !one.connected, onclick: () => does.testLines([one.id]) }),
      one.expelled ? button(t("site.let_back"), { picture: "check", onclick: () => does.act("let_in", { member: one.id }) })
        : one.id === state.plan.centre ? null : button(t("site.expel"), { look: "danger", picture: "leave", disabled: !may("expel"), "data-do": "expel", onclick: () => does.expel(one) }));
}
