// Prepared dossiers: who prepared one (masked), and the one that is open. What is open is forgotten with its tab.
"use strict";
const DRAFT_WORDS = {
  vi: {
    title: "Hồ sơ chuẩn bị", sentOn: "nhận xong được gửi lên hệ thống một cửa", byHand: "chưa kết nối hệ thống một cửa: in ra và nhận bằng tay",
    head: ["Số", "Thủ tục", "Người khai", "Giấy", "Giữ đến", ""], none: "Chưa có hồ sơ chuẩn bị nào chờ.", open: "Mở", unknown: "Chưa xem được hồ sơ chuẩn bị. Đang thử lại…",
    unreadable: (n) => `${n} bản không đọc được nữa (máy đã mất điện) và đã bị hủy. Xin mời người dân khai lại.`, accepted: "Đã nhận hôm nay", hand: "nhận bằng tay", waits: "đang chờ gửi, số tạm", stuck: "chưa gửi được: xem thẻ “Chờ gửi”",
    close: "Đóng", accept: "Nhận", acceptHand: "Đã in, nhận bằng tay", print: "In", drop: "Hủy", code: "Số tạm", fields: { name: "Họ tên", birth: "Ngày sinh", sex: "Giới tính", number: "Số định danh", address: "Nơi thường trú", phone: "Điện thoại", procedure: "Thủ tục" },
    said: { six_parts: "mã QR thiếu số CMND cũ", sex_mismatch: "giới tính không khớp số định danh", sex_unreadable: "mã QR ghi giới tính lạ", birth_year_mismatch: "năm sinh không khớp số định danh", birth_not_a_day: "ngày sinh trong mã QR không phải một ngày", issued_not_a_day: "ngày cấp trong mã QR không phải một ngày", province_unknown: "mã tỉnh trong số định danh không có trong bảng mã", name_missing: "mã QR không có họ tên", old_number_unreadable: "số CMND cũ trong mã QR không đúng dạng", check_digit: "số kiểm tra trong chip không khớp", other_card: "chip không phải của thẻ đã khai", numbers_differ: "chip ghi hai số định danh khác nhau", expired: "thẻ đã hết hạn", access_altered: "cách mở chip đã bị thay đổi" },
    fromCard: "đọc từ căn cước", doubts: "Cần đối chiếu", missing: "Người dân mang đến quầy", page: (name, at, of) => `${name}: trang ${at}/${of}`, empty: "không ghi",
    guide: "PHIẾU HƯỚNG DẪN", guideNote: "Bản in hồ sơ chuẩn bị tại ki-ốt. Không phải Giấy tiếp nhận hồ sơ và hẹn trả kết quả.", proof: "Thông tin do người dân khai, mã QR trên căn cước không chứng minh nhân thân: xin đối chiếu bản chính.",
    sure: (n) => `Nhận hồ sơ của số ${n}?`, sureHand: (n) => `Đã in hồ sơ của số ${n}? Nhận xong bản trên máy bị hủy.`, not: "Chưa", why: "Lý do hủy",
    reasons: { not_needed: "Không cần nữa", wrong_papers: "Sai thủ tục hoặc giấy tờ", no_show: "Người dân không đến", twice: "Khai trùng" }, done: "Đã nhận. Số tạm", dropped: "Đã hủy.",
    errors: { "draft.gone": "Bản này không còn: đã nhận, đã hủy hoặc hết hạn.", "draft.unreadable": "Bản này không đọc được và đã bị hủy.", "counter.not_ours": "Số này thuộc quầy khác.", "draft.not_by_hand": "Kết nối vừa thay đổi. Xin xem lại." },
  },
  en: {
    title: "Prepared dossiers", sentOn: "what you accept goes to the one-stop system", byHand: "no one-stop system: print it and take it by hand",
    head: ["Number", "Procedure", "From", "Papers", "Kept until", ""], none: "No prepared dossier waits.", open: "Open", unknown: "Prepared dossiers cannot be seen now. Trying again…",
    unreadable: (n) => `${n} could no longer be read (the machine lost power) and were destroyed. Please ask the citizens again.`, accepted: "Accepted today", hand: "taken by hand", waits: "waits to be sent, provisional no.", stuck: "not sent: see the tab “Outbox”",
    close: "Close", accept: "Accept", acceptHand: "Printed, take by hand", print: "Print", drop: "Drop", code: "Provisional no.", fields: { name: "Name", birth: "Born", sex: "Sex", number: "Personal number", address: "Address", phone: "Telephone", procedure: "Procedure" },
    said: { six_parts: "the QR lacks the old number", sex_mismatch: "sex does not fit the personal number", sex_unreadable: "the QR has an unknown sex", birth_year_mismatch: "year of birth does not fit the personal number", birth_not_a_day: "the birth date in the QR is no day", issued_not_a_day: "the date of issue in the QR is no day", province_unknown: "the province in the personal number is unknown", name_missing: "the QR has no name", old_number_unreadable: "the old number in the QR is not of its form", check_digit: "a check digit in the chip does not fit", other_card: "the chip is not of the card that was given", numbers_differ: "the chip has two different personal numbers", expired: "the card has expired", access_altered: "how the chip opens was altered" },
    fromCard: "from the card", doubts: "To be compared", missing: "The citizen brings", page: (name, at, of) => `${name}: page ${at}/${of}`, empty: "not given",
    guide: "GUIDANCE SLIP", guideNote: "What was prepared at the kiosk. It is no acknowledgement of receipt.", proof: "Declared by the citizen; a card's QR code proves nothing: compare the originals.",
    sure: (n) => `Accept the dossier of ${n}?`, sureHand: (n) => `Is the dossier of ${n} printed? Once taken it is destroyed here.`, not: "Not yet", why: "Why drop it",
    reasons: { not_needed: "Not needed", wrong_papers: "Wrong procedure or papers", no_show: "The citizen did not come", twice: "Prepared twice" }, done: "Accepted. Provisional no.", dropped: "Dropped.",
    errors: { "draft.gone": "It is not here any more: accepted, dropped or expired.", "draft.unreadable": "It cannot be read and was destroyed.", "counter.not_ours": "This number is another counter's.", "draft.not_by_hand": "The connection has changed. Please look again." },
  },
};
const DRAFTS_EVERY_MS = 10000;
let draftList = null, draftsFailed = false, draftsAsked = 0, openDraft = null;
const draftWords = () => DRAFT_WORDS[language];

