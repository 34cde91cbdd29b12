// What the pages share: a stream that knows when it is silent, the server's clock, and small words.
"use strict";
const ZONE = "Asia/Ho_Chi_Minh";
const SILENT_MS = 15000; // the server says something every 5 s
const CLICK_MS = 100; // a tap's click comes after its end
const REST_MS = 10000; // a finger that rests so long presses nothing
let clockOffset = 0;

const byId = (id) => document.getElementById(id);
const serverNow = () => new Date(Date.now() + clockOffset);

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "onclick") made.addEventListener("click", value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// What changes by itself is drawn when no finger is down: a button that is drawn anew under one is not pressed.
const fingers = new Map(), drawLater = new Set();
function whenLifted(draw) { if (fingers.size) drawLater.add(draw); else draw(); }
function lift(finger, since) {
  if (fingers.get(finger) !== since) return; // it is down anew
  fingers.delete(finger);
  if (!fingers.size) for (const draw of drawLater) { drawLater.delete(draw); draw(); }
}
const liftSoon = ({ pointerId }) => { if (fingers.has(pointerId)) setTimeout(lift, CLICK_MS, pointerId, fingers.get(pointerId)); };
addEventListener("pointerdown", ({ pointerId }) => { const since = performance.now(); fingers.set(pointerId, since); setTimeout(lift, REST_MS, pointerId, since); }, true);
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, liftSoon, true);
addEventListener("pointermove", (event) => { if (!event.buttons) liftSoon(event); }, true); // it was let go outside the page

// Follow the site's stream for days: opens again by itself, and says "down" also when the line is only silent.
function follow(handlers, onLine, url = "/api/stream") {
  let close = null, up = false, heard = Date.now();
  const hear = (handle) => (data) => { heard = Date.now(); tell(true); handle(data); };
  const tell = (state) => { if (state !== up || onLine.first) { onLine.first = false; up = state; onLine(state); } };
  const all = { tick: (tick) => { clockOffset = new Date(tick.at) - Date.now(); }, ...handlers };
  const heardHandlers = Object.fromEntries(Object.entries(all).map(([name, handle]) => [name, hear(handle)]));
  onLine.first = true;
  const open = () => { close = live(url, heardHandlers, (state) => { if (!state) tell(false); }); };
  open();
  setInterval(() => {
    if (up && Date.now() - heard > SILENT_MS) { tell(false); close(); heard = Date.now(); open(); }
  }, 1000);
}

const nameIn = (names, language) => names[language] || names.vi;

function clockText(date, options) {
  return new Intl.DateTimeFormat("vi-VN", { timeZone: ZONE, ...options }).format(date);
}
const hourMinute = (date) => clockText(date, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

function dateText(date, language) {
  const text = new Intl.DateTimeFormat(language === "en" ? "en-GB" : "vi-VN",
    { timeZone: ZONE, weekday: "long", day: "numeric", month: "numeric", year: "numeric" }).format(date);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function minutes(seconds, language) {
  const whole = Math.round(seconds / 60);
  if (whole <= 0) return language === "en" ? "no wait" : "không phải chờ";
  return language === "en" ? `about ${whole} min` : `khoảng ${whole} phút`;
}

function since(moment) {
  const seconds = Math.max(0, Math.floor((serverNow() - new Date(moment)) / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  return (hours ? `${hours}:${two(Math.floor(seconds / 60) % 60)}` : String(Math.floor(seconds / 60))) + `:${two(seconds % 60)}`;
}
