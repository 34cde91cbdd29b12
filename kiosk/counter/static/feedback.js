// Feedback of citizens: what is open, what is late, and the answer where this office gives it. What was written leaves with the tab.
"use strict";
const FEEDBACK_WORDS = {
  vi: {
    title: "Phản ánh, kiến nghị", connected: "Tỉnh trả lời; ở đây xem được tình trạng.", own: "Điểm này chưa kết nối hệ thống của tỉnh: cơ quan tự trả lời.", notOurs: "Phản ánh không xem tại quầy này.", failed: "Chưa xem được. Đang thử lại…",
    show: { open: "Chưa trả lời", overdue: "Quá hạn", closed: "Đã trả lời (90 ngày)" }, none: { open: "Không có phản ánh nào chờ trả lời.", overdue: "Không có phản ánh quá hạn.", closed: "Chưa trả lời phản ánh nào." },
    head: ["Lĩnh vực", "Hẹn trả lời", "Tình trạng", "Mã", "Gửi lúc"], tally: (t) => `Chưa trả lời ${t.open} · quá hạn ${t.overdue} · đúng hạn ${t.in_time} · trễ hạn ${t.late}`, exportIt: "Tải bảng (CSV)", back: "← Danh sách",
    place: "Địa điểm", sender: "Người gửi", phone: "Điện thoại", anonymous: "không để lại tên", public: "Công khai", yes: "người gửi đồng ý", no: "người gửi không đồng ý", sent: "Gửi lúc", due: "Hẹn trả lời", rated: "Người gửi đánh giá", answered: "Trả lời ngày",
    late: "Quá hạn", waits: "Chờ gửi lên tỉnh", there: "Tỉnh đang giữ", stuck: (why) => `Tỉnh chưa nhận: ${why}`, goneThere: "Nội dung đã chuyển lên tỉnh và không còn ở đây.", goneOld: "Nội dung đã hủy theo thời hạn lưu.", again: "Gửi lại", keep: "Xử lý tại xã", answer: "Trả lời người dân",
    steps: { forwarded: "Chuyển xử lý", in_work: "Đang xử lý", more_needed: "Yêu cầu bổ sung", done: "Trả lời và kết thúc", published: "Công khai", refused: "Từ chối, nêu lý do" }, needAnswer: "Xin viết câu trả lời.",
    errors: { "feedback.stale": "Người khác vừa sửa. Xin xem lại.", "feedback.elsewhere": "Phản ánh này do tỉnh giữ.", "feedback.step": "Chưa làm được bước này.", "feedback.not_ours": "Phản ánh không xem tại quầy này." },
  },
  en: {
    title: "Feedback", connected: "The province answers; here one sees how it stands.", own: "No system of the province is connected: the office answers.", notOurs: "Feedback is not read at this counter.", failed: "Cannot be seen now. Trying again…",
    show: { open: "Not answered", overdue: "Overdue", closed: "Answered (90 days)" }, none: { open: "Nothing waits for an answer.", overdue: "Nothing is overdue.", closed: "Nothing was answered yet." },
    head: ["About", "Answer by", "State", "Code", "Sent"], tally: (t) => `Open ${t.open} · overdue ${t.overdue} · in time ${t.in_time} · late ${t.late}`, exportIt: "Table (CSV)", back: "← List",
    place: "Place", sender: "Sender", phone: "Phone", anonymous: "no name given", public: "Public", yes: "the sender agrees", no: "the sender does not agree", sent: "Sent", due: "Answer by", rated: "The sender's rating", answered: "Answered on",
    late: "Overdue", waits: "Waits to be sent", there: "At the province", stuck: (why) => `The province has not taken it: ${why}`, goneThere: "What was written went to the province and is here no more.", goneOld: "What was written was destroyed at the end of its time.", again: "Send again", keep: "Answer here", answer: "Answer to the citizen",
    steps: { forwarded: "Forward", in_work: "In work", more_needed: "Ask for more", done: "Answer and close", published: "Publish", refused: "Refuse, with the reason" }, needAnswer: "Please write the answer.",
    errors: { "feedback.stale": "Somebody else changed it. Please look again.", "feedback.elsewhere": "The province has it.", "feedback.step": "Not possible now.", "feedback.not_ours": "Feedback is not read at this counter." },
  },
};
const FEEDBACK_EVERY_MS = 60000;
const FEEDBACK_SHOWS = ["open", "overdue", "closed"];
let feedbackList = null, feedbackCode = "", feedbackOne = null, feedbackAsked = 0, feedbackShow = "open", feedbackTurn = 0;
const feedbackWords = () => FEEDBACK_WORDS[language];

