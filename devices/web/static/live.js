// One event stream that heals by itself, and says when what is shown may be old.
"use strict";
function live(url, handlers, onState) {
  let wait = 500, source = null, again = 0, ended = false;
  function open() {
    source = new EventSource(url);
    source.onopen = () => { wait = 500; onState && onState(true); };
    source.onerror = () => {
      source.close(); onState && onState(false);
      if (ended) return;
      again = setTimeout(open, wait * (0.5 + Math.random())); wait = Math.min(wait * 2, 15000);
    };
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
    }
  }
  open();
  addEventListener("pagehide", () => { clearTimeout(again); source.close(); }); // a page kept for "back" watches nothing
  addEventListener("pageshow", (event) => { if (event.persisted && !ended) open(); });
  return () => { ended = true; clearTimeout(again); source.close(); };
}
async function post(url, body) {
  const answer = await fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body || {}) });
  const text = await answer.text();
  const data = text ? JSON.parse(text) : null;
  if (!answer.ok) throw Object.assign(new Error((data && data.text) || answer.statusText), data || {});
  return data;
}
