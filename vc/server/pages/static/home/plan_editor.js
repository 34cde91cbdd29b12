// A conference's plan: title, time, sites with their delegates, agenda, papers.
import { put, upload } from "../core/api.js";
import { asLocalInput, fromLocalInput, t } from "../core/texts.js";
import { button, dot, toast } from "../core/ui.js";
import { h } from "../core/view.js";

const drafts = new WeakMap(); // the plan being edited -> its draft
const MARKS = /[\u0300-\u036f]/g;

/** An id of a name: "Điểm cầu Gio Linh" -> "diem-cau-gio-linh", unlike those taken. */
export function slug(name, taken = new Set()) {
  const plain = name.normalize("NFD").replace(MARKS, "").replace(/đ/gi, "d").toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 50).replace(/^-+|-+$/g, "") || "muc";
  let id = plain;
  for (let n = 2; taken.has(id); n += 1) id = `${plain}-${n}`;
  taken.add(id);
  return id;
}

const draftOf = (plan) => {
  if (!drafts.has(plan)) {
    drafts.set(plan, {
      title: plan.title || "", starts: asLocalInput(plan.starts_at), chair: plan.chair || "",
      sites: (plan.sites || []).map((site) => ({ ...site, delegates: [...(site.delegates || [])] })), agenda: [...(plan.agenda || [])], papers: [...(plan.papers || [])], uploading: false,
    });
  }
  return drafts.get(plan);
};

export function editPlan(plan, does) {
  const draft = draftOf(plan), change = (work) => { work(); does.draw(); };
  return h("form", { class: "plan grid", id: "plan", onsubmit: (event) => { event.preventDefault(); save(plan, draft, does); } },
    h("section", { class: "card fields" }, h("div", { class: "row between" }, h("h2", {}, t(plan.id ? "plan.edit" : "plan.new")), ends(does, "save")),
      h("label", {}, h("span", {}, t("plan.title")), h("input", { id: "plan-title", required: true, maxlength: "200", value: draft.title, oninput: (event) => { draft.title = event.target.value; } })),
      h("label", {}, h("span", {}, t("plan.starts")), h("input", { id: "plan-starts", type: "datetime-local", required: true, value: draft.starts, oninput: (event) => { draft.starts = event.target.value; } })),
      chairChoice(draft)),
    h("section", { class: "card" }, h("div", { class: "row between" }, h("h2", {}, t("plan.sites")), button(t("plan.add_site"), { picture: "plus", id: "add-site", onclick: () => change(() => draft.sites.push({ id: "", name: "", box: "", delegates: [] })) })),
      h("p", { class: "soft" }, t("plan.first_is_centre")), draft.sites.map((site, at) => siteFields(draft, site, at, change))),
    h("section", { class: "card" }, h("div", { class: "row between" }, h("h2", {}, t("plan.agenda")), button(t("plan.add_item"), { picture: "plus", id: "add-item", onclick: () => change(() => draft.agenda.push({ id: "", title: "", papers: [] })) })),
      draft.agenda.map((item, at) => itemFields(draft, item, at, change)),
      h("h2", {}, t("papers.title")), draft.papers.map((paper, at) => h("div", { class: "row line" }, h("span", { class: "grow" }, paper.title, h("small", { class: "soft" }, ` ${t("papers.pages", { n: paper.pages })}`)), dot(t("plan.remove", { name: paper.title }), "cross", { onclick: () => change(() => drop(draft, at)) }))),
      plan.id ? uploadField(plan, draft, does) : h("p", { class: "soft" }, t("plan.papers_after"))),
    h("div", { class: "actions" }, ends(does, "save-below")));
}

const ends = (does, id) => h("div", { class: "row end" }, button(t("cancel"), { onclick: () => does.edit(null) }), button(t("plan.save"), { look: "", type: "submit", id }));

function chairChoice(draft) {
  const people = draft.sites[0]?.delegates || [];
  return h("label", {}, h("span", {}, t("plan.chair")), h("select", { id: "plan-chair", onchange: (event) => { draft.chair = event.target.value; } },
    people.map((one) => h("option", { value: one.id || one.name, selected: draft.chair === (one.id || one.name) }, one.name || "…"))));
}

