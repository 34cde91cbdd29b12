// The officers' console. Everything has a key; Space or N calls the next number, wherever the focus is.
"use strict";
const PAUSE_AFTER_CALL_MS = 1500; // a key pressed twice must not call two people
let language = localStorage.getItem("language") === "en" ? "en" : "vi";
let state = null, site = null, chosen = "", line = Promise.resolve(), calledAt = 0, asking = 0, boardText = "";
const words = () => WORDS[language];

const ACTIONS = [
  { name: "recall", key: "R", run: () => act("recall", ofCurrent), can: () => state.current },
  { name: "finish", key: "X", run: () => act("finish", ofCurrent), can: () => state.current },
  { name: "noShow", key: "V", run: () => act("no-show", ofCurrent), can: () => state.current },
  { name: "hold", key: "G", run: chooseHold, can: () => state.current },
  { name: "back", key: "L", run: () => resume(chosen), can: () => beside().some((one) => one.id === chosen) },
  { name: "transfer", key: "C", run: chooseWhither, can: () => target() && !state.missed.includes(target()) },
  { name: "reclassify", key: "D", run: chooseClass, can: () => target() },
  { name: "pause", key: "P", run: () => (state.counter.paused ? act("open", () => ({})) : chooseBreak(state, (body) => act("pause", () => body))), can: () => true },
];

// The keys of the second screen work in a room's own part too, but in no field and no dialog.
const faceKey = (event, key) => ["M", "K"].includes(key) && !event.target.matches("input, textarea, select") && !event.target.closest("dialog");
const ofCurrent = () => ({ current: state.current ? state.current.id : "" });
const beside = () => [...state.held, ...state.missed];
const choosable = () => [...state.waiting.map((one) => one.ticket), ...beside()];
const target = () => choosable().find((one) => one.id === chosen) || state.current;

// One thing after another: a key pressed while the last one is on its way is kept, and looks at what is then.
function act(path, body) {
  line = line.then(async () => {
    if (!state) return;
    try { take(await post(`/api/officer/${typeof path === "function" ? path() : path}`, body())); } catch (error) { refuse(error); if (state) await ask(); }
    if (state) whenLifted(paint);
  });
  return line;
}

async function next() {
  if (!state || state.counter.paused || Date.now() - calledAt < PAUSE_AFTER_CALL_MS) return;
  if (!state.waiting.length && !state.current) return;
  calledAt = Date.now();
  setTimeout(() => state && whenLifted(paint), PAUSE_AFTER_CALL_MS + 30);
  await act("next", ofCurrent);
}

function callChosen(id) { act("call", () => ({ ...ofCurrent(), ticket: id })); chosen = ""; }

function resume(id) { act("resume", () => ({ ticket: id })); }

function refuse(error) {
  if (error.code === "not_signed_in") { state = null; paint(); }
  toast(words().errors[error.code] || words().failed, true);
}

// A call button was pressed: at this desk it is told when nothing came of it, signed in or not.
function pressed(press) {
  const mine = state ? state.counter.id : localStorage.getItem("counter");
  if (press.counter === mine && press.code) toast(words().errors[press.code] || words().failed, true);
}

function take(fresh) { asking += 1; state = fresh; clockOffset = new Date(fresh.now) - Date.now(); }

async function ask() {
  const mine = ++asking;
  const answer = await fetch("/api/officer/state", { cache: "no-store" }).catch(() => null);
  if (!answer || mine !== asking) return;
  if (answer.ok) state = await answer.json(); else if (answer.status === 401) state = null;
  whenLifted(paint);
}

function paint() {
  const focused = document.activeElement.id;
  repaint();
  if (focused && document.activeElement === document.body) byId(focused)?.focus(); // its button was drawn anew
}

function repaint() {
  const w = words();
  document.documentElement.lang = language;
  for (const spot of document.querySelectorAll("[data-t]")) spot.textContent = w[spot.dataset.t];
  for (const spot of document.querySelectorAll("[data-t-label]")) spot.setAttribute("aria-label", w[spot.dataset.tLabel]);
  byId("language").textContent = w.other;
  byId("door").hidden = Boolean(state); byId("console").hidden = !state; byId("sign-out").hidden = !state;
  if (site) { byId("site").textContent = nameIn(site.names, language); byId("sample").hidden = !site.sample_data; }
  if (!state) { byId("working").hidden = true; closeRooms(); paintDoor(); return; }
  byId("desk").textContent = nameIn(state.counter.names, language);
  byId("working").hidden = false; byId("working").className = state.counter.paused ? "pill warning" : "pill ready"; byId("working").textContent = state.counter.paused ? [w.paused, breakText(state.counter)].filter(Boolean).join(" · ") : w.working;
  byId("rule").textContent = nameIn(state.priority_rule, language);
  paintCurrent(w); paintNext(w); paintActions(w); paintWaiting(w); paintBeside(w); paintFigures(w); roomCount("queue", state.waiting.length); paintRooms(); paintTimers();
}

