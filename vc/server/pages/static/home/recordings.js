// Recordings: play them here, jump to a chapter, take them along.
import { clock, day, figure, hourMinute, t } from "../core/texts.js";
import { button, byId } from "../core/ui.js";
import { h, icon } from "../core/view.js";

const MEGABYTE = 1e6;

export function recordingsSection(known, does) {
  const rows = [...known.recordings].sort((a, b) => b.started_at.localeCompare(a.started_at));
  return h("section", { class: "card", "aria-labelledby": "recordings-title" }, h("h2", { id: "recordings-title" }, t("recordings.title")),
    rows.length ? h("ul", { class: "plain", id: "recordings" }, rows.map((one) => row(one, known, does))) : h("p", { class: "soft empty" }, t("recordings.none")));
}

function row(one, known, does) {
  const open = known.playing === one.id, file = (kind) => `/recordings/${encodeURIComponent(one.id)}.${kind}`;
  return h("li", { key: one.id, class: "recording", "data-recording": one.id },
    h("div", { class: "row between" },
      h("div", {}, h("b", {}, one.title), h("div", { class: "soft" }, `${hourMinute(one.started_at)} ${day(one.started_at)} · ${clock(one.lasts_s)} · ${figure(one.bytes / MEGABYTE)} MB`),
        one.under_way ? h("span", { class: "pill fault" }, t("recordings.under_way")) : null, one.parts > 1 ? h("span", { class: "pill warning" }, t("recordings.parts", { n: one.parts })) : null),
      h("div", { class: "row end" }, button(t(open ? "recordings.close" : "recordings.play"), { picture: open ? "cross" : "play", class: "quiet small", "data-do": "play", "aria-expanded": String(open), onclick: () => does.play(one.id) }), h("a", { class: "button small", href: file("mkv"), download: "" }, "MKV"), h("a", { class: "button small", href: file("mp4"), download: "" }, "MP4"))),
    open ? h("div", { class: "playback" }, h("video", { controls: true, preload: "metadata", src: file("mp4"), id: "playback" }),
      one.chapters.length ? h("ol", { class: "chapters", "aria-label": t("recordings.chapters") }, one.chapters.map((chapter) => h("li", {}, h("button", { type: "button", class: "quiet small", onclick: () => jump(chapter.at_s) }, h("b", {}, clock(chapter.at_s)), " ", chapter.title)))) : h("p", { class: "soft" }, icon("chapters"), t("recordings.no_chapters"))) : null);
}

function jump(at) {
  const video = byId("playback");
  video.currentTime = at; video.play().catch(() => {});
}
