// The wall screen. Calls are shown one after another, each at least SHOW_MS; what is old is never shown as new.
"use strict";
const SHOW_MS = 4000;
const LATEST = 6, DESKS = 12, SERVICES = 14; // what fits the wall
const waiting = [];
const seen = new Set();
let shown = null, shownAt = 0, board = null, lineUp = false;

const keyOf = (call) => `${call.at}/${call.serial}`;

function take(call) {
  const key = keyOf(call);
  if (seen.has(key)) return; // a reconnection says the running one again
  seen.add(key);
  if (seen.size > 100) seen.delete(seen.values().next().value);
  waiting.push(call);
  step();
}

// One step of the wall: the next call when the one shown has had its time, else the last one, at rest.
function step() {
  if (!lineUp) return;
  if (waiting.length && Date.now() - shownAt >= SHOW_MS) {
    shown = waiting.shift(); shownAt = Date.now();
    show(shown, true);
    setTimeout(step, SHOW_MS + 20);
  } else if (!waiting.length && Date.now() - shownAt >= SHOW_MS && board && !board.now) {
    show(board.latest[0] || null, false);
  }
  latest();
}

function show(call, isLive) {
  const panel = byId("call");
  const length = call && call.number.length > 4 ? "long" : "";
  panel.className = `${isLive ? "live" : call ? "quiet" : "quiet empty"} ${length}`;
  byId("label").textContent = isLive ? "Xin mời số" : call ? "Vừa mời số" : "";
  byId("number").textContent = call ? call.number : "Xin chờ đến lượt";
  byId("counter").textContent = call ? `${isLive ? "đến " : ""}${call.counter_names.vi}` : "";
  byId("service").textContent = call ? call.service_names.vi : "";
  panel.dataset.call = call ? keyOf(call) : "";
  panel.dataset.live = String(isLive);
}

function latest() {
  if (!board) return;
  const hidden = new Set(waiting.map(keyOf)); // listed once it has been shown large
  const calls = board.latest.filter((call) => !hidden.has(keyOf(call))).slice(0, LATEST);
  byId("latest").replaceChildren(...calls.map((call) => element("li", { class: shown && keyOf(call) === keyOf(shown) && Date.now() - shownAt < SHOW_MS ? "now" : "" },
    element("span", { class: "n" }, call.number),
    element("span", { class: "c" }, call.counter_names.vi, element("small", {}, call.service_names.vi)),
    element("span", { class: "t" }, hourMinute(new Date(call.at))))));
}

// The first `room` of them, those that matter most first when there are more; else all, in their own order.
function most(all, room, weight) {
  return all.length <= room ? all : [...all].sort((a, b) => weight(b) - weight(a)).slice(0, room);
}

function paint(fresh) {
  board = fresh;
  byId("site").textContent = board.site_names.vi;
  byId("site-en").textContent = board.site_names.en || "";
  byId("rule").textContent = board.priority_rule.vi;
  byId("notice").textContent = board.notice.vi || "";
  byId("counters").replaceChildren(...most(board.counters, DESKS, (desk) => (desk.ticket ? 2 : desk.staffed ? 1 : 0)).map((desk) => {
    const text = desk.ticket || (desk.paused ? desk.pause_names.vi || "tạm dừng" : desk.staffed ? "sẵn sàng" : "chưa mở");
    const back = !desk.ticket && desk.back_at ? `đến ${hourMinute(new Date(desk.back_at))}` : "";
    return element("div", { class: desk.ticket ? "desk" : "desk off" }, element("b", {}, desk.names.vi), element("span", {}, text, back ? element("small", {}, back) : null));
  }));
  document.body.classList.toggle("crowded", board.counters.length > 6);
  document.body.classList.toggle("many", board.services.length > 6);
  byId("services").replaceChildren(...most(board.services, SERVICES, (service) => service.waiting).map((service) => element("div", { class: "line" },
    element("i", {}, service.prefix), element("span", {}, service.names.vi), element("b", {}, String(service.waiting)),
    element("small", {}, service.waiting ? minutes(service.expected_wait_s, "vi") : ""))));
  if (board.now) take(board.now);
  step();
}

function tickClock() {
  byId("clock").textContent = hourMinute(serverNow());
  byId("date").textContent = dateText(serverNow(), "vi");
  if (lineUp) byId("down-at").textContent = hourMinute(serverNow());
  step();
}

follow({ board: paint, call: take }, (up) => {
  lineUp = up;
  byId("down").hidden = up;
  document.body.classList.toggle("stale", !up);
});
setInterval(tickClock, 1000);
tickClock();
