// What waits for the province's systems, and what was given up: an officer sends it again or drops it.
"use strict";
const OUTBOX_WORDS = {
  vi: {
    title: "Chờ gửi lên tỉnh", none: "Không có gì chờ gửi.", unknown: "Chưa xem được. Đang thử lại…", head: ["Việc", "Mã", "Từ lúc", "Tình trạng", ""],
    kinds: { dossier: "Hồ sơ", feedback: "Phản ánh", fee: "Khoản thu", check_in: "Báo có mặt" }, waiting: "Đang chờ gửi", tries: (n) => `đã thử ${n} lần`, stuck: "Không gửi được", again: "Gửi lại", drop: "Bỏ",
    sure: "Bỏ hẳn, không gửi nữa?", keep: { vi: "Giữ lại", en: "Keep it" }, yes: { vi: "Bỏ hẳn", en: "Drop it" }, failed: "Chưa làm được. Xin thử lại.",
    codes: { "backoffice.down": "Hệ thống của tỉnh không trả lời", "backoffice.token_refused": "Tỉnh không nhận mật khẩu của điểm này", "backoffice.bad_answer": "Hệ thống của tỉnh trả lời sai mẫu", "backoffice.refused": "Hệ thống của tỉnh từ chối", "backoffice.not_there": "Hệ thống của tỉnh không có mã này", "backoffice.maybe_there": "Có thể đã gửi rồi: xin hỏi tỉnh trước khi gửi lại", "outbox.no_carrier": "Điểm này chưa kết nối hệ thống đó", "seal.unreadable": "Không mở được nữa" },
  },
  en: {
    title: "Waiting for the province", none: "Nothing waits.", unknown: "Cannot be seen now. Trying again…", head: ["What", "Code", "Since", "State", ""],
    kinds: { dossier: "Dossier", feedback: "Feedback", fee: "Fee", check_in: "Check-in" }, waiting: "Waits to be sent", tries: (n) => `tried ${n} times`, stuck: "Not sent", again: "Send again", drop: "Drop",
    sure: "Drop it for good, unsent?", keep: { vi: "Giữ lại", en: "Keep it" }, yes: { vi: "Bỏ hẳn", en: "Drop it" }, failed: "Not done. Please try again.",
    codes: { "backoffice.down": "The province's system does not answer", "backoffice.token_refused": "The province refuses this site's credentials", "backoffice.bad_answer": "The province's system answers nonsense", "backoffice.refused": "The province's system refused", "backoffice.not_there": "The province's system does not know it", "backoffice.maybe_there": "It may be there already: ask the province first", "outbox.no_carrier": "This site has no such system", "seal.unreadable": "Cannot be opened any more" },
  },
};
const OUTBOX_EVERY_MS = 20000;
let outboxItems = null, outboxFailed = false, outboxAsked = 0;

async function askOutbox() {
  outboxAsked = Date.now();
  const answer = await fetch("/api/officer/outbox", { cache: "no-store" }).catch(() => null);
  if (!state) return;
  outboxFailed = !answer || !answer.ok;
  if (!outboxFailed) outboxItems = await answer.json();
  if (state) whenLifted(paintOutbox);
}

async function outboxDeed(item, deed) {
  try { outboxItems = await post(`/api/officer/outbox/${item}/${deed}`, {}); outboxFailed = false; } catch { toast(OUTBOX_WORDS[language].failed, true); }
  if (state) paintOutbox();
}

function dropOutbox(item) {
  const w = OUTBOX_WORDS[language];
  choose(w.sure, [{ id: "", names: w.keep }, { id: "drop", names: w.yes }], (chosen) => { if (chosen) outboxDeed(item, "drop"); });
}

function paintOutbox() {
  const w = OUTBOX_WORDS[language], items = outboxItems || [];
  roomCount("outbox", items.filter((one) => one.given_up).length);
  if (!roomOpen("outbox")) return;
  byId("outbox-title").textContent = w.title;
  byId("outbox-notice").textContent = w.unknown; byId("outbox-notice").hidden = !outboxFailed;
  byId("outbox-none").textContent = w.none; byId("outbox-none").hidden = !outboxItems || outboxFailed || items.length > 0;
  byId("outbox-table").hidden = !items.length;
  byId("outbox-head").replaceChildren(...w.head.map((word) => element("th", {}, word)));
  byId("outbox").replaceChildren(...items.map((one) => element("tr", { "data-item": one.id },
    element("td", {}, w.kinds[one.kind] || one.kind), element("td", {}, one.subject), element("td", {}, clockText(new Date(one.since), { hour: "2-digit", minute: "2-digit", hourCycle: "h23", day: "2-digit", month: "2-digit" })),
    element("td", {}, element("span", { class: one.given_up ? "pill warning" : "pill sleeping" }, one.given_up ? w.stuck : w.waiting),
      one.code ? element("small", {}, `${w.codes[one.code] || one.code}, ${w.tries(one.tries)}`) : null, one.given_up && one.reason ? element("small", {}, one.reason) : null),
    element("td", { class: "deeds" }, one.given_up ? element("button", { type: "button", class: "quiet", onclick: () => outboxDeed(one.id, "again") }, w.again) : null, one.given_up ? " " : null,
      one.given_up && one.droppable ? element("button", { type: "button", class: "quiet", onclick: () => dropOutbox(one.id) }, w.drop) : null))));
}

addRoom({
  name: "outbox",
  titles: { vi: "Gửi lên tỉnh", en: "To the province" },
  show: () => { paintOutbox(); if (Date.now() - outboxAsked > OUTBOX_EVERY_MS / 4) askOutbox(); },
  hide: () => { outboxItems = null; },
});
setInterval(() => { if (state && (roomOpen("outbox") || Date.now() - outboxAsked > 3 * OUTBOX_EVERY_MS)) askOutbox(); }, OUTBOX_EVERY_MS);
