// The join page: an official or a guest from a laptop or a phone, by a link and a PIN.
import { act } from "./core/api.js";
import { follow } from "./core/feed.js";
import { onLanguage, refusal, t } from "./core/texts.js";
import { byId, confirm, languageButton, say, toast } from "./core/ui.js";
import { h, paint } from "./core/view.js";
import { doorView, outView, prepareView } from "./join/door.js";
import { insideView, standing } from "./join/inside.js";
import { askAgain, knock, makeCall, makeTicket, wait } from "./join/session.js";
import { makeDevices } from "./media/devices.js";
import * as known from "./core/model.js";

const code = decodeURIComponent(location.pathname.split("/").pop());
const ticket = makeTicket(code);
const AGAIN_MS = 2000;
const WHY_OUT = { "conference.ended": "ended", "conference.expelled": "expelled", "conference.locked": "locked" };
const seen = {
  step: "opening", joined: null, tried: "", busy: false, ready: false, out: "", up: true, state: null, live: {}, ahead: 0,
  call: null, stopFollowing: null, stopWaiting: null, level: 0, heard: false, person: sessionStorage.getItem("person") || "", cast: {}, reading: { paper: "", page: 1 },
};
seen.preview = Object.assign(document.createElement("video"), { autoplay: true, playsInline: true, muted: true, className: "mirror" });
seen.devices = makeDevices(() => { seen.preview.srcObject = seen.devices.now.stream; seen.preview.play().catch(() => {}); seen.call?.refit(); draw(); });

const does = {
  async knock(name, pin) {
    seen.busy = true; seen.tried = ""; draw();
    localStorage.setItem("name", name);
    try { const joined = await knock(code, pin, name); ticket.set(joined.ticket); take(joined); } catch (error) { seen.tried = refusal(error); }
    seen.busy = false; draw();
  },
  choose: (kind, id) => seen.devices.choose(kind, id),
  ready() { seen.ready = true; if (seen.joined && !seen.joined.waiting) goIn(); draw(); },
  async act(type, fields) {
    try { await act(type, fields); return true; } catch (error) { toast(refusal(error), "bad"); draw(); return false; }
  },
  async vote(ballot, delegate, option) { if (await does.act("cast_vote", { ballot, delegate, option })) { seen.cast[`${ballot} ${delegate}`] = option; draw(); } },
  person(id) { seen.person = id; sessionStorage.setItem("person", id); draw(); },
  read(paper, page) { seen.reading = { paper, page }; draw(); },
  share: () => seen.call.share().catch((error) => toast(error.message, "bad")),
  goToRequest() { byId("request")?.scrollIntoView({ block: "center" }); (byId("content") || byId("withdraw"))?.focus({ preventScroll: true }); },
  async askLeave() { if (await confirm(t("join.leave"), t("join.leave_sure"), t("join.leave"))) does.leave(); },
  leave() { ticket.set(""); out("left"); },
  back() { Object.assign(seen, { step: "opening", out: "", joined: null, ready: false, tried: "" }); arrive(); },
};

/** Where the door's answer leads: away, to the waiting room, or on. */
function take(joined) {
  seen.joined = joined;
  if (joined.refused) { ticket.set(""); out(WHY_OUT[joined.refused] || "refused"); return; }
  if (seen.step !== "prepare") { seen.step = "prepare"; seen.devices.open(); }
  seen.stopWaiting?.(); seen.stopWaiting = null;
  if (joined.waiting) seen.stopWaiting = wait(ticket.get(), heard);
  else if (seen.ready) goIn();
  draw();
}

/** What is heard while waiting; true asks again. */
function heard(joined, error) {
  seen.up = !error || error.code !== "line.down";
  if (error && (error.status === 404 || error.status === 401)) { ticket.set(""); out("refused"); return false; }
  if (joined && (!joined.waiting || joined.refused)) { if (!joined.refused) say(t("join.admitted")); take(joined); return false; }
  draw();
  return true;
}

