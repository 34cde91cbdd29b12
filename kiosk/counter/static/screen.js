// The second screen, from the officer's side: opened with a code, words of the day, the sheet that is on it now.
"use strict";
const SCREEN = {
  vi: {
    title: "Màn hình phía người dân", on: (n) => `${n} màn hình đang bật`, off: "Chưa có màn hình nào đang bật", opened: (n) => `đã mở ${n}`, how: (url) => `Trên máy đặt ở quầy, mở ${url} rồi nhập mã:`, code: "Tạo mã mở màn hình", codeFor: (at) => `Mã dùng một lần, còn ${at}.`,
    close: "Đóng các màn hình", words: "Lời nhắn đang hiện", none: "Không hiện lời nhắn", sheet: "Đang cùng xem", noSheet: "Không có gì đang cùng xem", left: (s) => `tự xóa sau ${s} giây`, clear: "Cất đi (K)", ticket: "Cùng kiểm tra thông tin số", seen: "Dân đang xem", shownNow: "Đang hiện trên màn hình phía người dân.",
    rule: "Phím M: cho dân xem mục đang mở (số, tờ khai, khoản phải nộp, mã phản ánh); phím K: cất đi. Màn hình tự xóa khi xong lượt, gọi số khác, cán bộ đăng xuất, sau 60 giây không ai chạm, và khi mất kết nối. Xong một lượt, màn hình mời người dân đánh giá.",
  },
  en: {
    title: "The screen facing the citizen", on: (n) => `${n} on`, off: "No screen is on", opened: (n) => `${n} opened`, how: (url) => `On the machine at the counter open ${url} and type this code:`, code: "Make a code", codeFor: (at) => `For one screen, for ${at} more.`,
    close: "Close the screens", words: "Words shown", none: "No words", sheet: "Looked at together", noSheet: "Nothing is looked at together", left: (s) => `gone in ${s} s`, clear: "Take away (K)", ticket: "Check the number together", seen: "The citizen sees", shownNow: "It is on the citizen's screen.",
    rule: "Key M shows what is open here (number, declaration, fee, feedback code), K takes it away. The screen is cleared at the visit's end, at the next call, when the officer signs out, after 60 s untouched, and when the line is lost. At a visit's end it asks for a rating.",
  },
};
let facing = null, facingAt = 0, facingAsked = 0, facingTried = 0;

async function askFacing() {
  const mine = ++facingAsked;
  facingTried = Date.now();
  const answer = await fetch("/api/officer/facing/", { cache: "no-store" }).catch(() => null);
  if (mine !== facingAsked || !state || !answer || !answer.ok) return;
  tookFacing(await answer.json());
}

function tookFacing(told) { facing = told; facingAt = Date.now(); roomCount("screen", told.screens); paintFaceLine(); if (state) { paintActions(words()); if (roomOpen("screen")) paintFacing(); } }

// What the open room has for the citizen's eyes: the officer's deed, or null.
function faceNow() {
  if (!state || !facing || !facing.screens) return null;
  const room = ROOMS.find((one) => one.name === openRoom);
  return room && room.face ? room.face() : state.current ? ["facing/ticket", {}] : null;
}

async function showCitizen(deed) {
  if (!deed) return;
  try { await post(`/api/officer/${deed[0]}`, deed[1]); toast(SCREEN[language].shownNow); } catch (error) { refuse(error); }
  await askFacing();
}

const faceButton = (id, deed) => element("button", { type: "button", class: "quiet face", id, onclick: () => showCitizen(deed()) }, words().actions.face);

function paintFaceLine() {
  const sheet = facing && facing.sheet, spot = byId("faced");
  spot.hidden = !sheet;
  spot.textContent = sheet ? `${SCREEN[language].seen}: ${nameIn(sheet, language)} · ${SCREEN[language].left(facingLeft(facing.left_s))}` : "";
}

ACTIONS.push({ name: "face", key: "M", run: () => showCitizen(faceNow()), can: () => Boolean(faceNow()) },
  { name: "unface", key: "K", run: () => actFacing("clear"), can: () => Boolean(facing && facing.sheet) });

async function actFacing(path, body) {
  try { const told = await post(`/api/officer/facing/${path}`, body || {}); facingAsked += 1; tookFacing(told); } catch (error) { refuse(error); await askFacing(); }
}

const facingLeft = (seconds) => Math.max(0, seconds - Math.floor((Date.now() - facingAt) / 1000));
const clockLeft = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

function paintFacing() {
  const w = SCREEN[language], root = byId("room-screen");
  if (!facing) { root.replaceChildren(element("h2", {}, w.title)); return; }
  const focused = document.activeElement.id, codeLeft = facingLeft(facing.code_s);
  const button = (id, text, run, attributes) => element("button", { type: "button", id, class: "quiet", onclick: run, ...attributes }, text);
  const said = [...state.choices.words, { id: "", names: { vi: SCREEN.vi.none, en: SCREEN.en.none } }];
  root.replaceChildren(...[
    element("h2", {}, w.title, element("span", { class: facing.screens ? "pill ready" : "pill sleeping", id: "facing-on" }, facing.screens ? w.on(facing.screens) : w.off), facing.opened ? element("small", {}, w.opened(facing.opened)) : null),
    facing.code && codeLeft ? element("div", { class: "pairing" }, element("p", {}, w.how(location.origin + facing.path)), element("p", { class: "code", id: "facing-code" }, facing.code), element("p", { class: "soft", id: "facing-code-left" }, w.codeFor(clockLeft(codeLeft)))) : null,
    element("div", { class: "facing-tools" }, button("facing-new", w.code, () => actFacing("code")), facing.opened ? button("facing-close", w.close, () => actFacing("close")) : null),
    element("h3", {}, w.sheet),
    element("p", {}, facing.sheet ? element("b", {}, nameIn(facing.sheet, language)) : element("span", { class: "soft" }, w.noSheet), facing.sheet ? element("span", { class: "soft", id: "facing-left" }, ` · ${w.left(facingLeft(facing.left_s))}`) : null),
    element("div", { class: "facing-tools" }, button("facing-ticket", w.ticket, () => actFacing("ticket"), { disabled: !state.current || !facing.screens }), facing.sheet ? button("facing-clear", w.clear, () => actFacing("clear")) : null),
    element("h3", {}, w.words),
    element("div", { class: "facing-words" }, ...said.map((one) => button(`facing-words-${one.id || "none"}`, nameIn(one.names, language), () => actFacing("words", { words: one.id }), { "aria-pressed": String(facing.words === one.id) }))),
    element("p", { class: "soft rule" }, w.rule),
  ].filter(Boolean));
  if (focused && document.activeElement === document.body) byId(focused)?.focus();
}

addRoom({
  name: "screen", titles: { vi: "Màn hình dân", en: "Second screen" },
  show() { paintFacing(); askFacing(); },
  hide() { if (!state) { facing = null; paintFaceLine(); } },
  hear: { facing: (told) => { if (state && told.counter === state.counter.id) askFacing(); } },
});
setInterval(() => {
  if (state && !facing && Date.now() - facingTried > 4000) askFacing();
  if (!state || !facing) return;
  paintFaceLine();
  const w = SCREEN[language], code = facingLeft(facing.code_s), sheet = facingLeft(facing.left_s);
  if ((facing.code && !code) || (facing.sheet && !sheet)) { askFacing(); return; }
  if (!roomOpen("screen")) return;
  if (byId("facing-code-left")) byId("facing-code-left").textContent = w.codeFor(clockLeft(code));
  if (byId("facing-left")) byId("facing-left").textContent = ` · ${w.left(sheet)}`;
}, 1000);
