// The day's fees: what kiosks have shown, what has come, and an officer's word for it.
"use strict";
const FEE_WORDS = {
  vi: {
    title: "Phí, lệ phí", day: "Ngày", csv: "Tải CSV", none: "Chưa có khoản nào được xem tại ki-ốt trong ngày này.", head: ["Nội dung chuyển khoản", "Hồ sơ", "Số tiền", "Tình trạng", ""],
    unconnected: "Điểm này chưa kết nối hệ thống thu phí.", unknown: "Chưa xem được danh sách. Đang thử lại…", asked: "phải thu", confirmed: "đã xác nhận", pendingSum: "chờ xác nhận",
    states: { pending: "Chờ xác nhận", confirmed: "Đã xác nhận", cancelled: "Đã hủy" }, by: (fee) => fee.by_officer ? `cán bộ, quầy ${fee.by_officer}` : { bank: "ngân hàng báo", officer: "hệ thống, cán bộ" }[fee.confirmed_by] || "hệ thống",
    more: (listed, all) => `Bảng dưới chỉ có ${listed} khoản mới nhất trong ${all} khoản. Tổng tiền và tệp CSV có đủ.`,
    shown: (at) => `xem lúc ${at}`, reason: (text) => `Lý do: ${text}`, confirm: "Đã nhận tiền", undo: "Hủy xác nhận", undoTitle: (fee) => `Hủy xác nhận ${fee.reference}`, undoLabel: "Lý do", go: "Hủy xác nhận", close: "Đóng",
    rule: "Mã VietQR không báo tiền đã đến. Chỉ bấm “Đã nhận tiền” khi đã thấy tiền trong tài khoản. Đây không phải biên lai.", failed: "Chưa làm được. Xin thử lại.",
    errors: { "fee.settled": "Khoản này đã hủy.", "fee.not_confirmed_here": "Xác nhận này không phải của quầy: không hủy được.", "fee.reason_missing": "Xin ghi lý do.", not_found: "Không còn khoản này." }, money: (vnd) => `${vnd.toLocaleString("vi-VN")} đ`,
  },
  en: {
    title: "Fees", day: "Day", csv: "CSV", none: "No fee was looked at on this day.", head: ["Transfer message", "Dossier", "Amount", "State", ""],
    unconnected: "This site has no payment system.", unknown: "The list cannot be seen now. Trying again…", asked: "asked", confirmed: "confirmed", pendingSum: "not confirmed",
    states: { pending: "Not confirmed", confirmed: "Confirmed", cancelled: "Cancelled" }, by: (fee) => fee.by_officer ? `officer, counter ${fee.by_officer}` : { bank: "told by the bank", officer: "system, officer" }[fee.confirmed_by] || "system",
    more: (listed, all) => `Only the latest ${listed} of ${all} are listed. The sums and the CSV have all.`,
    shown: (at) => `shown at ${at}`, reason: (text) => `Reason: ${text}`, confirm: "Money is here", undo: "Take back", undoTitle: (fee) => `Take back the confirmation of ${fee.reference}`, undoLabel: "Reason", go: "Take back", close: "Close",
    rule: "A VietQR does not tell that money has come. Confirm only what you have seen in the account. This is no receipt.", failed: "Not done. Please try again.",
    errors: { "fee.settled": "This fee is cancelled.", "fee.not_confirmed_here": "No counter confirmed this: it cannot be taken back here.", "fee.reason_missing": "Please give a reason.", not_found: "This fee is no more." }, money: (vnd) => `VND ${vnd.toLocaleString("en-GB")}`,
  },
};
const FEES_EVERY_MS = 10000;
let feeDay = null, feeDayFailed = false, feeDayAsked = 0, feeUndone = null;

async function askFees() {
  feeDayAsked = Date.now();
  const day = byId("fees-day").value, path = "/api/officer/fees" + (day ? `?day=${encodeURIComponent(day)}` : "");
  const answer = await fetch(path, { cache: "no-store" }).catch(() => null);
  if (!state) return;
  const told = answer && answer.ok ? await answer.json() : null;
  if (!state || day !== byId("fees-day").value) return; // another day was chosen meanwhile
  feeDayFailed = !told;
  if (told) feeDay = told;
  whenLifted(paintFees);
}

async function actOnFee(what, reference, reason) {
  try { await post(`/api/officer/fees/${what}`, { reference, reason }); } catch (error) {
    if (error.code === "not_signed_in") { refuse(error); return; }
    toast(FEE_WORDS[language].errors[error.code] || FEE_WORDS[language].failed, true);
  }
  await askFees();
}

function undoFee(fee) {
  const w = FEE_WORDS[language];
  feeUndone = fee.reference;
  byId("fee-undo-title").textContent = w.undoTitle(fee); byId("fee-undo-label").textContent = w.undoLabel;
  byId("fee-undo-go").textContent = w.go; byId("fee-undo-close").textContent = w.close; byId("fee-undo-reason").value = "";
  byId("fee-undo").showModal();
}

