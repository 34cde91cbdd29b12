// The help desk: an officer on duty sees who calls from which kiosk, takes one, talks, and sees what the citizen lets be seen.
/* global live */
import { get, post } from "./core/api.js";
import { clock, knows, onLanguage, refusal, t } from "./core/texts.js";
import { button, byId, languageButton, say, toast } from "./core/ui.js";
import { h, paint } from "./core/view.js";
import { callView } from "./help/call.js";
import { makeTalk } from "./help/talk.js";
import { ring } from "./help/ring.js";
import { makeDevices } from "./media/devices.js";

const ROLES = ["helper", "operator", "chair"];
const seen = { me: null, asked: false, tried: "", duty: false, up: false, broken: false, calls: [], stop: null, talk: null, taking: "", ahead: 0 };
seen.preview = Object.assign(document.createElement("video"), { autoplay: true, playsInline: true, muted: true, className: "mirror" });
seen.devices = makeDevices(() => { seen.preview.srcObject = seen.devices.now.stream; seen.preview.play().catch(() => {}); draw(); });
const signedIn = () => ROLES.includes(seen.me?.role);

const does = {
  async begin() { seen.duty = true; draw(); await seen.devices.open(); follow(); draw(); },
  pause() { stopFollowing(); seen.duty = false; seen.calls = []; seen.devices.close(); draw(); },
  async take(call) {
    seen.taking = call; draw();
    try {
      const taken = await post(`/api/help/${call}/take`);
      seen.talk = makeTalk(taken, seen.devices, draw, over);
    } catch (error) { toast(refusal(error), "bad"); }
    seen.taking = ""; draw();
  },
  hangUp() { over("ended"); },
};

function over(why) {
  if (!seen.talk) return;
  const { id } = seen.talk;
  seen.talk.end(); seen.talk = null;
  post(`/api/help/${id}/end`).catch(() => {}); // it may be over already
  toast(t(`help.over.${why}`), why === "lost" ? "bad" : ""); say(t(`help.over.${why}`));
  draw();
}

function heard({ calls, ended }) {
  for (const one of calls) if (one.stage === "waiting" && !seen.calls.some((known) => known.call === one.call)) { ring(); say(t("help.new", { site: one.site })); }
  seen.calls = calls;
  const mine = seen.talk && calls.find((one) => one.call === seen.talk.id);
  if (seen.talk && !mine) over(knows(`help.over.${ended[seen.talk.id]}`) ? ended[seen.talk.id] : "ended"); else seen.talk?.saw(mine);
  draw();
}

function follow() { stopFollowing(); seen.stop = live("/api/help/live", { calls: heard }, (up) => { seen.up = up; seen.broken = !up; if (!up) look(); draw(); }); }
function stopFollowing() { seen.stop?.(); seen.stop = null; seen.up = seen.broken = false; }

/** A stream cannot say why it is refused. */
async function look() {
  try { seen.me = await get("/api/me"); } catch { return; }
  if (!signedIn()) { over("ended"); does.pause(); draw(); }
}

async function signIn(event) {
  event.preventDefault();
  const data = new FormData(event.target), name = data.get("name").trim();
  seen.tried = "";
  try { seen.me = await post("/api/sign-in", { role: "helper", pin: data.get("pin"), name: name || t("role.helper") }); localStorage.setItem("name", name); } catch (error) { seen.tried = refusal(error); }
  draw();
}

const door = () => h("main", { class: "alone" }, h("form", { class: "card fields sign-in", id: "sign-in", onsubmit: signIn },
  h("img", { src: "/pages/icon.svg", alt: "", width: "56", height: "56" }), h("h2", {}, t("help.title")), h("p", { class: "soft" }, t("help.text")),
  h("label", {}, h("span", {}, t("help.name")), h("input", { name: "name", id: "name", maxlength: "200", autocomplete: "name", value: localStorage.getItem("name") || "" })),
  h("label", {}, h("span", {}, t("sign_in.pin")), h("input", { name: "pin", id: "pin", type: "password", inputmode: "numeric", pattern: "[0-9]{4,12}", required: true, autocomplete: "off", class: "pin" })),
  seen.tried ? h("p", { class: "notice bad", role: "alert", id: "refused" }, seen.tried) : null,
  h("button", { type: "submit", id: "enter" }, t("help.enter"))));

const language = (code) => t("help.language", { name: knows(`help.language.${code}`) ? t(`help.language.${code}`) : code });
const waits = (one) => t("help.for", { time: clock(Math.max(0, (Date.now() - Date.parse(one.since)) / 1000)) });

const row = (one) => h("li", { key: one.call, class: "line", "data-call": one.call },
  h("div", { class: "grow" }, h("b", {}, one.site), h("p", { class: "soft" }, `${one.kiosk} · ${language(one.language)} · ${one.stage === "waiting" ? waits(one) : t("help.by", { name: one.officer })}`)),
  one.stage === "waiting" ? button(t("help.answer"), { look: "", picture: "camera", "data-do": "answer", disabled: Boolean(seen.talk || seen.taking), onclick: () => does.take(one.call) }) : h("span", { class: "pill ready" }, t("help.taken")));

function duty() {
  const list = seen.calls, waiting = list.filter((one) => one.stage === "waiting").length;
  return h("main", { class: seen.talk ? "help-desk talking" : "help-desk" },
    seen.talk ? callView(seen, does) : null,
    h("section", { class: "card calls", id: "calls" }, h("h2", {}, t("help.waiting"), " ", h("span", { class: `count ${waiting ? "alert" : ""}` }, String(waiting))),
      h("p", { class: "soft", id: "duty" }, t(!seen.duty ? "help.off" : seen.up ? "help.on" : "help.connecting")),
      seen.duty && !seen.devices.now.stream.getAudioTracks().length ? h("p", { class: "notice bad", role: "alert" }, t("help.only_listen")) : null,
      list.length ? h("ul", { class: "plain" }, list.map(row)) : h("p", { class: "soft empty" }, t("help.none")),
      seen.talk ? null : button(t(seen.duty ? "help.pause" : "help.begin"), { look: seen.duty ? "quiet" : "big-button", id: "on-duty", onclick: seen.duty ? does.pause : does.begin }),
      h("p", { class: "soft" }, t("help.unrecorded"))));
}

function draw() {
  const waiting = seen.calls.filter((one) => one.stage === "waiting").length;
  document.title = `${waiting ? `(${waiting}) ` : ""}${t("help.title")}`;
  const bar = h("header", { class: "bar" }, h("img", { src: "/pages/icon.svg", alt: "", width: "36", height: "36" }), h("h1", {}, t("help.title")), h("span", { class: "grow" }), signedIn() ? h("span", { class: "me" }, seen.me.name) : null, languageButton());
  const moved = seen.preview.parentNode;
  paint(byId("page"), bar, seen.duty && seen.broken ? h("div", { class: "notice bad down", role: "alert" }, t("standing.again")) : null, !seen.asked ? h("main", {}) : signedIn() ? duty() : door());
  if (seen.preview.parentNode !== moved) seen.preview.play().catch(() => {}); // a video that moves on the page pauses
}

async function begin() {
  onLanguage(draw);
  try { seen.me = await get("/api/me"); } catch { /* the door shows */ }
  seen.asked = true;
  draw();
}
setInterval(() => { if (seen.calls.length) draw(); }, 1000);
window.addEventListener("pagehide", () => { seen.talk?.end(); });
begin();