async function askFeedback() {
  feedbackAsked = Date.now();
  const answer = await fetch(`/api/officer/feedback?show=${feedbackShow}`, { cache: "no-store" }).catch(() => null);
  if (!state) return;
  const told = answer ? await answer.json().catch(() => null) : null;
  feedbackCode = !told ? "failed" : answer.ok ? "" : told.code;
  if (!feedbackCode) feedbackList = told; else if (feedbackCode !== "failed") feedbackList = null;
  whenLifted(paintFeedback);
}

async function openFeedback(id) {
  const mine = ++feedbackTurn;
  const answer = await fetch(`/api/officer/feedback/${id}`, { cache: "no-store" }).catch(() => null);
  if (!answer || !answer.ok || !state || mine !== feedbackTurn || !roomOpen("feedback")) return;
  takeFeedback(await answer.json());
}

function takeFeedback(told) {
  feedbackOne = told; byId("feedback-answer").value = told.answer;
  paintFeedback(); byId("feedback-back").focus();
}

function leaveFeedback() {
  feedbackTurn += 1; feedbackOne = null;
  for (const id of ["feedback-text", "feedback-facts", "feedback-code", "feedback-category"]) byId(id).replaceChildren();
  byId("feedback-answer").value = ""; byId("feedback-photo").removeAttribute("src");
}

async function feedbackAct(path, body) {
  try { takeFeedback(await post(`/api/officer/feedback/${path}`, body)); } catch (error) {
    if (error.code === "not_signed_in") { refuse(error); return; }
    toast(feedbackWords().errors[error.code] || words().errors[error.code] || words().failed, true);
    if (error.code === "feedback.stale" && feedbackOne) await openFeedback(feedbackOne.line.id);
  }
  await askFeedback();
}

function feedbackStep(step) {
  const text = byId("feedback-answer").value;
  if (["done", "refused"].includes(step) && !text.trim()) { toast(feedbackWords().needAnswer, true); byId("feedback-answer").focus(); return; }
  feedbackAct("answer", { feedback: feedbackOne.line.id, seen: feedbackOne.revision, state: step, text });
}

function feedbackPill(line, w) {
  if (line.stuck) return element("span", { class: "pill fault" }, w.stuck("").replace(/: $/, ""));
  if (line.overdue) return element("span", { class: "pill fault" }, w.late);
  if (line.held === "leaving") return element("span", { class: "pill warning" }, w.waits);
  return element("span", { class: line.answered ? "pill ready" : "pill sleeping" }, nameIn(line.state_names, language));
}

const feedbackDay = (day) => clockText(new Date(`${day}T12:00:00+07:00`), { day: "2-digit", month: "2-digit", year: "numeric" });
const feedbackTime = (moment) => `${hourMinute(new Date(moment))} ${clockText(new Date(moment), { day: "2-digit", month: "2-digit", year: "numeric" })}`;

function paintFeedback() {
  const w = feedbackWords(), told = feedbackList;
  roomCount("feedback", told ? told.tally.open : 0);
  if (!roomOpen("feedback")) return;
  byId("feedback-title").textContent = w.title; byId("feedback-told").textContent = told ? (told.connected ? w.connected : w.own) : "";
  byId("feedback-notice").textContent = feedbackCode === "feedback.not_ours" ? w.notOurs : w.failed; byId("feedback-notice").hidden = !feedbackCode;
  byId("feedback-all").hidden = Boolean(feedbackOne) || (Boolean(feedbackCode) && !told); byId("feedback-one").hidden = !feedbackOne;
  if (feedbackOne) { paintOneFeedback(w); return; }
  byId("feedback-show").replaceChildren(...FEEDBACK_SHOWS.map((show) => element("option", { value: show, selected: show === feedbackShow }, w.show[show]))); byId("feedback-show").setAttribute("aria-label", w.title);
  byId("feedback-export").textContent = w.exportIt; byId("feedback-export").href = `/api/officer/feedback-export?show=${feedbackShow}`;
  byId("feedback-none").textContent = w.none[feedbackShow]; byId("feedback-none").hidden = !told || told.rows.length > 0;
  byId("feedback-table").hidden = !told || !told.rows.length; byId("feedback-export").hidden = byId("feedback-table").hidden;
  byId("feedback-tally").textContent = told ? w.tally(told.tally) : "";
  byId("feedback-head").replaceChildren(...w.head.map((word) => element("th", {}, word)));
  byId("feedback-rows").replaceChildren(...(told ? told.rows : []).map((line) => element("tr", { class: line.overdue ? "overdue" : "", "data-id": line.id },
    element("td", {}, element("button", { type: "button", onclick: () => openFeedback(line.id) }, nameIn(line.category_names, language))),
    element("td", {}, feedbackDay(line.due)), element("td", {}, feedbackPill(line, w)), element("td", {}, line.code), element("td", {}, feedbackTime(line.sent_at)))));
}

