// The chair's and the operator's console of the live conference.
import { act, get, post } from "./core/api.js";
import { follow } from "./core/feed.js";
import { lineReport } from "./core/line_report.js";
import * as known from "./core/model.js";
import { clock, hourMinute, onLanguage, refusal, t } from "./core/texts.js";
import { button, byId, confirm, languageButton, say, toast } from "./core/ui.js";
import { h, icon, paint } from "./core/view.js";
import { ballotsPanel } from "./console/ballots.js";
import { doorPanel } from "./console/door.js";
import { courseButton, floorBanner, phaseWords, toolbar } from "./console/floor.js";
import { help, listen } from "./console/keys.js";
import { papersPanel } from "./console/papers.js";
import { rollCallPanel } from "./console/rollcall.js";
import { sitesPanel } from "./console/sites.js";
import { speakersPanel } from "./console/speakers.js";
import { makeWall } from "./console/wall.js";

const TEST_S = 5;
const TABS = [["roll", rollCallPanel], ["ballot", ballotsPanel], ["papers", papersPanel], ["door", doorPanel], ["test", testPanel]];
const seen = { me: null, state: null, live: {}, server: {}, ahead: 0, up: true, none: false, wall: null, drawn: 0 };
const ui = { tab: "roll", open: "", dragged: "", limits: {}, link: null, report: null, testing: false, role: "" };

const serverNow = () => Date.now() + seen.ahead;
const may = (type) => known.may(ui.role, type);
const model = () => ({ state: seen.state, live: seen.live, now: serverNow(), ui, may, does });

const does = {
  repaint: draw,
  mayNot: () => toast(t("chair_decides"), "bad"),
  open: (id) => { ui.open = id; draw(); byId("site-detail")?.scrollIntoView({ block: "nearest" }); },
  /** Do an act; true when it was done. A refusal is told to the person. */
  async act(type, fields) {
    try { await act(type, fields); return true; } catch (error) {
      if (error.status === 401) location.assign("/");
      toast(refusal(error), "bad"); draw(); // a box that was ticked shows again what is
      return false;
    }
  },
  /** Give a site the floor: its first approved request is the one it speaks to. */
  give(id) {
    const one = known.member(seen.state, id);
    if (!known.isLive(seen.state)) { toast(t("error.conference.not_now"), "bad"); return; }
    if (!one?.connected) { toast(t("error.conference.away"), "bad"); return; }
    if (seen.state.floor?.holder === id) return;
    const request = known.waitingRequests(seen.state).find((each) => each.site === id && each.status === "approved");
    does.act("give_floor", { member: id, ...(request ? { request: request.id } : {}) });
  },
  giveNext() {
    const next = known.nextSpeaker(seen.state);
    if (next) does.act("give_floor", { member: next.site, request: next.id }); else toast(t("floor.nobody_next"));
  },
  async expel(one) { if (await confirm(t("site.expel"), t("site.expel_sure", { name: one.name }), t("site.expel"))) does.act("expel", { member: one.id }); },
  async end() { if (await confirm(t("course.end"), t("course.end_sure"), t("course.end"))) does.act("end_meeting"); },
  async testLines(members) {
    ui.testing = true; ui.tab = "test"; draw();
    try { ui.report = await post("/api/line-test", { members, for_s: TEST_S }, (TEST_S + 30) * 1000); } catch (error) { toast(refusal(error), "bad"); }
    ui.testing = false; draw();
  },
};

function testPanel({ state }) {
  return h("div", { class: "panel" },
    h("div", { class: "row between" }, h("span", { class: "soft" }, t("test.why")), h("div", { class: "row" },
      button(t(ui.testing ? "test.running" : "test.all"), { look: "", picture: "line", id: "test-lines", disabled: ui.testing || !known.isOpen(state), onclick: () => does.testLines([]) }),
      button(t("print"), { picture: "print", disabled: !ui.report?.at, onclick: () => window.print() }))),
    ui.report ? lineReport(ui.report, state.plan.title) : h("p", { class: "soft empty" }, t("test.none")));
}

