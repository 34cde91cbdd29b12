// A counter as a card: what it does now, since when, why it pauses, and who waits for its services.
"use strict";
const DESKS = {
  vi: { serving: "Đang phục vụ", ready: "Sẵn sàng", paused: "Tạm dừng", empty: "Chưa có cán bộ", waiting: (n) => `${n} đang chờ`, sinceCall: "từ lúc gọi", sincePause: "đã dừng", none: "Chỉ có một quầy." },
  en: { serving: "Serving", ready: "Ready", paused: "Paused", empty: "Nobody there", waiting: (n) => `${n} waiting`, sinceCall: "since the call", sincePause: "for", none: "There is one counter only." },
};

// What a counter does now: one word and the colour that goes with it.
function deskState(desk, w) {
  if (desk.ticket) return [w.serving, "pill ready"];
  if (desk.paused) return [w.paused, "pill warning"];
  return desk.staffed ? [w.ready, "pill ready"] : [w.empty, "pill sleeping"];
}

function deskCard(desk, services, w, ...more) {
  const [text, look] = deskState(desk, w);
  return element("article", { class: desk.ticket ? "desk busy" : "desk", "data-desk": desk.id },
    element("header", {}, element("h3", {}, nameIn(desk.names, language)), element("span", { class: look }, text)),
    element("p", { class: "big" }, desk.ticket || "—"),
    element("p", { class: "soft" }, desk.paused ? `${breakText(desk) || w.paused} · ` : "", desk.since ? `${desk.ticket ? w.sinceCall : w.sincePause} ` : "", desk.since ? element("span", { class: "since", "data-since": desk.since }, since(desk.since)) : null),
    element("ul", {}, ...desk.services.map((id) => services.find((one) => one.id === id)).filter(Boolean).map((one) => element("li", {}, nameIn(one.names, language), element("b", {}, w.waiting(one.waiting))))), ...more);
}
