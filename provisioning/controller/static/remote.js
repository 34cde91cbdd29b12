// A terminal on a box: the server draws the screen, this page shows it and sends keys.
"use strict";
const terminal = document.getElementById("terminal");
const NAMED = {
  Enter: "\r", Backspace: "\x7f", Tab: "\t", Escape: "\x1b", Delete: "\x1b[3~", Home: "\x1b[1~", End: "\x1b[4~",
  ArrowUp: "\x1b[A", ArrowDown: "\x1b[B", ArrowRight: "\x1b[C", ArrowLeft: "\x1b[D", PageUp: "\x1b[5~", PageDown: "\x1b[6~",
};

function show(screen) {
  terminal.replaceChildren();
  screen.lines.forEach((line, at) => {
    if (at) terminal.append("\n");
    if (at !== screen.line || screen.ended) { terminal.append(line); return; }
    const wide = line.padEnd(screen.column + 1);
    const cursor = document.createElement("span");
    cursor.className = "cursor"; cursor.textContent = wide[screen.column];
    terminal.append(wide.slice(0, screen.column), cursor, wide.slice(screen.column + 1));
  });
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

function keysOf(event) {
  if (event.ctrlKey && !event.altKey && event.key.length === 1) {
    const code = event.key.toUpperCase().charCodeAt(0) - 64;
    return code > 0 && code < 32 ? String.fromCharCode(code) : "";
  }
  if (event.metaKey) return "";
  return NAMED[event.key] || (event.key.length === 1 ? (event.altKey ? "\x1b" : "") + event.key : "");
}

if (terminal) {
  live(terminal.dataset.stream, { screen: show });
  if (terminal.dataset.keys) {
    terminal.addEventListener("keydown", (event) => {
      if (event.ctrlKey && event.shiftKey) return; // the browser's own copy and paste
      const keys = keysOf(event);
      if (keys) { event.preventDefault(); send(keys); }
    });
    terminal.addEventListener("paste", (event) => { event.preventDefault(); send(event.clipboardData.getData("text").replace(/\r?\n/g, "\r")); });
    terminal.focus();
  }
}