function paintOneFeedback(w) {
  const one = feedbackOne, line = one.line;
  byId("feedback-back").textContent = w.back; byId("feedback-category").textContent = nameIn(line.category_names, language); byId("feedback-code").textContent = line.code;
  byId("feedback-pill").replaceChildren(feedbackPill(line, w));
  byId("feedback-stuck").textContent = w.stuck(line.stuck); byId("feedback-stuck").hidden = !line.stuck;
  const facts = [[w.sent, feedbackTime(line.sent_at)], [w.due, feedbackDay(line.due)], line.answered && [w.answered, feedbackDay(line.answered)], line.rating && [w.rated, `${line.rating}/${line.rating_scale}`],
    ...(one.here ? [[w.place, one.lat === null ? one.place : `${one.place} (${one.lat}, ${one.long})`], [w.sender, one.name || w.anonymous], one.phone && [w.phone, one.phone], [w.public, one.may_be_public ? w.yes : w.no]] : [])].filter(Boolean);
  byId("feedback-facts").replaceChildren(...facts.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
  byId("feedback-text").textContent = one.text; byId("feedback-text").hidden = !one.here;
  const photo = byId("feedback-photo"), source = `/api/officer/feedback/${line.id}/photo`;
  photo.hidden = !one.photo; if (one.photo && photo.getAttribute("src") !== source) photo.src = source;
  byId("feedback-gone").textContent = line.held === "there" ? w.goneThere : w.goneOld; byId("feedback-gone").hidden = one.here;
  byId("feedback-way").replaceChildren(faceButton("feedback-face", () => ["feedback/facing", { feedback: line.id }]), ...(line.stuck ? [
    element("button", { type: "button", id: "feedback-again", onclick: () => feedbackAct("send-again", { feedback: line.id }) }, w.again),
    element("button", { type: "button", class: "quiet", id: "feedback-keep", onclick: () => feedbackAct("keep-here", { feedback: line.id }) }, w.keep)] : []));
  byId("feedback-answer-label").textContent = w.answer; byId("feedback-form").hidden = !one.steps.length && !one.answer; byId("feedback-answer").readOnly = !one.steps.length;
  byId("feedback-steps").replaceChildren(...one.steps.map((step) => element("button", { type: "button", class: step.state === "done" ? "" : "quiet", id: `feedback-to-${step.state}`, onclick: () => feedbackStep(step.state) }, w.steps[step.state] || nameIn(step.names, language))));
}

byId("feedback-show").addEventListener("change", (event) => { feedbackShow = event.target.value; feedbackList = null; askFeedback(); });
byId("feedback-back").addEventListener("click", () => { leaveFeedback(); paintFeedback(); askFeedback(); });
addRoom({
  name: "feedback",
  titles: { vi: "Phản ánh", en: "Feedback" },
  show: () => { paintFeedback(); if (Date.now() - feedbackAsked > FEEDBACK_EVERY_MS / 4) askFeedback(); },
  face: () => (feedbackOne ? ["feedback/facing", { feedback: feedbackOne.line.id }] : null),
  hide: leaveFeedback,
  hear: { feedback: () => { if (state) askFeedback(); } },
});
setInterval(() => { if (state) askFeedback(); }, FEEDBACK_EVERY_MS);
