// The supervisor's page: all counters live, everybody who waits, and the day's figures.
"use strict";
const WORDS = {
  vi: {
    title: "Trưởng bộ phận", other: "English", sample: "Dữ liệu mẫu", signOut: "Đăng xuất", signIn: "Trưởng bộ phận đăng nhập", pin: "Mã PIN của trưởng bộ phận", enter: "Vào", officer: "Về bàn cán bộ", down: "Mất kết nối với máy chủ quầy: thông tin bên dưới có thể đã cũ. Đang nối lại…", escape: "Esc: đóng",
    pause: "Tạm dừng", open: "Mở lại quầy", byHead: "trưởng bộ phận cho dừng", inLine: "đang chờ", next: "tiếp theo", served: "xong", missed: "vắng mặt", waitS: (text) => `chờ ${text}`, all: "Tất cả", head: ["Số", "Lĩnh vực, diện", "Đã chờ", "Ghi chú", ""], waiting: "Đang chờ", held: "Đang giữ lại", missedOnes: "Vắng mặt", nobody: "Không có ai.", move: "Chuyển", reclassify: "Đổi diện", back: "Cho chờ lại",
    reclassifyTo: (n) => `Diện của ${n}`, appointment: (at) => `Hẹn ${at}`, heldFor: (text) => `Giữ lại: ${text}`, wasMissed: "Đã gọi, vắng mặt", sentBy: (desk, note) => `${desk || "Trưởng bộ phận"} chuyển${note ? `: ${note}` : ""}`, forDesk: (desk) => `Chờ ${desk}`, failed: "Chưa làm được. Xin thử lại.",
    errors: { "sign_in.wrong": "Sai mã PIN, hoặc nơi này chưa đặt mã của trưởng bộ phận.", "sign_in.too_many": "Sai quá nhiều lần. Xin đợi 5 phút.", not_signed_in: "Phiên đã hết. Xin đăng nhập lại.", "counter.not_ours": "Một quầy đang phục vụ số này.", "ticket.state": "Số này không còn ở trạng thái đó.", "storage.failed": "Không ghi được, xin thử lại." },
  },
  en: {
    title: "Supervisor", other: "Tiếng Việt", sample: "Sample data", signOut: "Sign out", signIn: "Supervisor's sign-in", pin: "The supervisor's PIN", enter: "Sign in", officer: "To the officers' console", down: "No connection to the counter server: what is below may be old. Reconnecting…", escape: "Esc: close",
    pause: "Pause", open: "Open again", byHead: "paused by the supervisor", inLine: "waiting", next: "next", served: "finished", missed: "no-shows", waitS: (text) => `wait ${text}`, all: "All", head: ["Number", "Service, class", "Waited", "Remarks", ""], waiting: "Waiting", held: "On hold", missedOnes: "Did not come", nobody: "Nobody.", move: "Move", reclassify: "Class", back: "Back in line",
    reclassifyTo: (n) => `Class of ${n}`, appointment: (at) => `Appointment ${at}`, heldFor: (text) => `Held: ${text}`, wasMissed: "Called, did not come", sentBy: (desk, note) => `Sent by ${desk || "the supervisor"}${note ? `: ${note}` : ""}`, forDesk: (desk) => `Waits for ${desk}`, failed: "Not done. Please try again.",
    errors: { "sign_in.wrong": "Wrong PIN, or this site has no supervisor's PIN.", "sign_in.too_many": "Too many wrong tries. Wait 5 minutes.", not_signed_in: "The session has ended. Please sign in.", "counter.not_ours": "A counter serves this number now.", "ticket.state": "The number is not in that state any more.", "storage.failed": "Could not be stored; please try again." },
  },
};
let language = localStorage.getItem("language") === "en" ? "en" : "vi", state = null, only = "", asking = 0, boardText = "", line = Promise.resolve();
const totals = Totals(byId("room-totals"), "/api/head/totals");

function refuse(error) {
  if (error.code === "not_signed_in") { state = null; paint(); }
  toast(WORDS[language].errors[error.code] || WORDS[language].failed, true);
}

function act(path, body) {
  line = line.then(async () => {
    try { asking += 1; state = await post(`/api/head/${path}`, body); } catch (error) { refuse(error); if (state) await ask(); }
    whenLifted(paint);
  });
  return line;
}

async function ask() {
  const mine = ++asking;
  const answer = await fetch("/api/head/state", { cache: "no-store" }).catch(() => null);
  if (!answer || mine !== asking) return;
  if (answer.ok) { state = await answer.json(); clockOffset = new Date(state.now) - Date.now(); } else if (answer.status === 401) state = null;
  whenLifted(paint);
}

function paint() {
  const focused = document.activeElement.id, w = WORDS[language];
  document.documentElement.lang = language;
  for (const [id, text] of Object.entries({ title: w.title, language: w.other, sample: w.sample, "sign-out": w.signOut, "sign-in-title": w.signIn, "pin-label": w.pin, enter: w.enter, "to-officer": w.officer, down: w.down, escape: w.escape })) byId(id).textContent = text;
  byId("door").hidden = Boolean(state); byId("console").hidden = !state; byId("sign-out").hidden = !state;
  if (!state) { closeRooms(); openRoom = "desks"; byId("pin").focus(); return; }
  byId("site").textContent = nameIn(state.site_names, language); byId("sample").hidden = !state.sample_data;
  roomCount("line", state.waiting.length); roomCount("desks", state.counters.filter((one) => one.info.paused).length);
  paintRooms();
  if (focused && document.activeElement === document.body) byId(focused)?.focus();
}