async function askDrafts() {
  draftsAsked = Date.now();
  const answer = await fetch("/api/officer/drafts", { cache: "no-store" }).catch(() => null);
  if (!state) return;
  draftsFailed = !answer || !answer.ok;
  if (!draftsFailed) draftList = await answer.json();
  if (!state) return;
  if (openDraft && draftList && !draftList.waiting.some((one) => one.id === openDraft.draft.id)) { closeDraft(); toast(draftWords().errors["draft.gone"], true); }
  whenLifted(paintDrafts);
}

function draftRefused(error) {
  if (error.code === "draft.gone" || error.code === "draft.unreadable") closeDraft();
  toast(draftWords().errors[error.code] || words().errors[error.code] || words().failed, true);
  askDrafts();
}

async function lookIntoDraft(id) {
  const answer = await fetch(`/api/officer/drafts/${id}`, { cache: "no-store" }).catch(() => null);
  if (!state || !roomOpen("drafts")) return;
  if (!answer) { toast(words().failed, true); return; }
  const told = await answer.json();
  if (!answer.ok) { draftRefused(told); return; }
  openDraft = told;
  paintDrafts();
  byId("drafts-sheet").focus();
}

function closeDraft() { openDraft = null; byId("drafts-sheet").replaceChildren(); paintDrafts(); }

function acceptDraft() {
  const w = draftWords(), one = openDraft.draft, byHand = !draftList.sent_on;
  choose(byHand ? w.sureHand(one.number) : w.sure(one.number), [
    { id: true, names: { vi: byHand ? DRAFT_WORDS.vi.acceptHand : DRAFT_WORDS.vi.accept, en: byHand ? DRAFT_WORDS.en.acceptHand : DRAFT_WORDS.en.accept } },
    { id: false, plain: true, names: { vi: DRAFT_WORDS.vi.not, en: DRAFT_WORDS.en.not } },
  ], async (sure) => {
    if (!sure) return;
    try { draftList = await post("/api/officer/drafts/accept", { draft: one.id, by_hand: byHand }); } catch (error) { draftRefused(error); return; }
    closeDraft(); toast(`${draftWords().done} ${one.local_code}`);
  });
}

function dropDraft() {
  const one = openDraft.draft;
  const reasons = Object.keys(DRAFT_WORDS.vi.reasons).map((id) => ({ id, names: { vi: DRAFT_WORDS.vi.reasons[id], en: DRAFT_WORDS.en.reasons[id] } }));
  choose(draftWords().why, [...reasons, { id: "", plain: true, names: { vi: DRAFT_WORDS.vi.not, en: DRAFT_WORDS.en.not } }], async (reason) => {
    if (!reason) return;
    try { draftList = await post("/api/officer/drafts/drop", { draft: one.id, reason }); } catch (error) { draftRefused(error); return; }
    closeDraft(); toast(draftWords().dropped);
  });
}

