// The page's language: Vietnamese first, English beside it. Every key is in both (a test looks).
import { en } from "../words/en.js";
import { vi } from "../words/vi.js";

const WORDS = { vi, en };
const ZONE = "Asia/Ho_Chi_Minh";
const chosen = { language: localStorage.getItem("language") === "en" ? "en" : "vi", changed: () => {} };

/** Repaint with this when the language changes; called once at once. */
export function onLanguage(paint) {
  chosen.changed = () => { document.documentElement.lang = chosen.language; paint(); };
  chosen.changed();
}

export function otherLanguage() {
  chosen.language = chosen.language === "vi" ? "en" : "vi";
  localStorage.setItem("language", chosen.language);
  chosen.changed();
}

/** The words of a key; `{n}` in them is filled from `values`. An unknown key is shown as it is. */
export function t(key, values) {
  const words = WORDS[chosen.language][key];
  if (words === undefined) return key;
  return values ? words.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? "")) : words;
}

export const knows = (key) => WORDS[chosen.language][key] !== undefined;

/** What a code says to a person: its own words, else its family's (`sdp` for `sdp.no_ice`), else nothing. */
const told = (code) => [`trouble.${code}`, `error.${code}`, `error.${String(code).split(".")[0]}`].filter(knows).map((key) => t(key))[0];

/** A trouble of a line or a room in words: an alarm, a line test's problem. */
export const trouble = (code) => told(code) || code;

/** What a refusal says to a person: the code's words, else the server's sentence. */
export const refusal = (error) => told(error.code) || error.text || error.message || t("error.unknown");

const formatted = (moment, options) => new Intl.DateTimeFormat(chosen.language === "en" ? "en-GB" : "vi-VN", { timeZone: ZONE, ...options }).format(new Date(moment));
export const hourMinute = (moment) => formatted(moment, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
export const day = (moment) => formatted(moment, { weekday: "short", day: "2-digit", month: "2-digit", year: "numeric" });

/** Seconds as a clock: 4:05, 1:02:09, -0:12 when it is over. */
export function clock(seconds) {
  const whole = Math.abs(Math.trunc(seconds)), two = (n) => String(n).padStart(2, "0"), hours = Math.floor(whole / 3600);
  return `${seconds <= -1 ? "-" : ""}${hours ? `${hours}:${two(Math.floor(whole / 60) % 60)}` : Math.floor(whole / 60)}:${two(whole % 60)}`;
}

export const figure = (value, digits = 0) => new Intl.NumberFormat(chosen.language === "en" ? "en-GB" : "vi-VN", { maximumFractionDigits: digits }).format(value);

/** A moment in Viet Nam's time for an `<input type="datetime-local">`, and back. */
export const asLocalInput = (moment) => new Date(new Date(moment).getTime() + 7 * 3600e3).toISOString().slice(0, 16);
export const fromLocalInput = (text) => new Date(`${text}:00+07:00`).toISOString();
