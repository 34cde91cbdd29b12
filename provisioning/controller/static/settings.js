// The editor says what it thinks of a text while it is written. The boxes have the last word.
"use strict";
const written = document.getElementById("settings-text"), verdict = document.getElementById("settings-said");
const PAUSE_MS = 500;
let later = 0, asked = 0;

function lines(problems) { return problems.map((one) => "\n" + (one.key ? one.key + ": " : "") + one.text).join(""); }

async function look() {
  const mine = ++asked;
  if (!written.value.trim()) { verdict.textContent = ""; return; }
  let judged;
  try { judged = await post("/api/settings/check", { text: written.value }); } catch { return; } // the preview says it again
  if (mine !== asked) return; // an older question's answer
  const look = judged.wrong.length ? "wrong" : judged.doubts.length ? "doubts" : "well";
  verdict.className = "said " + look;
  verdict.textContent = (look === "well" ? "✓ " : "") + verdict.dataset[look] + lines(look === "wrong" ? judged.wrong : judged.doubts);
  written.setAttribute("aria-invalid", String(look === "wrong"));
}

written.addEventListener("input", () => { clearTimeout(later); later = setTimeout(look, PAUSE_MS); });
look();
