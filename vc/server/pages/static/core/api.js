// The server's answers, or an Error with its `code`, `text` and `retry`; no answer within a time is one too.
const WITHIN_MS = 10000;

async function ask(method, url, { body, type = "application/json", within = WITHIN_MS } = {}) {
  let answer;
  try {
    answer = await fetch(url, { method, body, headers: body === undefined || type === null ? {} : { "Content-Type": type }, signal: AbortSignal.timeout(within), cache: "no-store" });
  } catch (cause) {
    throw Object.assign(new Error("no answer", { cause }), { code: "line.down", retry: true });
  }
  const text = await answer.text();
  let data = null;
  try { data = text ? JSON.parse(text) : null; } catch { /* not ours: told by its status below */ }
  if (!answer.ok) throw Object.assign(new Error((data && data.text) || answer.statusText), { code: `http.${answer.status}`, status: answer.status }, data || {});
  return { data, sent: answer.headers.get("Date") };
}

export const get = async (url) => (await ask("GET", url)).data;
export const post = async (url, body = {}, within) => (await ask("POST", url, { body: JSON.stringify(body), within })).data;
export const put = async (url, body) => (await ask("PUT", url, { body: JSON.stringify(body) })).data;
export const upload = async (url, form) => (await ask("POST", url, { body: form, type: null, within: 120000 })).data;
export const act = (type, fields = {}) => post("/api/acts", { type, ...fields });

/** The state, and how far the server's clock is ahead of ours (ms; below a second is taken for none). */
export async function firstState() {
  const { data, sent } = await ask("GET", "/api/state");
  const ahead = Date.parse(sent) + 500 - Date.now(); // NaN when the server names no time
  return { state: data, ahead: Math.abs(ahead) > 1500 ? ahead : 0 };
}

/** A name of our own for a request or a ballot: sent twice, it stays one. Works without https too. */
export function newId(prefix) {
  return `${prefix}-${[...crypto.getRandomValues(new Uint8Array(6))].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
