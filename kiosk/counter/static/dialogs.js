// A list to choose from with one key, and a line that says what happened.
"use strict";
const NO_REASON = { vi: "Không ghi lý do", en: "No reason" };
const DIALOGS = {
  vi: { otherServices: "Lĩnh vực khác", otherCounters: "Quầy khác", anyCounter: "quầy nào trống", transferTo: (n) => `Chuyển ${n} sang`, note: (n) => `Nhắn đồng nghiệp về ${n}`, noNote: "Không nhắn gì", breakWhy: "Lý do tạm dừng", backWhen: "Dự kiến mở lại", unknown: "Chưa rõ", inMinutes: (n) => `Sau ${n} phút`, atOpening: (at) => `Lúc ${at} (giờ mở cửa)`, back: (at) => `mở lại khoảng ${at}`, pausedOne: "tạm dừng", unstaffed: "chưa có cán bộ" },
  en: { otherServices: "Another service", otherCounters: "Another counter", anyCounter: "any free counter", transferTo: (n) => `Transfer ${n} to`, note: (n) => `A note on ${n} for the colleague`, noNote: "No note", breakWhy: "Why the counter pauses", backWhen: "Back when", unknown: "Not known", inMinutes: (n) => `In ${n} minutes`, atOpening: (at) => `At ${at} (opening time)`, back: (at) => `back at about ${at}`, pausedOne: "paused", unstaffed: "nobody there" },
};
function toast(text, bad) {
  const bar = byId("toast");
  bar.textContent = text; bar.className = bad ? "bad" : ""; bar.hidden = false;
  clearTimeout(toast.timer); toast.timer = setTimeout(() => { bar.hidden = true; }, 5000);
}

// Options are { id, names, soft?, group? }; 1-9 choose, 0 the one that is `plain` (nothing of the list).
function choose(title, options, take) {
  const dialog = byId("choose");
  byId("choose-title").textContent = title;
  let at = 0;
  byId("choices").replaceChildren(...options.flatMap((option) => {
    const key = option.plain ? "0" : ++at < 10 ? String(at) : "";
    return [
      option.group ? element("h3", {}, option.group) : null,
      element("button", { type: "button", class: "quiet", "data-key": key, onclick: () => { dialog.close(); take(option.id); } },
        element("kbd", { class: key ? "" : "none" }, key), element("span", {}, nameIn(option.names, language)), option.soft ? element("small", { class: "soft" }, option.soft) : null),
    ].filter(Boolean);
  }));
  if (!dialog.open) dialog.showModal();
  byId("choices").querySelector("button")?.focus();
}

// Whether the dialog took the key.
function chooseKey(event) {
  if (!byId("choose").open) return false;
  const button = /^[0-9]$/.test(event.key) && byId("choices").querySelector(`[data-key="${event.key}"]`);
  if (button) { event.preventDefault(); button.click(); }
  return true;
}

// Where to: a service, or one counter of it; then a note of the site's list. `from` is the counter that serves it now.
function chooseTransfer(told, one, take, from) {
  const w = DIALOGS[language];
  const services = told.services.filter((service) => service.id !== one.service || one.for_counter)
    .map((service) => ({ id: { service: service.id, counter: "" }, names: service.names, soft: w.anyCounter }));
  const counters = told.counters.map((desk) => desk.info || desk).filter((desk) => desk.id !== (from || one.for_counter)).flatMap((desk) => {
    const mine = desk.services.includes(one.service) ? [one.service] : desk.services;
    return mine.map((service) => ({ id: { service, counter: desk.id }, names: desk.names,
      soft: [nameIn(told.services.find((each) => each.id === service).names, language), desk.paused ? w.pausedOne : desk.staffed ? "" : w.unstaffed].filter(Boolean).join(" · ") }));
  });
  if (services.length) services[0].group = w.otherServices;
  if (counters.length) counters[0].group = w.otherCounters;
  choose(w.transferTo(one.number), [...services, ...counters], (to) => {
    if (!told.choices.notes.length) { take({ ...to, note: "" }); return; }
    choose(w.note(one.number), [...told.choices.notes, { id: "", plain: true, names: { vi: DIALOGS.vi.noNote, en: DIALOGS.en.noNote } }], (note) => take({ ...to, note }));
  });
}

// Why a counter pauses, and until when; without a reason nothing more is asked.
function chooseBreak(told, take) {
  const w = DIALOGS[language];
  choose(w.breakWhy, [...told.choices.breaks, { id: "", plain: true, names: NO_REASON }], (reason) => {
    if (!reason) { take({}); return; }
    const opening = told.next_opening && Math.ceil((new Date(told.next_opening) - serverNow()) / 60000);
    const times = [10, 15, 30, 60].map((minutes) => ({ id: minutes, names: { vi: DIALOGS.vi.inMinutes(minutes), en: DIALOGS.en.inMinutes(minutes) } }));
    if (opening > 0 && opening <= 1440) times.unshift({ id: opening, names: { vi: DIALOGS.vi.atOpening(hourMinute(new Date(told.next_opening))), en: DIALOGS.en.atOpening(hourMinute(new Date(told.next_opening))) } });
    choose(w.backWhen, [...times, { id: null, plain: true, names: { vi: DIALOGS.vi.unknown, en: DIALOGS.en.unknown } }], (back_min) => take(back_min ? { reason, back_min } : { reason }));
  });
}

// "Nghỉ trưa · mở lại khoảng 13:30", of a counter that has paused.
function breakText(desk) {
  const back = desk.back_at ? DIALOGS[language].back(hourMinute(new Date(desk.back_at))) : "";
  return [nameIn(desk.pause_names, language), back].filter(Boolean).join(" · ");
}
