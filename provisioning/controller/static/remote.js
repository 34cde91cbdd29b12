// A terminal on a box: the server draws the screen, this page shows it and sends keys.
"use strict";
const terminal = document.getElementById("terminal");
const field = document.getElementById("terminal-field");
const NAMED = {
  Enter: "\r", Backspace: "\x7f", Tab: "\t", Escape: "\x1b", Delete: "\x1b[3~", Home: "\x1b[1~", End: "\x1b[4~",
  ArrowUp: "\x1b[A", ArrowDown: "\x1b[B", ArrowRight: "\x1b[C", ArrowLeft: "\x1b[D", PageUp: "\x1b[5~", PageDown: "\x1b[6~",
};

let line = -1;
function show(screen) {
  terminal.replaceChildren();
  let cursor = null;
  screen.lines.forEach((text, at) => {
    if (at) terminal.append("\n");
    if (at !== screen.line || screen.ended) { terminal.append(text); return; }
    const wide = text.padEnd(screen.column + 1);
    cursor = document.createElement("span");
    cursor.className = "cursor"; cursor.textContent = wide[screen.column];
    terminal.append(wide.slice(0, screen.column), cursor, wide.slice(screen.column + 1));
  });
  if (cursor && screen.line !== line) { // on a small screen the line that is typed on stays in sight
    line = screen.line;
    const [top, bottom] = [cursor.offsetTop, cursor.offsetTop + 2 * cursor.offsetHeight];
    if (top < terminal.scrollTop || bottom > terminal.scrollTop + terminal.clientHeight) terminal.scrollTop = bottom - terminal.clientHeight;
  }
  if (screen.ended) location.reload(); // the recording stands in its place
}

// Keys go in the order they were pressed: one request at a time, with all that came meanwhile.
let waiting = "", sending = false;
async function send(keys) {
  waiting += keys;
  if (sending) return;
  sending = true;
  while (waiting) {
    const now = waiting.slice(0, 1500);
    waiting = waiting.slice(1500);
    try { await post(terminal.dataset.keys, { keys: now }); } catch { waiting = ""; }
  }
  sending = false;
}

function control(key) {
  const code = key.toUpperCase().charCodeAt(0) - 64;
  return code >= 0 && code < 32 ? String.fromCharCode(code) : "";
}

function keysOf(event) {
  if (event.ctrlKey && !event.altKey && event.key.length === 1) return control(event.key);
  if (event.altKey && !event.ctrlKey && event.key.length === 1) return "\x1b" + event.key;
  return event.metaKey ? "" : NAMED[event.key] || "";
}

// A phone's keyboard tells no keys: it changes the field's text, and what it changed is what was typed.
// The field begins with a letter of no width, so that Backspace has something to take when all was sent.
const FIRST = "\u200b", MOST = 200;
let typed = FIRST;
function begin() { field.value = typed = FIRST; field.setSelectionRange(1, 1); }

function changed() {
  const now = field.value;
  let same = 0;
  while (same < typed.length && same < now.length && typed[same] === now[same]) same += 1;
  const gone = Array.from(typed.slice(same)).length, fresh = now.slice(same).replaceAll(FIRST, "");
  typed = now;
  if (held() && fresh) { hold(false); begin(); send(control(fresh[0]) + fresh.slice(1)); return; }
  if (gone || fresh) send(NAMED.Backspace.repeat(gone) + fresh);
  if (!now.startsWith(FIRST) || now.length > MOST) begin();
}

const ctrl = document.querySelector("[data-hold]");
function held() { return ctrl.getAttribute("aria-pressed") === "true"; }
function hold(on) { ctrl.setAttribute("aria-pressed", String(on)); }

function listen() {
  begin();
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || (event.ctrlKey && event.shiftKey)) return; // an input method's, the browser's own
    if (event.key === "Backspace" && typed !== FIRST) return; // the field's own change tells it
    const keys = held() && event.key.length === 1 ? control(event.key) : keysOf(event);
    if (!keys) return;
    event.preventDefault();
    hold(false); begin(); send(keys);
  });
  field.addEventListener("input", changed);
  field.addEventListener("paste", (event) => {
    event.preventDefault();
    begin(); send(event.clipboardData.getData("text").replace(/\r?\n/g, "\r"));
  });
  terminal.addEventListener("click", () => { if (getSelection().isCollapsed) field.focus({ preventScroll: true }); });
  for (const button of document.querySelectorAll("[data-key], [data-hold]")) {
    button.addEventListener("pointerdown", (event) => event.preventDefault()); // the keyboard stays
    button.addEventListener("click", () => {
      if (button === ctrl) hold(!held());
      else { hold(false); begin(); send(NAMED[button.dataset.key]); }
      field.focus({ preventScroll: true });
    });
  }
  field.focus();
}

if (terminal) {
  live(terminal.dataset.stream, { screen: show });
  if (field) listen();
}
