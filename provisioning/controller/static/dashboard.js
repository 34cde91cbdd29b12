// Live pages: at each change the page is fetched again and only what differs is put in place.
"use strict";
const page = document.documentElement.lang;
const beacon = document.getElementById("line");

const ages = new Intl.RelativeTimeFormat(page, { numeric: "always" });
const steps = [["second", 60, 1], ["minute", 3600, 60], ["hour", 86400, 3600], ["day", Infinity, 86400]];
function tellAges() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    const seconds = Math.max(0, (Date.now() - Date.parse(time.dateTime)) / 1000);
    if (seconds < 5) continue;
    const [unit, , size] = steps.find((step) => seconds < step[1]);
    time.textContent = ages.format(-Math.floor(seconds / size), unit);
  }
}

function patch(fresh) {
  const ids = (root) => [...root.querySelectorAll("[data-live]")].map((node) => node.id).join(" ");
  const here = document.querySelector("main"), there = fresh.querySelector("main");
  if (ids(here) !== ids(there)) {
    here.replaceChildren(...there.childNodes); // a box or a device came, went or moved
  } else {
    for (const node of there.querySelectorAll("[data-live]")) {
      const old = document.getElementById(node.id);
      if (old.outerHTML !== node.outerHTML) old.replaceWith(node);
    }
  }
  tellAges();
}

// What is shown may be old when the stream is down, and when it is open to a server that answers nothing.
let streaming = false, answered = true;
function tellLine() {
  const up = streaming && answered;
  beacon.textContent = up ? beacon.dataset.liveText : beacon.dataset.lostText;
  beacon.classList.toggle("up", up); beacon.classList.toggle("down", !up);
}

const ANSWER_WITHIN_MS = 10000;
let fetching = false, again = false;
async function refresh() {
  if (fetching) { again = true; return; }
  fetching = true;
  try {
    const within = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, signal: within });
    if (answer.ok) patch(new DOMParser().parseFromString(await answer.text(), "text/html"));
    answered = answer.ok;
  } catch { answered = false; } // asked again when the stream is up, and every 15 s
  fetching = false;
  tellLine();
  if (again) { again = false; refresh(); }
}

const shown = location.pathname.match(/^\/boxes\/([^/]+)$/);
live("/api/stream", {
  changed: (news) => { if (!shown || news.boxes.includes(shown[1])) refresh(); },
}, (up) => { streaming = up; tellLine(); });
setInterval(tellAges, 1000);
setInterval(refresh, 15000); // waiting times grow by themselves

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-test]");
  if (!button) return;
  const result = document.getElementById("result-" + button.dataset.test);
  const say = (look, text) => { result.className = look; result.textContent = text; };
  button.disabled = true;
  say("working", result.dataset.working);
  try {
    const tested = await post(button.dataset.url, { device: button.dataset.test });
    const { passed, text } = tested.result;
    say(passed ? "passed" : "failed", (passed ? result.dataset.passed : result.dataset.failed) + (text ? ": " + text : ""));
  } catch (error) {
    say("failed", result.dataset.unreached + ": " + error.message);
  }
  button.disabled = false;
  refresh();
});