function siteFields(draft, site, at, change) {
  return h("fieldset", { class: "plan-site" }, h("legend", {}, at === 0 ? t("plan.centre") : t("plan.site", { n: at })),
    h("div", { class: "fields two" },
      h("label", {}, h("span", {}, t("plan.site_name")), h("input", { required: true, maxlength: "200", value: site.name, "data-site-name": String(at), oninput: (event) => { site.name = event.target.value; } })),
      h("label", {}, h("span", {}, t("plan.box")), h("input", { value: site.box || "", maxlength: "64", oninput: (event) => { site.box = event.target.value.trim(); } })),
      h("label", { class: "wide" }, h("span", {}, t("plan.delegates")), h("textarea", { rows: String(Math.max(2, site.delegates.length)), value: site.delegates.map((one) => (one.position ? `${one.name}; ${one.position}` : one.name)).join("\n"), "data-delegates": String(at), onchange: (event) => change(() => { site.delegates = people(event.target.value, site.delegates); }) }))),
    dot(t("plan.remove", { name: site.name }), "cross", { class: "corner", onclick: () => change(() => draft.sites.splice(at, 1)) }));
}

/** Lines of "name; position"; who was there before keeps his id. */
function people(text, before) {
  return text.split("\n").map((line) => line.split(";").map((part) => part.trim())).filter(([name]) => name)
    .map(([name, position = ""]) => ({ id: before.find((one) => one.name === name)?.id || "", name, position }));
}

function itemFields(draft, item, at, change) {
  return h("div", { class: "row line" }, h("b", {}, String(at + 1)), h("input", { class: "grow", required: true, maxlength: "200", value: item.title, "aria-label": t("plan.item", { n: at + 1 }), "data-item": String(at), oninput: (event) => { item.title = event.target.value; } }),
    draft.papers.length ? h("select", { "aria-label": t("plan.item_paper"), onchange: (event) => { item.papers = event.target.value ? [event.target.value] : []; } }, h("option", { value: "" }, t("plan.no_paper")), draft.papers.map((paper) => h("option", { value: paper.id, selected: (item.papers || [])[0] === paper.id }, paper.title))) : null,
    dot(t("plan.remove", { name: item.title }), "cross", { onclick: () => change(() => draft.agenda.splice(at, 1)) }));
}

function drop(draft, at) {
  const [gone] = draft.papers.splice(at, 1);
  for (const item of draft.agenda) item.papers = (item.papers || []).filter((id) => id !== gone.id);
}

function uploadField(plan, draft, does) {
  const send = async (event) => {
    const file = event.target.files[0];
    if (!file) return;
    const form = new FormData();
    form.append("conference", plan.id); form.append("title", file.name.replace(/\.pdf$/i, "").slice(0, 200)); form.append("file", file);
    draft.uploading = true; does.draw();
    const paper = await does.try(() => upload("/api/papers", form));
    draft.uploading = false;
    if (paper) { draft.papers = [...draft.papers.filter((one) => one.id !== paper.id), paper]; toast(t("plan.uploaded", { title: paper.title })); }
    event.target.value = ""; does.draw();
  };
  return h("label", { class: "upload" }, h("span", {}, t(draft.uploading ? "plan.uploading" : "plan.upload")), h("input", { type: "file", accept: "application/pdf", id: "upload", disabled: draft.uploading, onchange: send }));
}

async function save(plan, draft, does) {
  const taken = new Set(draft.sites.map((site) => site.id).filter(Boolean)), named = new Set(draft.sites.flatMap((site) => site.delegates.map((one) => one.id)).filter(Boolean));
  const sites = draft.sites.map((site) => {
    const id = site.id || slug(site.name, taken);
    return { ...site, id, delegates: site.delegates.map((one) => ({ ...one, id: one.id || slug(`${id}-${one.name}`, named) })) };
  });
  if (!sites.length || !sites[0].delegates.length) { toast(t("plan.needs_centre"), "bad"); return; }
  const items = new Set(draft.agenda.map((item) => item.id).filter(Boolean));
  const chair = draft.sites[0].delegates.findIndex((one) => (one.id || one.name) === draft.chair);
  const { template, ...kept } = plan;
  const id = plan.id || `${slug(draft.title).slice(0, 45).replace(/-+$/, "")}-${draft.starts.slice(0, 10).replaceAll("-", "")}`;
  const whole = { ...kept, id, title: draft.title.trim(), starts_at: fromLocalInput(draft.starts), centre: sites[0].id, chair: sites[0].delegates[Math.max(0, chair)].id, sites, agenda: draft.agenda.map((item) => ({ ...item, id: item.id || slug(item.title, items) })), papers: draft.papers };
  if (await does.try(() => put(`/api/conferences/${encodeURIComponent(id)}`, whole))) { toast(t("plan.saved")); does.edit(null); does.load(); }
}