function paintDrafts() {
  const w = draftWords(), rows = draftList ? draftList.waiting : [];
  roomCount("drafts", rows.length);
  document.body.classList.toggle("draft-open", Boolean(openDraft) && roomOpen("drafts"));
  if (!roomOpen("drafts")) return;
  byId("drafts-list").hidden = Boolean(openDraft); byId("drafts-sheet").hidden = !openDraft;
  if (openDraft) { paintOpenDraft(w); return; }
  byId("drafts-title").textContent = w.title; byId("drafts-way").textContent = draftList ? (draftList.sent_on ? w.sentOn : w.byHand) : "";
  const notice = byId("drafts-notice"), lost = draftList ? draftList.unreadable : 0;
  notice.textContent = draftsFailed ? w.unknown : lost ? w.unreadable(lost) : ""; notice.hidden = !draftsFailed && !lost;
  byId("drafts-none").textContent = w.none; byId("drafts-none").hidden = !draftList || rows.length > 0; byId("drafts-table").hidden = !rows.length;
  byId("drafts-head").replaceChildren(...w.head.map((word) => element("th", {}, word)));
  byId("drafts").replaceChildren(...rows.map((one) => element("tr", { class: one.here ? "here" : "", "data-id": one.id },
    element("td", {}, one.number), element("td", {}, nameIn(one.procedure_names, language)), element("td", {}, one.name), element("td", {}, String(one.papers)),
    element("td", {}, hourMinute(new Date(one.expires_at))), element("td", {}, element("button", { type: "button", class: "quiet", id: `draft-${one.id}`, onclick: () => lookIntoDraft(one.id) }, w.open)))));
  const done = draftList ? draftList.accepted : [];
  byId("drafts-accepted").replaceChildren(...(done.length ? [element("h3", {}, w.accepted), ...done.map((one) => element("div", { class: "one", "data-id": one.id },
    element("b", {}, one.code || one.local_code), element("span", {}, nameIn(one.procedure_names, language)),
    element("span", { class: one.code ? "pill ready" : one.problem ? "pill warning" : "pill sleeping" }, one.by_hand ? w.hand : one.code ? `${w.code} ${one.local_code}` : one.problem ? w.stuck : w.waits),
    faceButton(`face-${one.id}`, () => faceOfDraft(one.id))))] : []));
}

function paintOpenDraft(w) {
  const one = openDraft, sheet = byId("drafts-sheet");
  if (sheet.dataset.for === one.draft.id + language && sheet.childElementCount) return;
  sheet.dataset.for = one.draft.id + language;
  const field = (name, value) => [element("dt", {}, w.fields[name]), element("dd", {}, value || w.empty, one.from_card.includes(name) ? element("small", {}, w.fromCard) : null)];
  const list = (title, items) => items.length ? [element("h3", {}, title), element("ul", {}, ...items.map((item) => element("li", {}, item)))] : [];
  const picture = (paper, at, page) => element("figure", {}, element("img", { src: `/api/officer/drafts/${one.draft.id}/papers/${at}/pages/${page}`, alt: w.page(paper.name, page, paper.pages) }), element("figcaption", {}, w.page(paper.name, page, paper.pages)));
  sheet.replaceChildren(
    element("div", { class: "print" }, element("h1", {}, w.guide), element("p", {}, w.guideNote), site && site.sample_data ? element("p", {}, element("b", {}, words().sample)) : null),
    element("h2", {}, `${one.draft.number} · ${nameIn(one.draft.procedure_names, language)}`),
    element("p", { class: "soft" }, `${w.code} ${one.draft.local_code}`),
    element("div", { class: "acts" },
      element("button", { type: "button", id: "draft-accept", onclick: acceptDraft }, draftList.sent_on ? w.accept : w.acceptHand),
      element("button", { type: "button", class: "quiet", id: "draft-print", onclick: () => window.print() }, w.print),
      faceButton("draft-face", () => faceOfDraft(one.draft.id)),
      element("button", { type: "button", class: "quiet", id: "draft-drop", onclick: dropDraft }, w.drop),
      element("button", { type: "button", class: "quiet", id: "draft-close", onclick: closeDraft }, w.close)),
    element("dl", {}, ...["name", "birth", "sex", "number", "address", "phone"].flatMap((name) => field(name, one[name]))),
    element("p", { class: "soft" }, w.proof),
    ...list(w.doubts, [...new Set(one.doubts.map((doubt) => w.said[doubt.split(":")[0]] || doubt))]), ...list(w.missing, one.missing),
    ...one.papers.flatMap((paper, at) => [element("h3", {}, paper.name), ...Array.from({ length: paper.pages }, (_, page) => picture(paper, at, page + 1))]));
}

const faceOfDraft = (draft) => ["drafts/facing", { draft }];

// The draft that is open; else the accepted one whose row has the focus, else the latest.
function facedDraft() {
  const row = document.activeElement.closest("#drafts-accepted .one"), done = draftList ? draftList.accepted : [];
  const id = openDraft ? openDraft.draft.id : row ? row.dataset.id : done.length ? done[0].id : null;
  return id ? faceOfDraft(id) : null;
}

addRoom({
  name: "drafts",
  titles: { vi: "Hồ sơ chuẩn bị", en: "Prepared" },
  show: () => { paintDrafts(); if (Date.now() - draftsAsked > 1000) askDrafts(); },
  face: facedDraft,
  hide: () => { openDraft = null; byId("drafts-sheet").replaceChildren(); if (!state) draftList = null; document.body.classList.remove("draft-open"); },
});
setInterval(() => { if (state && Date.now() - draftsAsked > DRAFTS_EVERY_MS) askDrafts(); }, 2000);
