// The day's appointments: who comes when, and who is here with which number. No names: those are the booking system's.
"use strict";
const APPOINTMENT_WORDS = {
  vi: {
    title: "Lịch hẹn hôm nay", told: (at) => `theo hệ thống đặt lịch lúc ${at}`, none: "Hôm nay không có lịch hẹn.", head: ["Giờ", "Mã hẹn", "Lĩnh vực", "Tình trạng"],
    unconnected: "Điểm này chưa kết nối hệ thống đặt lịch.", away: "Hệ thống đặt lịch đang không trả lời: danh sách có thể đã cũ.", unknown: "Chưa xem được lịch hẹn. Đang thử lại…",
    coming: "Chưa đến", passed: "Quá giờ, chưa đến", cancelled: "Đã hủy", here: "Đã có mặt",
  },
  en: {
    title: "Appointments today", told: (at) => `as the booking system told at ${at}`, none: "No appointments today.", head: ["Time", "Code", "Service", "State"],
    unconnected: "This site has no booking system.", away: "The booking system does not answer: the list may be old.", unknown: "The appointments cannot be seen now. Trying again…",
    coming: "Not here yet", passed: "Time has passed, not here", cancelled: "Cancelled", here: "Is here",
  },
};
const APPOINTMENTS_EVERY_MS = 20000;
let dayList = null, dayListFailed = false, dayListAsked = 0;

async function askAppointments() {
  dayListAsked = Date.now();
  const answer = await fetch("/api/officer/appointments", { cache: "no-store" }).catch(() => null);
  if (!state) return;
  dayListFailed = !answer || !answer.ok;
  if (!dayListFailed) dayList = await answer.json();
  if (!state) return;
  whenLifted(paintAppointments);
}

function appointmentState(one, w) {
  if (one.cancelled) return ["cancelled", w.cancelled];
  if (one.here) return ["here", w.here];
  return new Date(one.ends_at) < serverNow() ? ["passed", w.passed] : ["coming", w.coming];
}

function paintAppointments() {
  const w = APPOINTMENT_WORDS[language], rows = dayList ? dayList.appointments : [];
  roomCount("appointments", rows.filter((one) => !one.cancelled && !one.here && new Date(one.ends_at) >= serverNow()).length);
  if (!roomOpen("appointments")) return;
  const stale = dayListFailed || (dayList && dayList.connected && !dayList.live);
  const notice = byId("appointments-notice");
  notice.textContent = dayList && !dayList.connected ? w.unconnected : dayListFailed ? w.unknown : w.away;
  notice.className = stale ? "notice bad" : "notice"; notice.hidden = !(stale || (dayList && !dayList.connected));
  byId("appointments-title").textContent = w.title;
  byId("appointments-told").textContent = dayList && dayList.told_at ? w.told(hourMinute(new Date(dayList.told_at))) : "";
  byId("appointments-none").textContent = w.none; byId("appointments-none").hidden = !dayList || !dayList.connected || stale || rows.length > 0;
  byId("appointments-table").hidden = !rows.length;
  byId("appointments-head").replaceChildren(...w.head.map((word) => element("th", {}, word)));
  byId("appointments").replaceChildren(...rows.map((one) => {
    const [name, word] = appointmentState(one, w);
    return element("tr", { class: name, "data-code": one.code },
      element("td", {}, `${hourMinute(new Date(one.begins_at))}–${hourMinute(new Date(one.ends_at))}`), element("td", {}, one.code),
      element("td", {}, nameIn(one.service_names, language)),
      element("td", {}, one.number ? element("b", {}, one.number) : null, one.number ? " " : null, element("span", { class: name === "here" ? "pill ready" : name === "passed" ? "pill warning" : "pill sleeping" }, word)));
  }));
}

addRoom({
  name: "appointments",
  titles: { vi: "Lịch hẹn", en: "Appointments" },
  show: () => { paintAppointments(); if (Date.now() - dayListAsked > APPOINTMENTS_EVERY_MS / 4) askAppointments(); },
});
setInterval(() => { if (state && (roomOpen("appointments") || Date.now() - dayListAsked > 3 * APPOINTMENTS_EVERY_MS)) askAppointments(); }, APPOINTMENTS_EVERY_MS);
