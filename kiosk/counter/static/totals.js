// The figures of a day, for the officer's room and the supervisor's page: `Totals(root, path)` draws them and asks anew.
"use strict";
const TOTALS = {
  vi: {
    title: "Số liệu trong ngày", day: "Ngày", csv: "Tải CSV", failed: "Chưa xem được số liệu. Đang thử lại…", whole: "Cả điểm", counters: "Theo quầy", services: "Theo lĩnh vực", minutes: (s) => `${(s / 60).toFixed(1).replace(".", ",")} ph`,
    head: ["", "Đã lấy", "Đã gọi", "Xong", "Vắng mặt", "Giữ lại", "Chuyển đi", "Chờ TB", "Chờ 90 %", "Phục vụ TB", "Phục vụ 90 %", "Đánh giá"], none: "—", level: (value, scale) => (scale === 3 ? ["Không hài lòng", "Hài lòng", "Rất hài lòng"][value - 1] : `Mức ${value}/${scale}`),
    note: "TB là trung bình; 90 %: chín trên mười người không quá. Đánh giá là số lượt theo đúng thang đã dùng, không quy đổi; không phải điểm chính thức.",
  },
  en: {
    title: "The day's figures", day: "Day", csv: "CSV", failed: "The figures cannot be seen now. Trying again…", whole: "The whole site", counters: "By counter", services: "By service", minutes: (s) => `${(s / 60).toFixed(1)} min`,
    head: ["", "Taken", "Called", "Finished", "No-shows", "Held", "Sent on", "Mean wait", "90 % wait", "Mean visit", "90 % visit", "Ratings"], none: "—", level: (value, scale) => (scale === 3 ? ["Not satisfied", "Satisfied", "Very satisfied"][value - 1] : `${value}/${scale}`),
    note: "90 %: nine of ten are within. Ratings are counted on the scale they were given on, never converted; this is no official score.",
  },
};

function Totals(root, path) {
  let told = null, failed = false, day = "", asked = 0;
  const url = (end) => `${path}${end}${day ? `?day=${encodeURIComponent(day)}` : ""}`;

  async function ask() {
    const mine = ++asked;
    const answer = await fetch(url(""), { cache: "no-store" }).catch(() => null);
    if (mine !== asked) return;
    failed = !(answer && answer.ok);
    if (!failed) told = await answer.json();
    paint();
  }

  const ratings = (figures, w) => figures.ratings.map((one) => `${w.level(one.value, one.scale)} ${one.count}`).reverse().join(" · ") || w.none;
  function row(name, figures, w) {
    const spread = (one) => [one.mean_s, one.p90_s].map((seconds) => (one.count ? w.minutes(seconds) : w.none));
    const cells = [figures.taken ?? w.none, figures.called, figures.served, figures.missed, figures.held, figures.moved_on, ...spread(figures.wait), ...spread(figures.service), ratings(figures, w)];
    return element("tr", {}, element("th", { scope: "row" }, name), ...cells.map((cell, at) => element("td", { "data-head": w.head[at + 1] }, String(cell))));
  }

  const input = element("input", { type: "date", id: "totals-day" }), sheet = element("a", { class: "button quiet", download: true });
  const title = element("span"), tables = element("div", { class: "wide", tabindex: "0" }), trouble = element("p", { class: "notice bad", role: "alert", hidden: true }), note = element("p", { class: "soft rule" });
  input.addEventListener("change", () => { day = input.value; ask(); });

  function paint() {
    const w = TOTALS[language];
    if (!root.contains(input)) root.replaceChildren(element("h2", {}, title, element("span", { class: "totals-tools" }, input, sheet)), trouble, tables, note);
    title.textContent = w.title; note.textContent = w.note; sheet.textContent = w.csv; sheet.href = url(".csv");
    trouble.textContent = w.failed; trouble.hidden = !failed;
    input.setAttribute("aria-label", w.day);
    if (told && !day) { input.value = told.day; input.max = told.day; }
    const lines = told ? [...(told.whole ? [[w.whole, [{ names: told.site_names, figures: told.whole }]]] : []), [w.counters, told.counters], [w.services, told.services]] : [];
    tables.replaceChildren(...lines.filter(([, rows]) => rows.length).map(([caption, rows]) => element("table", { class: "totals" },
      element("caption", {}, caption), element("thead", {}, element("tr", {}, ...w.head.map((name) => element("th", { scope: "col" }, name)))),
      element("tbody", {}, ...rows.map((one) => row(nameIn(one.names, language), one.figures, w))))));
  }
  return { ask, paint, forget() { told = null; day = ""; asked += 1; root.replaceChildren(); } };
}