function paintDoor() {
  if (!site || byId("counters").dataset.for === site.counters.length + language) return;
  byId("counters").dataset.for = site.counters.length + language;
  const last = localStorage.getItem("counter");
  byId("counters").replaceChildren(...site.counters.map((desk, at) => element("label", {},
    element("input", { type: "radio", name: "counter", value: desk.id, checked: last ? desk.id === last : at === 0 }), element("span", {}, nameIn(desk.names, language)))));
  byId("pin").focus();
}

function paintCurrent(w) {
  const one = state.current;
  byId("current").className = one ? "card current busy" : "card current idle";
  byId("current-label").textContent = one ? w.serving : "";
  byId("number").textContent = one ? one.number : state.counter.paused ? w.paused : w.idle;
  byId("service").textContent = one ? nameIn(one.service_names, language) : "";
  byId("class").replaceChildren(...(one ? [element("span", { class: one.priority ? "pill priority" : "pill sleeping" }, nameIn(one.class_names, language))] : []));
  byId("timer-label").textContent = one ? w.sinceCall : "";
  byId("asked").textContent = one ? askedBefore(one).join(" · ") : ""; byId("asked").hidden = !byId("asked").textContent;
}

function paintNext(w) {
  const first = state.waiting[0], button = byId("next");
  button.disabled = state.counter.paused || (!first && !state.current) || Date.now() - calledAt < PAUSE_AFTER_CALL_MS;
  byId("next-why").textContent = first ? `${w.nextOne}${first.ticket.number} · ${w.why[first.why](state.normal_per_priority)}` : state.current ? w.nextFinish : w.nextNobody;
}

function paintActions(w) {
  byId("actions").replaceChildren(...ACTIONS.map((action) => element("button",
    { type: "button", class: "quiet", id: `do-${action.name}`, disabled: !action.can(), onclick: action.run },
    w.actions[action.name === "pause" && state.counter.paused ? "open" : action.name], element("kbd", {}, action.key))));
}

function paintWaiting(w) {
  if (!choosable().some((one) => one.id === chosen)) chosen = "";
  byId("waiting-count").textContent = state.waiting.length; byId("nobody").hidden = state.waiting.length > 0;
  byId("waiting").replaceChildren(...state.waiting.map((one, at) => element("tr",
    { class: `${at ? "" : "first"} ${one.ticket.id === chosen ? "chosen" : ""}`, "data-id": one.ticket.id, "aria-selected": String(one.ticket.id === chosen), onclick: () => { chosen = chosen === one.ticket.id ? "" : one.ticket.id; paint(); } },
    element("td", {}, String(at + 1)), element("td", {}, one.ticket.number),
    element("td", {}, nameIn(one.ticket.service_names, language), " ", element("span", { class: one.ticket.priority ? "pill priority" : "pill sleeping" }, nameIn(one.ticket.class_names, language))),
    element("td", { "data-since": one.ticket.issued_at }, since(one.ticket.issued_at)),
    element("td", {}, whyText(one, at), ...askedBefore(one.ticket).map((line) => element("small", { class: "before" }, line))))));
}

function paintBeside(w) {
  const group = (title, rows) => rows.length ? [element("section", { class: "beside" }, element("h3", {}, title), ...rows.map((row) => element("div", { class: row.id === chosen ? "one chosen" : "one" },
    element("b", {}, row.number), element("span", {}, nameIn(row.service_names, language), nameIn(row.held_reason, language) ? element("small", { class: "before" }, nameIn(row.held_reason, language)) : null),
    element("button", { type: "button", class: "quiet", id: `back-${row.id}`, onclick: () => resume(row.id) }, w.actions.back),
    element("button", { type: "button", class: "quiet", id: `call-${row.id}`, disabled: state.counter.paused, onclick: () => callChosen(row.id) }, w.callIt))))] : [];
  byId("beside").replaceChildren(...group(w.held, state.held), ...group(w.missed, state.missed));
}

