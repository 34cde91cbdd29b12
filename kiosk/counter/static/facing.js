// A counter's second screen. It holds nothing: when the line is lost, all that was shown is gone, and it begins with the server's state.
"use strict";
const counter = decodeURIComponent(location.pathname.split("/").pop());
const API = `/api/facing/${encodeURIComponent(counter)}`;
const WORDS = {
  vi: {
    open: "Mở màn hình tại quầy", openMore: "Nhập mã 6 số trên bàn cán bộ.", wrong: "Mã sai hoặc đã hết hạn. Xin lấy mã mới.", erase: "Xóa", invite: "Xin mời số", idle: "Xin chờ gọi số", closed: "Quầy chưa mở", paused: "Quầy tạm dừng", back: (at) => `Mở lại khoảng ${at}`,
    stay: "Chạm vào màn hình để xem tiếp", ask: "Ông/bà có hài lòng không?", askOf: (n) => `Số ${n}: ông/bà có hài lòng không?`, thanks: "Cảm ơn ông/bà đã đánh giá.", down: "Mất kết nối", downMore: "Xin hỏi cán bộ tại quầy.", sample: "Dữ liệu mẫu", levels: { 3: ["Không hài lòng", "Hài lòng", "Rất hài lòng"] }, qr: "Mã QR",
  },
  en: {
    open: "Open the screen at the counter", openMore: "Type the 6 digits on the officer's console.", wrong: "Wrong or old code. Ask for a new one.", erase: "Delete", invite: "Now serving", idle: "Please wait for your number", closed: "The counter is not open", paused: "The counter has paused", back: (at) => `Back at about ${at}`,
    stay: "Touch the screen to go on reading", ask: "Were you satisfied?", askOf: (n) => `Number ${n}: were you satisfied?`, thanks: "Thank you for your rating.", down: "No connection", downMore: "Please ask the officer.", sample: "Sample data", levels: { 3: ["Not satisfied", "Satisfied", "Very satisfied"] }, qr: "QR code",
  },
};
const MOUTHS = ["M32 74 Q50 56 68 74", "M31 64 Q50 74 69 64", "M26 58 Q50 92 74 58"], FILLS = ["#fbe5e5", "#fff3d1", "#e3f4e7"];
let state = null, sheetUntil = 0, typed = "", refused = false, opened = false, lineUp = false, thanks = 0, stayed = 0, serial = -1, started = false;

const tongues = () => (state && state.called && state.called.language === "en" ? ["en", "vi"] : ["vi", "en"]);
const both = (names) => { const [first, second] = tongues(); return [names[first] || names.vi || "", names[second] && names[second] !== names[first] ? names[second] : ""]; };
const said = (key, ...values) => both(Object.fromEntries(Object.entries(WORDS).map(([tongue, words]) => [tongue, typeof words[key] === "function" ? words[key](...values) : words[key]])));
const line = (tag, look, text) => (text ? element(tag, { class: look }, text) : null);
const pair = ([first, second], tag = "h1") => [element(tag, {}, first), line("p", "second", second)];

function face(value, scale) {
  if (scale !== 3) return element("b", {}, String(value));
  const svg = (tag, attributes, ...children) => { const made = document.createElementNS("http://www.w3.org/2000/svg", tag); for (const [name, text] of Object.entries(attributes)) made.setAttribute(name, text); made.append(...children); return made; };
  return svg("svg", { viewBox: "0 0 100 100", "aria-hidden": "true" }, svg("circle", { cx: 50, cy: 50, r: 46, fill: FILLS[value - 1], stroke: "#16202e", "stroke-width": 4 }),
    svg("circle", { cx: 34, cy: 40, r: 6, fill: "#16202e" }), svg("circle", { cx: 66, cy: 40, r: 6, fill: "#16202e" }), svg("path", { d: MOUTHS[value - 1], fill: "none", stroke: "#16202e", "stroke-width": 6, "stroke-linecap": "round" }));
}

function faces(asked) {
  const scale = state.rating_scale, names = (tongue) => WORDS[tongue].levels[scale] || Array.from({ length: scale }, (_, at) => `${at + 1}/${scale}`);
  return element("div", { class: "faces" }, ...Array.from({ length: scale }, (_, at) => scale - at).map((value) => {
    const [first, second] = both({ vi: names("vi")[value - 1], en: names("en")[value - 1] });
    return element("button", { type: "button", "data-value": value, onclick: () => rate(asked.ticket, value, scale) }, face(value, scale), element("span", {}, first, line("small", "", second)));
  }));
}

async function rate(ticket, value, scale) {
  try { await post(`/api/tickets/${encodeURIComponent(ticket)}/rating`, { value, scale }); } catch (error) { if (error.code !== "ticket.rated") return; }
  thanks = Date.now() + 4000;
  if (state) { state.rate = null; paint(); setTimeout(paint, 4050); }
}

function stage(look, ...children) {
  const spot = byId("stage");
  spot.className = look; spot.replaceChildren(...children.flat().filter(Boolean));
  fit();
}

// Long words make everything on the stage smaller, down to half, rather than be cut.
function fit() {
  const spot = byId("stage");
  for (let share = 1; share >= 0.5; share -= 0.05) {
    spot.style.setProperty("--fit", String(share));
    const room = spot.getBoundingClientRect(), list = spot.querySelector("dl");
    const inside = (child) => { const own = child.getBoundingClientRect(); return own.top >= room.top - 1 && own.bottom <= room.bottom + 1 && own.right <= room.right + 1; };
    if ([...spot.children].every(inside) && !(list && list.scrollHeight > list.clientHeight + 1)) return;
  }
}