// The hour; of a fee that was first shown on another day, the date beside it.
function feeMoment(moment) {
  const day = (date) => clockText(date, { day: "2-digit", month: "2-digit", year: "numeric" }), at = new Date(moment);
  return day(at) === day(new Date(`${feeDay.day}T12:00:00+07:00`)) ? hourMinute(at) : `${hourMinute(at)} ${day(at)}`;
}

function feeRow(fee, w) {
  const mine = Boolean(fee.by_officer), look = { pending: "pill warning", confirmed: "pill ready", cancelled: "pill sleeping" }[fee.state];
  const button = fee.state === "pending" ? element("button", { type: "button", onclick: () => actOnFee("confirm", fee.reference, "") }, w.confirm)
    : mine ? element("button", { type: "button", class: "quiet", onclick: () => undoFee(fee) }, w.undo) : null;
  const face = faceButton(`face-${fee.reference}`, () => faceOfFee(fee.reference));
  return element("tr", { class: fee.state, "data-reference": fee.reference },
    element("td", {}, fee.reference, element("small", {}, w.shown(feeMoment(fee.shown_at)))),
    element("td", {}, fee.dossier, element("small", {}, fee.what)), element("td", {}, w.money(fee.amount_vnd)),
    element("td", {}, element("span", { class: look }, w.states[fee.state]), fee.state === "confirmed" ? element("small", {}, w.by(fee)) : null, fee.reason ? element("small", {}, w.reason(fee.reason)) : null),
    element("td", {}, button, face));
}

const faceOfFee = (reference) => ["fees/facing", { reference }];

// The fee whose row has the focus; else the one that is not settled, where there is one only.
function facedFee() {
  const row = document.activeElement.closest("#fees tr"), open = (feeDay ? feeDay.fees : []).filter((fee) => fee.state === "pending");
  const reference = row ? row.dataset.reference : open.length === 1 ? open[0].reference : null;
  return reference ? faceOfFee(reference) : null;
}

function paintFees() {
  const w = FEE_WORDS[language], rows = feeDay ? feeDay.fees : [];
  if (feeDay && !byId("fees-day").value) roomCount("fees", rows.filter((fee) => fee.state === "pending").length);
  if (!roomOpen("fees")) return;
  byId("fees-title").textContent = w.title; byId("fees-day-label").textContent = w.day; byId("fees-csv").textContent = w.csv; byId("fees-rule").textContent = w.rule;
  byId("fees-csv").href = "/api/officer/fees.csv" + (feeDay ? `?day=${feeDay.day}` : "");
  const notice = byId("fees-notice");
  notice.textContent = feeDayFailed ? w.unknown : w.unconnected; notice.className = feeDayFailed ? "notice bad" : "notice";
  notice.hidden = !feeDayFailed && !(feeDay && !feeDay.connected);
  byId("fees-none").textContent = w.none; byId("fees-none").hidden = !feeDay || feeDayFailed || rows.length > 0;
  byId("fees-table").hidden = !rows.length;
  byId("fees-more").hidden = !feeDay || !feeDay.not_listed; byId("fees-more").textContent = feeDay ? w.more(rows.length, rows.length + feeDay.not_listed) : "";
  const waits = feeDay ? feeDay.asked_vnd - feeDay.confirmed_vnd : 0;
  byId("fees-sums").replaceChildren(...(rows.length ? [[feeDay.asked_vnd, w.asked], [feeDay.confirmed_vnd, w.confirmed], [waits, w.pendingSum]] : [])
    .map(([vnd, word]) => element("div", {}, element("b", {}, w.money(vnd)), element("span", {}, word))));
  byId("fees-head").replaceChildren(...w.head.map((word) => element("th", {}, word)));
  byId("fees").replaceChildren(...rows.map((fee) => feeRow(fee, w)));
}

byId("fees-day").addEventListener("change", () => { feeDay = null; askFees(); });
byId("fee-undo-close").addEventListener("click", () => byId("fee-undo").close());
byId("fee-undo-form").addEventListener("submit", () => { actOnFee("undo", feeUndone, byId("fee-undo-reason").value); });

addRoom({
  name: "fees",
  titles: { vi: "Phí, lệ phí", en: "Fees" },
  show: () => { paintFees(); if (Date.now() - feeDayAsked > FEES_EVERY_MS / 4) askFees(); },
  face: facedFee,
  hide: () => { feeDay = null; feeDayAsked = 0; byId("fees").replaceChildren(); byId("fees-day").value = ""; },
});
setInterval(() => { if (state && (roomOpen("fees") || Date.now() - feeDayAsked > 6 * FEES_EVERY_MS)) askFees(); }, FEES_EVERY_MS);