function goIn() {
  if (seen.call) return;
  sessionStorage.setItem(`inside ${code}`, "yes");
  seen.call = makeCall(ticket.get(), seen.devices, () => {
    if (seen.call?.now.seeing === "refused" || seen.call?.now.sending === "refused") out(WHY_OUT[seen.call.now.error?.code] || "refused");
    draw();
  });
  seen.step = "inside";
  seen.stopFollowing = follow((told) => {
    if (told.lost) { comeBack(); return; }
    for (const name of ["state", "up", "ahead"]) if (told[name] !== undefined) seen[name] = told[name];
    if (told.state) look(told.state);
    draw();
  });
}

function look(state) {
  if (state.phase === "ended") { ticket.set(""); out("ended"); return; }
  if (known.member(state, seen.joined.member)?.expelled) { out("expelled"); return; }
  if (!known.member(state, seen.joined.member)?.connected) seen.call?.takeSeat();
  const [, , words, more] = standing(seen, Date.now() + seen.ahead);
  if (words !== seen.said) { seen.said = words; say(`${words}. ${more}`); }
}

/** The session with the pages is gone: the ticket gives a new one. */
async function comeBack() {
  if (seen.step === "out") return;
  try { take(await askAgain(ticket.get())); } catch (error) {
    if (error.code === "line.down") setTimeout(comeBack, AGAIN_MS); else { ticket.set(""); out("refused"); }
    return;
  }
  seen.stopFollowing?.(); seen.call?.end(); seen.call = null;
  seen.ready = true;
  if (seen.joined && !seen.joined.waiting && !seen.out) goIn();
}

function out(why) {
  if (seen.step === "out") return;
  Object.assign(seen, { step: "out", out: why });
  sessionStorage.removeItem(`inside ${code}`);
  seen.stopWaiting?.(); seen.stopFollowing?.(); seen.call?.end(); seen.devices.close();
  Object.assign(seen, { call: null, state: null, stopWaiting: null, stopFollowing: null });
  draw();
}

function bar() {
  const title = seen.state?.plan.title || t("title");
  return h("header", { class: "bar" }, h("img", { src: "/pages/icon.svg", alt: "", width: "36", height: "36" }), h("h1", {}, title), h("span", { class: "grow" }),
    seen.state?.recording_since ? h("span", { class: "rec", title: t("record.on") }, h("i", {}), t("record.on")) : null, languageButton());
}

function draw() {
  const views = { opening: () => h("main", {}), door: doorView, prepare: prepareView, out: outView, inside: insideView };
  const moved = seen.preview.parentNode;
  document.title = seen.state?.plan.title || t("join.title");
  document.body.dataset.step = seen.step;
  paint(byId("page"), bar(), seen.up || seen.step === "inside" ? null : h("div", { class: "notice bad down", role: "alert" }, t("standing.again")), views[seen.step](seen, does, Date.now() + seen.ahead));
  if (seen.preview.parentNode !== moved) seen.preview.play().catch(() => {}); // a video that moves on the page pauses
}

function tick() {
  if (seen.step === "prepare") { seen.level = seen.devices.level(); seen.heard ||= seen.level > 0.35; draw(); } else if (seen.step === "inside") draw();
}

/** Come with the ticket one has, or to the door. */
async function arrive() {
  if (!ticket.get()) { seen.step = "door"; draw(); return; }
  try {
    const joined = await askAgain(ticket.get());
    seen.ready = sessionStorage.getItem(`inside ${code}`) === "yes" && !joined.waiting;
    if (seen.ready) { seen.joined = joined; await seen.devices.open(); goIn(); draw(); } else take(joined);
  } catch (error) {
    if (error.code !== "line.down") ticket.set("");
    seen.step = "door"; seen.tried = error.code === "line.down" ? refusal(error) : ""; draw();
  }
}

onLanguage(draw);
setInterval(tick, 200);
window.addEventListener("pagehide", () => { seen.call?.end(); });
arrive();