function paint() {
  document.documentElement.lang = tongues()[0];
  byId("clock").textContent = hourMinute(serverNow());
  byId("beside").hidden = true;
  if (!opened) { paintDoor(); return; }
  if (!lineUp || !state) { stage("down", pair(said("down")), pair(said("downMore"), "p")); byId("notice").textContent = ""; return; }
  const [site] = both(state.site_names), [desk] = both(state.counter_names);
  byId("site").textContent = site; byId("desk").textContent = desk;
  byId("notice").textContent = [state.sample_data ? said("sample")[0] : "", both(state.notice)[0]].filter(Boolean).join(" · ");
  if (state.sheet) paintSheet(); else if (state.rate && !state.rate.next_called) stage("rate", pair(said("ask")), faces(state.rate)); else if (Date.now() < thanks && !state.called) stage("thanks", pair(said("thanks"))); else paintCounter();
  if (state.rate && state.rate.next_called && !state.sheet) { byId("beside").hidden = false; byId("beside").replaceChildren(element("p", {}, said("askOf", state.rate.number)[0]), faces(state.rate)); fit(); }
}

function paintCounter() {
  const words = both(state.words), shown = words[0] ? element("p", { class: "words" }, words[0], line("small", "", words[1])) : null;
  if (state.called) {
    const fresh = state.called.serial !== serial; serial = state.called.serial;
    stage(fresh ? "called arrives" : "called", line("p", "service", said("invite").filter(Boolean).join(" · ")), element("div", { class: "number" }, state.called.number), line("p", "service", both(state.called.service_names)[0]), line("p", "second", both(state.called.service_names)[1]), shown);
  } else if (state.paused) {
    const why = both(state.pause_names), back = state.back_at ? said("back", hourMinute(new Date(state.back_at))) : ["", ""];
    stage("break", pair(why[0] ? why : said("paused")), line("p", "service", back[0]), line("p", "second", back[1]), shown);
  } else stage("idle", pair(said(state.staffed ? "idle" : "closed")), shown);
}

function paintSheet() {
  const sheet = state.sheet, title = both(sheet.title), left = Math.ceil((sheetUntil - Date.now()) / 1000);
  const rows = sheet.pairs.map(([names, value]) => { const [first, second] = both(names), [told, more] = typeof value === "string" ? [value, ""] : both(value); return element("div", {}, element("dt", {}, first, line("small", "", second)), element("dd", {}, told, line("small", "", more))); });
  const note = both(sheet.note);
  stage("sheet", element("h1", {}, title[0], line("small", "", title[1])), element("dl", { class: rows.length > 8 ? "crowd" : rows.length > 4 ? "many" : "" }, ...rows),
    sheet.picture ? element("img", { src: sheet.picture, alt: said("qr")[0] }) : null, note[0] ? element("p", { class: "note" }, note[0], line("small", "", note[1])) : null, element("p", { class: "stay" }, left <= 15 ? said("stay").filter(Boolean).join(" · ") : ""));
}

function paintDoor() {
  byId("desk").textContent = ""; byId("notice").textContent = "";
  const key = (text) => element("button", { type: "button", onclick: () => type(text) }, text);
  stage("door", element("div", { id: "door" }, element("div", {}, element("h1", {}, WORDS.vi.open), element("p", { class: "second" }, WORDS.en.open), element("p", { id: "digits" }, typed.padEnd(6, "·")), element("p", { class: "refused", role: "alert" }, refused ? `${WORDS.vi.wrong} ${WORDS.en.wrong}` : ""), element("p", { class: "second" }, `${WORDS.vi.openMore} ${WORDS.en.openMore}`)),
    element("div", { class: "pad" }, ..."123456789".split("").map(key), element("span", {}), key("0"), element("button", { type: "button", class: "quiet", onclick: () => type("") }, WORDS.vi.erase))));
}

async function type(digit) {
  refused = false; typed = digit ? (typed + digit).slice(0, 6) : typed.slice(0, -1);
  paint();
  if (typed.length < 6 || !digit) return;
  const code = typed; typed = "";
  try { await post(`${API}/open`, { code }); await begin(); } catch { refused = true; paint(); }
}

function take(fresh) {
  state = fresh; clockOffset = new Date(fresh.now) - Date.now();
  sheetUntil = fresh.sheet ? Date.now() + fresh.sheet.left_s * 1000 : 0;
  paint();
}

function lost() { state = null; sheetUntil = 0; paint(); }

async function begin() {
  const answer = await fetch(`${API}/state`, { cache: "no-store" }).catch(() => null);
  opened = Boolean(answer && answer.ok);
  if (!answer) { setTimeout(begin, 3000); opened = true; lost(); return; }
  if (opened && !started) {
    started = true;
    follow({ facing: take, closed: () => location.reload() }, (up) => { lineUp = up; if (!up) lost(); }, `${API}/stream`);
  }
  paint();
}

function touched() {
  if (!state || !state.sheet || Date.now() - stayed < 5000) return;
  stayed = Date.now(); post(`${API}/stay`, {}).catch(() => {});
}

document.addEventListener("pointerdown", touched);
document.addEventListener("keydown", (event) => {
  touched();
  if (!opened && /^[0-9]$/.test(event.key)) type(event.key);
  else if (!opened && event.key === "Backspace") type("");
  else if (opened && state && state.rate && /^[1-9]$/.test(event.key)) document.querySelector(`.faces [data-value="${event.key}"]`)?.click();
});
addEventListener("resize", fit);
setInterval(() => {
  byId("clock").textContent = hourMinute(serverNow());
  if (!state || !state.sheet) return;
  if (Date.now() >= sheetUntil) { state.sheet = null; paint(); return; } // the server takes it away, too
  if (sheetUntil - Date.now() <= 15000) document.querySelector("#stage .stay").textContent = said("stay").filter(Boolean).join(" · ");
}, 1000);
begin();
