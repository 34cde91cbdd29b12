// Live pages, all places of the dashboard. A page says on <main> (block `live`) what it shows:
//   data-on="changed alerts"   the stream's events after which it is fetched again
//   data-box="box-1"           of `changed`, only those of this box (its own stream)
//   data-every="15"            fetched again every so many seconds (ages and waits grow by themselves)
// Then only elements with an id and `data-live` are put in place, as they are in the fresh page; a page
// without any of these is left alone. What somebody is typing in, or has opened, is never replaced.
"use strict";
const language = document.documentElement.lang;
const main = document.getElementById("main");
const beacon = document.getElementById("line");
document.documentElement.classList.add("folds");

const ages = new Intl.RelativeTimeFormat(language, { numeric: "always" });
const steps = [["second", 60, 1], ["minute", 3600, 60], ["hour", 86400, 3600], ["day", Infinity, 86400]];
function tellAges() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
    if (seconds < 5) continue; // just now, or still to come: as the server said it
    const [unit, , size] = steps.find((step) => seconds < step[1]);
    time.textContent = ages.format(-Math.floor(seconds / size), unit);
  }
}

function inUse(node) { return node.contains(document.activeElement) && document.activeElement.matches("input, select, textarea"); }

// What came of a button is shown under it for as long as the page stands, also when it is drawn anew.
const said = new Map();
function say(id, look, text) { said.set(id, [look, text]); tellSaid(); }
function tellSaid() {
  for (const [id, [look, text]] of said) {
    const result = document.getElementById(id);
    if (result) { result.className = look; result.textContent = text; }
  }
}

let redraw = 0;
function patch(fresh) {
  clearTimeout(redraw);
  if (main.matches(":active")) { redraw = setTimeout(patch, 200, fresh); return; } // a button drawn anew under a finger is not pressed
  const here = [...main.querySelectorAll("[data-live]")];
  const there = new Map([...fresh.querySelectorAll("main [data-live]")].map((node) => [node.id, node]));
  const typing = inUse(main);
  const same = here.length === there.size && here.every((node) => there.has(node.id));
  if (!same && !typing) {
    main.replaceChildren(...fresh.querySelector("main").childNodes); // a box or a device came, went or moved
  } else {
    for (const old of here) {
      const node = there.get(old.id);
      if (!node || inUse(old)) continue;
      for (const opened of old.querySelectorAll("details[open][id]")) {
        const again = node.querySelector("#" + CSS.escape(opened.id));
        if (again) again.open = true;
      }
      if (old.outerHTML !== node.outerHTML) old.replaceWith(node);
    }
  }
  tellAges();
  tellSaid();
}

// What is shown may be old when the stream is down, and when it is open to a server that answers nothing.
let streaming = false, answered = true;
function tellLine() {
  const up = streaming && answered;
  beacon.textContent = up ? beacon.dataset.liveText : beacon.dataset.lostText;
  beacon.classList.toggle("up", up); beacon.classList.toggle("down", !up);
}

// At most one page a second is fetched, however much happens.
const ANSWER_WITHIN_MS = 10000, AT_MOST_EVERY_MS = 1000;
let fetching = false, again = false, last = 0, tag = "";
async function refresh() {
  if (fetching) { again = true; return; }
  fetching = true;
  const rest = last + AT_MOST_EVERY_MS - performance.now();
  if (rest > 0) await new Promise((done) => setTimeout(done, rest));
  last = performance.now(); again = false;
  try {
    const headers = { Accept: "text/html", "X-Refresh": "1", ...(tag && { "If-None-Match": tag }) };
    const answer = await fetch(location.href, { headers, signal: AbortSignal.timeout(ANSWER_WITHIN_MS), cache: "no-store" });
    if (answer.status === 401) location.reload(); // the session ended: to the door
    if (answer.ok) {
      tag = answer.headers.get("ETag") || "";
      patch(new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
    answered = answer.ok || answer.status === 304;
  } catch { answered = false; } // asked again when the stream is up, and at the next turn
  fetching = false;
  tellLine();
  if (again) refresh();
}

const events = (main.dataset.on || "").split(" ").filter(Boolean);
if (events.length) {
  const box = main.dataset.box;
  const handlers = Object.fromEntries(events.map((name) => [name, refresh]));
  live(box ? "/api/stream?box=" + encodeURIComponent(box) : "/api/stream", handlers, (up) => { streaming = up; tellLine(); });
}
if (main.dataset.every) setInterval(refresh, 1000 * Number(main.dataset.every));
tellAges();
setInterval(tellAges, 1000);

const menu = document.getElementById("menu");
if (menu) menu.addEventListener("click", () => {
  const open = menu.getAttribute("aria-expanded") !== "true";
  menu.setAttribute("aria-expanded", String(open));
  for (const id of ["places", "who"]) document.getElementById(id).classList.toggle("open", open);
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form.filter");
  if (form && event.target.matches("select")) form.requestSubmit(); // a choice is taken at once
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-test]");
  if (!button) return;
  const id = "result-" + button.dataset.test, words = document.getElementById(id).dataset;
  button.disabled = true;
  say(id, "working", words.working);
  try {
    const tested = await post(button.dataset.url, { device: button.dataset.test });
    const { passed, text } = tested.result;
    say(id, passed ? "passed" : "failed", (passed ? words.passed : words.failed) + (text ? ": " + text : ""));
  } catch (error) {
    say(id, "failed", words.unreached + ": " + error.message);
  }
  button.disabled = false;
  refresh();
});
