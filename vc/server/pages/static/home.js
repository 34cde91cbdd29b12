// The front door: sign in; the schedule, recordings and line test for those who are.
import { get, post } from "./core/api.js";
import { lineReport } from "./core/line_report.js";
import { onLanguage, refusal, t } from "./core/texts.js";
import { button, byId, languageButton, toast } from "./core/ui.js";
import { h, paint } from "./core/view.js";
import { editPlan } from "./home/plan_editor.js";
import { recordingsSection } from "./home/recordings.js";
import { scheduleSection } from "./home/schedule.js";

const TEST_S = 5;
const known = { me: null, conferences: [], templates: [], recordings: [], report: null, testing: false, tried: "", editing: null, playing: "", role: localStorage.getItem("role") === "operator" ? "operator" : "chair" };
const signedIn = () => known.me && ["operator", "chair"].includes(known.me.role);
const isOperator = () => known.me?.role === "operator";

const does = {
  draw,
  async try(work) { try { return await work(); } catch (error) { if (error.status === 401) { known.me = null; draw(); } toast(refusal(error), "bad"); return null; } },
  async open(row) { if (await does.try(() => post(`/api/conferences/${encodeURIComponent(row.id)}/open`))) location.assign("/console"); },
  /** Open the editor on a plan: an existing one, a template's copy, or nothing. */
  edit(plan) { known.editing = plan; draw(); window.scrollTo(0, 0); },
  play(id) { known.playing = known.playing === id ? "" : id; draw(); },
  async testLines() {
    known.testing = true; draw();
    known.report = await does.try(() => post("/api/line-test", { members: [], for_s: TEST_S }, (TEST_S + 30) * 1000)) || known.report;
    known.testing = false; draw();
  },
  load,
};

async function load() {
  const asked = [["conferences", "/api/conferences", []], ["recordings", "/api/recordings", []], ["report", "/api/line-test", null], ...(isOperator() ? [["templates", "/api/templates", []]] : [])];
  await Promise.all(asked.map(async ([name, url, none]) => { try { known[name] = (await get(url)) ?? none; } catch (error) { if (error.status === 401) known.me = null; } }));
  draw();
}

async function signIn(event) {
  event.preventDefault();
  const data = new FormData(event.target);
  known.tried = "";
  try {
    known.me = await post("/api/sign-in", { role: data.get("role"), pin: data.get("pin"), name: data.get("name").trim() || t(`role.${data.get("role")}`) });
    localStorage.setItem("role", data.get("role"));
    byId("said").textContent = t("sign_in.done");
  } catch (error) { known.tried = refusal(error); byId("pin").value = ""; byId("pin").focus(); }
  draw();
  if (signedIn()) load();
}

function door() {
  return h("main", { class: "alone" }, h("form", { class: "card fields sign-in", id: "sign-in", onsubmit: signIn },
    h("img", { src: "/pages/icon.svg", alt: "", width: "56", height: "56" }), h("h2", {}, t("sign_in.title")), h("p", { class: "soft" }, t("sign_in.text")),
    h("fieldset", { class: "choice" }, h("legend", {}, t("sign_in.role")), ["chair", "operator"].map((role) => h("label", {}, h("input", { type: "radio", name: "role", value: role, checked: role === known.role, id: `role-${role}`, onchange: () => { known.role = role; draw(); } }), h("span", {}, t(`role.${role}`))))),
    h("label", {}, h("span", {}, t("sign_in.name")), h("input", { name: "name", id: "name", maxlength: "200", autocomplete: "name" })),
    h("label", {}, h("span", {}, t("sign_in.pin")), h("input", { name: "pin", id: "pin", type: "password", inputmode: "numeric", pattern: "[0-9]{4,12}", required: true, autocomplete: "off", class: "pin" })),
    known.tried ? h("p", { class: "notice bad", role: "alert", id: "refused" }, known.tried) : null,
    h("button", { type: "submit", id: "enter" }, t("sign_in.enter"))));
}

function house() {
  if (known.editing) return h("main", {}, editPlan(known.editing, does));
  return h("main", { class: "house" }, scheduleSection(known, does, isOperator()), recordingsSection(known, does), isOperator() ? testSection() : null);
}

function testSection() {
  return h("section", { class: "card test", "aria-labelledby": "test-title" },
    h("div", { class: "row between" }, h("h2", { id: "test-title" }, t("test.title")), h("div", { class: "row" },
      button(t(known.testing ? "test.running" : "test.all"), { look: "", picture: "line", id: "test-lines", disabled: known.testing || !known.conferences.some((one) => one.is_open), onclick: does.testLines }),
      button(t("print"), { picture: "print", disabled: !known.report?.at, onclick: () => window.print() }))),
    h("p", { class: "soft" }, t("test.why")), known.report ? lineReport(known.report, known.conferences.find((one) => one.id === known.report.conference)?.title) : null);
}

function bar() {
  const out = async () => { await does.try(() => post("/api/sign-out")); known.me = null; draw(); };
  return h("header", { class: "bar" }, h("img", { src: "/pages/icon.svg", alt: "", width: "36", height: "36" }), h("h1", {}, t("title")), h("span", { class: "grow" }),
    signedIn() ? [h("span", { class: "me" }, known.me.name || t(`role.${known.me.role}`)), h("button", { type: "button", class: "bar-button", id: "sign-out", onclick: out }, t("sign_out"))] : null, languageButton());
}

function draw() {
  document.title = t("title");
  paint(byId("page"), bar(), known.me === null && !known.tried && known.asking ? h("main", {}) : signedIn() ? house() : door());
}

async function begin() {
  known.asking = true;
  onLanguage(draw);
  try { known.me = await get("/api/me"); } catch { /* the door shows */ }
  known.asking = false;
  draw();
  if (signedIn()) load(); else byId("pin")?.focus();
}
setInterval(() => { if (signedIn() && !known.editing && !document.hidden) load(); }, 15000);
begin();