function paintDesks() {
  const w = WORDS[language];
  byId("services").replaceChildren(...state.services.map((one) => element("div", {}, element("span", {}, nameIn(one.names, language), one.waiting ? element("small", {}, ` · ${w.waitS(minutes(one.expected_wait_s, language))}`) : ""), element("b", {}, String(one.waiting)))));
  byId("desks").replaceChildren(...state.counters.map((one) => {
    const fact = (value, name) => element("span", {}, element("b", {}, String(value)), ` ${name}`);
    const facts = element("div", { class: "facts" }, fact(one.line, w.inLine), one.next ? fact(one.next.ticket.number, w.next) : null, fact(one.served, w.served), fact(one.missed, w.missed));
    const button = element("button", { type: "button", class: "quiet", id: `pause-${one.info.id}`, onclick: () => (one.info.paused ? act("open", { counter: one.info.id }) : chooseBreak(state, (body) => act("pause", { ...body, counter: one.info.id }))) }, one.info.paused ? w.open : w.pause);
    return deskCard(one.info, state.services, DESKS[language], one.paused_by_head ? element("p", { class: "soft" }, w.byHead) : "", facts, element("div", { class: "tools" }, button));
  }));
}

const deskName = (id) => { const desk = state.counters.find((one) => one.info.id === id); return desk ? nameIn(desk.info.names, language) : id; };

function remarks(one) {
  const w = WORDS[language];
  return [one.appointment_at && w.appointment(hourMinute(new Date(one.appointment_at))), nameIn(one.held_reason, language) && w.heldFor(nameIn(one.held_reason, language)), one.came_back === "missed" && w.wasMissed,
    one.came_back === "transferred" && w.sentBy(deskName(one.from_counter), nameIn(one.note, language)), one.for_counter && w.forDesk(deskName(one.for_counter))].filter(Boolean);
}

function paintLine() {
  const w = WORDS[language];
  const chip = (id, text) => element("button", { type: "button", class: "quiet", id: `only-${id}`, "aria-pressed": String(only === id), onclick: () => { only = id; paint(); } }, text);
  byId("chips").replaceChildren(chip("", w.all), ...state.services.map((one) => chip(one.id, `${nameIn(one.names, language)} (${one.waiting})`)));
  const group = (title, rows, back) => {
    const shown = rows.filter((one) => !only || one.service === only);
    if (!shown.length && back) return null;
    return element("table", {}, element("caption", {}, `${title} (${shown.length})`), element("thead", {}, element("tr", {}, ...w.head.map((name) => element("th", { scope: "col" }, name)))), element("tbody", {}, ...shown.map((one) => element("tr", { "data-number": one.number },
      element("td", {}, one.number), element("td", {}, nameIn(one.service_names, language), " ", element("span", { class: one.priority ? "pill priority" : "pill sleeping" }, nameIn(one.class_names, language))),
      element("td", { "data-since": one.issued_at }, since(one.issued_at)), element("td", {}, ...remarks(one).map((text) => element("span", { class: "before" }, text))),
      element("td", {}, element("div", { class: "tools" },
        back ? element("button", { type: "button", class: "quiet", id: `back-${one.id}`, onclick: () => act("resume", { ticket: one.id }) }, w.back) : null,
        back === "missed" ? null : element("button", { type: "button", class: "quiet", id: `move-${one.id}`, onclick: () => chooseTransfer(state, one, (body) => act("move", { ticket: one.id, ...body }), "") }, w.move),
        element("button", { type: "button", class: "quiet", id: `class-${one.id}`, onclick: () => choose(w.reclassifyTo(one.number), state.priority_classes.filter((kind) => kind.id !== one.priority_class), (id) => act("reclassify", { ticket: one.id, priority_class: id })) }, w.reclassify)))))));
  };
  byId("line").replaceChildren(...[group(w.waiting, state.waiting, ""), group(w.held, state.held, "held"), group(w.missedOnes, state.missed, "missed")].filter(Boolean));
  byId("rule").textContent = nameIn(state.priority_rule, language);
}

addRoom({ name: "desks", titles: { vi: "Các quầy", en: "Counters" }, show: paintDesks });
addRoom({ name: "line", titles: { vi: "Đang chờ", en: "Waiting" }, show: paintLine });
addRoom({ name: "totals", titles: { vi: "Số liệu", en: "Figures" }, show: () => totals.ask(), hide: () => totals.forget() });
openRoom = "desks";

document.addEventListener("keydown", (event) => {
  if (!state || event.ctrlKey || event.altKey || event.metaKey || ownKeys(event.target) || chooseKey(event)) return;
  if (roomKey(event)) event.preventDefault();
});
byId("language").addEventListener("click", () => { language = language === "en" ? "vi" : "en"; localStorage.setItem("language", language); paint(); });
byId("sign-out").addEventListener("click", async () => { await post("/api/head/sign-out", {}).catch(refuse); state = null; paint(); });
byId("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  try { asking += 1; state = await post("/api/head/sign-in", { pin: byId("pin").value }); byId("refused").hidden = true; } catch (error) {
    byId("refused").textContent = WORDS[language].errors[error.code] || WORDS[language].failed; byId("refused").hidden = false;
  }
  byId("pin").value = "";
  paint();
});
follow({ board: (fresh) => { const now = JSON.stringify(fresh); if (state && now !== boardText) ask(); boardText = now; } },
  (up) => { byId("down").hidden = up; document.body.classList.toggle("stale", !up); if (up && state) ask(); });
setInterval(() => { byId("clock").textContent = hourMinute(serverNow()); for (const cell of document.querySelectorAll("[data-since]")) cell.textContent = since(cell.dataset.since); }, 1000);
setInterval(() => { if (state) ask(); }, 15000);
paint();
ask();
