// The line test's report: what every site was measured to have, fit for printing (VC-3).
import { day, figure, hourMinute, t, trouble } from "./texts.js";
import { h } from "./view.js";

const LOOK = { good: "pill ready", fair: "pill warning", bad: "pill fault", lost: "pill lost", unknown: "pill sleeping" };

export function lineReport(report, title) {
  if (!report?.at) return h("p", { class: "soft empty" }, t("test.none"));
  const results = report.results || [], good = results.filter((one) => one.line === "good" && !(one.tested?.problems || []).length).length;
  return h("div", { class: "report", id: "report" },
    h("div", { class: "report-head" }, h("h3", {}, t("test.report")), h("p", {}, [title, `${hourMinute(report.at)} ${day(report.at)}`].filter(Boolean).join(" · ")), h("p", {}, h("b", {}, t("test.sum", { good, all: results.length })))),
    h("div", { class: "scroll" }, h("table", {},
      h("thead", {}, h("tr", {}, ["test.site", "test.line", "test.up", "test.down", "test.delay", "test.microphone", "test.echo", "test.problems"].map((name) => h("th", { scope: "col" }, t(name))))),
      h("tbody", {}, results.map(row)))));
}

function row(one) {
  const measured = one.tested, way = (way) => (measured ? `${figure(way.bitrate_kbps)} kb/s · ${figure(way.loss_percent, 1)} % · ${figure(way.fps)} ${t("test.fps")}` : "–");
  const problems = [...(one.error ? [trouble(one.error)] : []), ...(measured ? (measured.problems || []).map(trouble) : []), ...(measured && measured.picture_moves === false ? [trouble("picture.still")] : [])];
  return h("tr", { key: one.member, "data-tested": one.member },
    h("th", { scope: "row" }, one.name), h("td", {}, h("span", { class: LOOK[one.line] || LOOK.unknown }, t(`line.${one.line}`))),
    h("td", {}, way(measured?.up)), h("td", {}, way(measured?.down)), h("td", {}, measured ? `${figure(measured.up.round_trip_ms)} ms` : "–"),
    h("td", {}, measured ? `${figure(measured.microphone_dbfs ?? -120)} dBFS` : "–"), h("td", {}, measured?.echo_db ? `${figure(measured.echo_db)} dB` : "–"),
    h("td", {}, problems.length ? problems.join("; ") : t("test.no_problem")));
}
