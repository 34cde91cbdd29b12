// A citizen's number on the phone: where am I in the queue, live.
"use strict";
const WORDS = {
  vi: {
    other: "English", yours: "Số thứ tự của ông/bà", none: "Không tìm thấy số này.", noneMore: "Số chỉ có giá trị trong ngày lấy số.",
    waiting: (t) => t.ahead ? `Còn ${t.ahead} người trước ông/bà` : "Ông/bà là người tiếp theo", wait: (t) => `Chờ ${minutes(t.expected_wait_s, "vi")}. Xin ở gần quầy.`,
    called: (t, desk) => `Mời ông/bà đến ${desk}`, held: "Số của ông/bà đang được giữ lại", heldMore: "Khi xong giấy tờ, xin báo cán bộ tại quầy.",
    missed: "Đã gọi nhưng ông/bà vắng mặt", missedMore: "Xin báo cán bộ tại quầy để được gọi lại.", served: "Đã giải quyết xong. Cảm ơn ông/bà!", expired: "Số này đã hết hạn", expiredMore: "Xin lấy số mới.",
    ask: "Ông/bà có hài lòng không?", thanks: "Cảm ơn ông/bà đã đánh giá.", latest: "Mới gọi", down: "Mất kết nối: thông tin có thể đã cũ. Xin theo dõi màn hình hoặc nghe loa.",
    levels: { 3: ["Không hài lòng", "Hài lòng", "Rất hài lòng"], 5: ["Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"] },
  },
  en: {
    other: "Tiếng Việt", yours: "Your number", none: "This number is not known.", noneMore: "A number is valid on its own day only.",
    waiting: (t) => t.ahead ? `${t.ahead} before you` : "You are next", wait: (t) => `Wait: ${minutes(t.expected_wait_s, "en")}. Please stay near.`,
    called: (t, desk) => `Please go to ${desk}`, held: "Your number is on hold", heldMore: "Tell the officer when your papers are ready.",
    missed: "You were called and did not come", missedMore: "Please tell an officer to be called again.", served: "Finished. Thank you!", expired: "This number has expired", expiredMore: "Please take a new one.",
    ask: "Were you satisfied?", thanks: "Thank you for your rating.", latest: "Latest calls", down: "No connection: this may be old. Please watch the screen or listen to the calls.",
    levels: { 3: ["Not satisfied", "Satisfied", "Very satisfied"], 5: ["Not at all satisfied", "Not satisfied", "Neither", "Satisfied", "Very satisfied"] },
  },
};
const code = decodeURIComponent(location.pathname.split("/").pop());
let language = localStorage.getItem("language") || "", ticket = null, missing = false, board = null, site = null, asking = 0, thanked = false, shownLevels = "";

const words = () => WORDS[language === "en" ? "en" : "vi"];
const text = (id, value) => { byId(id).textContent = value || ""; };

async function ask() {
  const mine = ++asking;
  try {
    const answer = await fetch(`/api/tickets/by-code/${encodeURIComponent(code)}`, { cache: "no-store" });
    if (mine !== asking) return;
    if (answer.ok) {
      const before = ticket && ticket.state;
      ticket = await answer.json(); missing = false;
      if (!language) language = ticket.language === "en" ? "en" : "vi";
      const mayShake = navigator.userActivation?.hasBeenActive; // on a page that nobody has touched browsers refuse it
      if (ticket.state === "called" && before && before !== "called" && mayShake) navigator.vibrate?.([400, 200, 400]);
    } else if (answer.status === 404) { ticket = null; missing = true; }
  } catch { return; }
  whenLifted(paint);
}

function paint() {
  const w = words(), lang = language === "en" ? "en" : "vi";
  document.documentElement.lang = lang;
  text("language", w.other); text("yours", w.yours); text("latest-title", w.latest); text("down", w.down); text("ask", w.ask);
  if (board) {
    text("site", nameIn(board.site_names, lang)); text("rule", nameIn(board.priority_rule, lang));
    byId("latest").replaceChildren(...board.latest.slice(0, 4).map((call) => element("li", {}, element("b", {}, call.number), element("span", {}, nameIn(call.counter_names, lang)))));
    byId("calls").hidden = !board.latest.length;
  }
  if (missing) { byId("ticket").className = "card ticket ended"; text("number", "—"); text("service", ""); text("state", w.none); text("more", w.noneMore); byId("rating").hidden = true; return; }
  if (!ticket) return;
  const desk = board && board.counters.find((one) => one.id === ticket.counter);
  const deskName = (desk ? nameIn(desk.names, lang) : ticket.counter).replaceAll(" ", "\u00a0");
  const state = ticket.state;
  byId("ticket").className = `card ticket ${["served", "expired"].includes(state) ? "ended" : state}`;
  text("number", ticket.number); text("service", nameIn(ticket.service_names, lang));
  text("state", typeof w[state] === "function" ? w[state](ticket, deskName) : w[state]);
  text("more", state === "waiting" ? w.wait(ticket) : w[`${state}More`]);
  document.title = `${ticket.number} · ${byId("state").textContent}`;
  paintRating(w);
}

function paintRating(w) {
  byId("rating").hidden = !site || ticket.state !== "served" || (ticket.rated && !thanked);
  if (thanked) { text("ask", w.thanks); byId("levels").replaceChildren(); shownLevels = ""; return; }
  if (!site) return;
  const scale = site.rating_scale || 3;
  const names = w.levels[scale] || Array.from({ length: scale }, (_, at) => String(at + 1));
  if (names.join() === shownLevels) return; // a button that is under a finger stays
  shownLevels = names.join();
  byId("levels").replaceChildren(...names.map((name, at) => element("button", { type: "button", class: "quiet", onclick: () => rate(at + 1, scale) }, name)).reverse());
}

async function rate(value, scale) {
  try { await post(`/api/tickets/${ticket.id}/rating`, { value, scale }); thanked = true; } catch (error) { thanked = error.code === "ticket.rated"; }
  await ask();
}

byId("language").addEventListener("click", () => { language = language === "en" ? "vi" : "en"; localStorage.setItem("language", language); paint(); });
let soon = null;
function askSoon() { if (!soon) soon = setTimeout(() => { soon = null; ask(); }, Math.random() * 800); } // a hall of phones must not ask at once
let boardText = "";
function takeBoard(fresh) {
  const now = JSON.stringify(fresh);
  if (now !== boardText) askSoon();
  board = fresh; boardText = now;
}
setInterval(askSoon, 60000);
follow({ board: takeBoard, site: (fresh) => { site = fresh; whenLifted(paint); } }, (up) => {
  byId("down").hidden = up; document.body.classList.toggle("stale", !up);
});
ask();