function bar() {
  const state = seen.state;
  return h("header", { class: "bar" },
    h("a", { href: "/", class: "home", "aria-label": t("home") }, h("img", { src: "/pages/icon.svg", alt: "", width: "36", height: "36" })),
    h("h1", {}, state ? state.plan.title : t("console")),
    state ? h("span", { class: `pill ${state.phase === "live" ? "ready" : "sleeping"}`, id: "phase" }, phaseWords(state)) : null,
    state?.recording_since ? h("span", { class: "rec", id: "recording", role: "status" }, h("i", {}), `${t("record.on")} ${clock(known.secondsSince(state.recording_since, serverNow()))}`) : null,
    state?.locked ? h("span", { class: "pill warning" }, icon("lock"), t("locked")) : null,
    h("span", { class: "grow" }),
    h("span", { class: "me" }, t(`role.${ui.role || "viewer"}`)), h("time", { id: "clock" }, hourMinute(serverNow())),
    state ? courseButton(model()) : null,
    h("button", { type: "button", class: "bar-button", id: "help", "aria-label": t("help.title"), onclick: help }, "?"), languageButton());
}

function tabs(now) {
  const counts = { door: (now.state.waiting || []).length, ballot: known.openBallot(now.state) ? 1 : 0 };
  const step = (event) => {
    const turn = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!turn) return;
    const at = TABS.findIndex(([name]) => name === ui.tab);
    ui.tab = TABS[(at + turn + TABS.length) % TABS.length][0]; draw(); byId(`tab-${ui.tab}`).focus();
  };
  return h("section", { class: "card side" },
    h("div", { class: "tabs", role: "tablist", onkeydown: step }, TABS.map(([name]) => h("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-selected": String(ui.tab === name), "aria-controls": "tab-body", tabindex: ui.tab === name ? "0" : "-1", onclick: () => { ui.tab = name; draw(); } }, t(`tab.${name}`), counts[name] ? h("span", { class: "count alert" }, String(counts[name])) : null))),
    h("div", { id: "tab-body", role: "tabpanel", "aria-labelledby": `tab-${ui.tab}`, tabindex: "0" }, h("div", { key: ui.tab }, TABS.find(([name]) => name === ui.tab)[1](now))));
}

function body() {
  if (seen.none || !seen.state) return h("main", { class: "alone" }, h("div", { class: "card" }, h("h2", {}, seen.none ? t("none.title") : t("opening")), seen.none ? [h("p", {}, t("none.text")), h("a", { class: "button", href: "/" }, t("home"))] : null));
  const now = model();
  return h("main", { class: "desk" },
    h("div", { class: "left" }, floorBanner(now), seen.wall.view(), toolbar(now)),
    h("div", { class: "right" }, speakersPanel(now), tabs(now)),
    sitesPanel(now));
}

function draw() {
  cancelAnimationFrame(seen.drawn);
  if (seen.state && !seen.wall) seen.wall = makeWall(soon);
  document.title = seen.state ? `${seen.state.plan.title} – ${t("console")}` : t("console");
  document.body.classList.toggle("stale", !seen.up);
  paint(byId("page"), bar(), seen.up ? null : h("div", { class: "notice bad down", role: "alert" }, t("down")), body());
}
/** Repaint at the next picture: many things told at once are painted once. */
function soon() { cancelAnimationFrame(seen.drawn); seen.drawn = requestAnimationFrame(draw); }

function announce(before, state) {
  if (!before) return;
  if (state.floor?.holder !== before.floor?.holder) say(state.floor ? t("said.floor", { name: known.memberName(state, state.floor.holder) }) : t("said.free"));
  const asked = known.waitingRequests(state).find((one) => !(before.requests || []).some((old) => old.id === one.id));
  if (asked) { say(t("said.asks", { name: known.personName(state, asked.delegate) })); toast(t("said.asks", { name: known.personName(state, asked.delegate) })); }
  const knocked = (state.waiting || []).find((one) => !(before.waiting || []).some((old) => old.id === one.id));
  if (knocked) toast(t("said.waits", { name: knocked.name }));
}

async function begin() {
  try { seen.me = await get("/api/me"); } catch { setTimeout(begin, 2000); return; }
  if (!known.may(seen.me.role, "set_layout")) { location.replace("/"); return; }
  ui.role = seen.me.role;
  get("/api/line-test").then((report) => { ui.report = report; soon(); }, () => {});
  follow((told) => {
    if (told.lost) { location.replace("/"); return; }
    if (told.state) { announce(seen.state, told.state); seen.state = told.state; seen.none = false; }
    if (told.live) { seen.live = told.live.members || {}; seen.server = told.live.server || {}; }
    for (const name of ["up", "ahead", "none"]) if (told[name] !== undefined) seen[name] = told[name];
    soon();
  });
}

listen(model);
onLanguage(draw);
setInterval(soon, 500);
begin();
