// The console's frame: a tab and a section for each room. A room's own script calls addRoom once:
//   addRoom({ name, titles: { vi, en }, show(state, language), hide(), hear: { event: (data) => … } })
// Its markup is the template parts/<name>.html, shown under its tab; instead of it `href` leads to a page of its own.
// show runs when the tab is opened, and at each news of the queue and change of language while it is open. A room that shows
// what is a citizen's forgets it in hide (another tab, signed out). A room with something for the citizen's eyes has face(), which
// returns [path, body] of the officer's deed that puts it on the second screen, or null: key M does it, K takes it away (screen.js). roomCount(name, n) puts a figure beside the title, 0 takes it away;
// roomOpen(name) says whether it is the one shown. Keys: the digits open tabs; letters and Space belong to the queue in every room,
// but not in a room's fields, and not inside an element with data-keys="own".
"use strict";
const ORDER = ["desks", "line", "queue", "drafts", "appointments", "fees", "feedback", "others", "totals", "screen"];
const ROOMS = [];
let openRoom = "queue";
const roomCounts = {};

function addRoom(room) {
  ROOMS.push(room);
  const place = (one) => (ORDER.indexOf(one.name) + ORDER.length + 1) % (ORDER.length + 1);
  ROOMS.sort((a, b) => place(a) - place(b));
}

const roomOpen = (name) => openRoom === name;

function roomCount(name, count) {
  roomCounts[name] = count;
  const spot = document.querySelector(`#tab-${name} .count`);
  if (spot) { spot.textContent = count; spot.hidden = !count; }
}

function openTab(name, focus) {
  const room = ROOMS.find((one) => one.name === name);
  if (!room) return;
  if (room.href) { location.assign(room.href); return; }
  if (openRoom !== name) ROOMS.find((one) => one.name === openRoom)?.hide?.();
  openRoom = name;
  paintRooms(true);
  if (focus) byId(`tab-${name}`)?.focus();
}

function closeRooms() {
  for (const room of ROOMS) room.hide?.();
  openRoom = "queue";
}

// Draw the tabs once, and what is under the open one.
function paintRooms() {
  const rail = byId("tabs");
  if (rail.dataset.for !== language + ROOMS.length) {
    rail.dataset.for = language + ROOMS.length;
    rail.replaceChildren(...ROOMS.map((room, at) => element(room.href ? "a" : "button",
      { id: `tab-${room.name}`, class: "tab", ...(room.href ? { href: room.href } : { type: "button", role: "tab", "aria-controls": `room-${room.name}`, onclick: () => openTab(room.name) }) },
      element("kbd", {}, String(at + 1)), element("span", {}, nameIn(room.titles, language)), element("b", { class: "count", hidden: !roomCounts[room.name] }, String(roomCounts[room.name] || "")))));
  }
  for (const room of ROOMS) {
    const section = byId(`room-${room.name}`), shown = room.name === openRoom;
    byId(`tab-${room.name}`).setAttribute("aria-selected", String(shown));
    byId(`tab-${room.name}`).tabIndex = shown || room.href ? 0 : -1;
    if (section) section.hidden = !shown;
    if (shown) room.show?.(state, language);
  }
}

// The digits, and the arrows on the rail; returns whether the key was one of them.
function roomKey(event) {
  const digit = /^[1-9]$/.test(event.key) ? ROOMS[Number(event.key) - 1] : null;
  if (digit) { openTab(digit.name, true); return true; }
  if (!event.target.matches("[role=tab]") || !["ArrowLeft", "ArrowRight"].includes(event.key)) return false;
  const tabs = ROOMS.filter((one) => !one.href), at = tabs.findIndex((one) => one.name === openRoom);
  openTab(tabs[(at + (event.key === "ArrowRight" ? 1 : tabs.length - 1)) % tabs.length].name, true);
  return true;
}

const ownKeys = (target) => target.matches("input, textarea, select") || Boolean(target.closest("[data-keys=own]"));