function paintFigures(w) {
  const names = w.ratings[state.rating_scale] || Array.from({ length: state.rating_scale }, (_, at) => `${at + 1}/${state.rating_scale}`);
  const figures = [[state.served_today, w.figures.served], [state.missed_today, w.figures.missed], ...names.map((name, at) => [state.ratings[at + 1] || 0, name]).reverse()];
  byId("figures").replaceChildren(...figures.map(([value, name]) => element("div", {}, element("b", {}, String(value)), element("span", {}, name))));
}

function paintTimers() {
  byId("clock").textContent = hourMinute(serverNow());
  if (!state) return;
  byId("timer").textContent = state.current ? since(state.current.since) : "";
  for (const cell of document.querySelectorAll("[data-since]")) cell.textContent = since(cell.dataset.since);
}

// What was asked of the citizen before, and what a colleague says.
function askedBefore(one) {
  const w = words(), from = deskName(one.from_counter);
  return [
    one.appointment_at && w.appointment(hourMinute(new Date(one.appointment_at))),
    nameIn(one.held_reason, language) && w.heldFor(nameIn(one.held_reason, language)),
    one.came_back === "missed" && w.wasMissed,
    one.came_back === "transferred" && w.sentBy(from, nameIn(one.note, language)),
  ].filter(Boolean);
}

const deskName = (id) => { const desk = state.counters.find((one) => one.id === id); return desk ? nameIn(desk.names, language) : id; };

function whyText(one, at) {
  const w = words(), reason = w.why[one.why](state.normal_per_priority);
  if (!at) return reason;
  const ahead = [one.older_ahead && w.olderAhead(one.older_ahead), one.younger_ahead && w.youngerAhead(one.younger_ahead)].filter(Boolean).join(", ");
  return ["oldest", "regular"].includes(one.why) ? ahead || reason : [reason, ahead].filter(Boolean).join(" · ");
}

function chooseHold() {
  choose(words().holdWhy(state.current.number), [...state.choices.held, { id: "", plain: true, names: NO_REASON }],
    (reason) => act("hold", () => ({ ...ofCurrent(), reason })));
}

function chooseWhither() {
  const one = target();
  chooseTransfer(state, one, (body) => act("transfer", () => ({ ticket: one.id, ...body })), state.current?.id === one.id ? state.counter.id : "");
}

function chooseClass() {
  const one = target();
  choose(words().reclassifyTo(one.number), state.priority_classes.filter((kind) => kind.id !== one.priority_class), (id) => act("reclassify", () => ({ ticket: one.id, priority_class: id })));
}

function move(step) {
  const ids = choosable().map((one) => one.id);
  const at = ids.indexOf(chosen) + step;
  chosen = chosen === "" ? ids[step > 0 ? 0 : ids.length - 1] || "" : ids[Math.max(0, Math.min(ids.length - 1, at))] || "";
  paint();
  document.querySelector("#console .chosen")?.scrollIntoView({ block: "nearest" });
}

function onKey(event) {
  const key = event.key.toUpperCase();
  if (!state || event.ctrlKey || event.altKey || event.metaKey || (ownKeys(event.target) && !faceKey(event, key)) || chooseKey(event)) return;
  if (event.repeat) { if (key === " ") event.preventDefault(); return; }
  const action = ACTIONS.find((one) => one.key === key), list = roomOpen("queue");
  if (roomKey(event)) { /* a tab */ }
  else if (key === " " || key === "N") next();
  else if (list && (key === "ARROWDOWN" || key === "ARROWUP")) move(key === "ARROWDOWN" ? 1 : -1);
  else if (list && key === "ENTER" && chosen && !event.target.matches("button")) callChosen(chosen);
  else if (key === "ESCAPE") { chosen = ""; paint(); }
  else if (action && action.can()) action.run();
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", onKey);
document.addEventListener("keyup", (event) => { if (state && event.key === " " && !ownKeys(event.target) && !byId("choose").open) event.preventDefault(); });
byId("next").addEventListener("click", next);
byId("language").addEventListener("click", () => { language = language === "en" ? "vi" : "en"; localStorage.setItem("language", language); byId("language").blur(); paint(); });
byId("sign-out").addEventListener("click", async () => { await post("/api/officer/sign-out", {}).catch(refuse); state = null; paint(); });
byId("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const counter = new FormData(event.target).get("counter");
  try {
    take(await post("/api/officer/sign-in", { counter, pin: byId("pin").value }));
    localStorage.setItem("counter", counter); byId("refused").hidden = true; document.activeElement.blur();
  } catch (error) {
    byId("refused").textContent = words().errors[error.code] || words().failed; byId("refused").hidden = false;
  }
  byId("pin").value = "";
  paint();
});
addRoom({ name: "queue", titles: { vi: "Hàng đợi", en: "Queue" } });
