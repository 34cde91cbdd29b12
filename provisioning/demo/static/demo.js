// The demo's page: pictures of the kiosks as they change, touches and hands as posts.
"use strict";

async function watch(image) {
  const box = image.dataset.screen;
  let version = 0;
  for (;;) {
    try {
      const answer = await fetch(`/screens/${box}?after=${version}`);
      if (!answer.ok) throw new Error(answer.statusText);
      version = Number(answer.headers.get("X-Version"));
      const picture = await answer.blob();
      if (picture.size) {
        const before = image.src;
        image.src = URL.createObjectURL(picture);
        await image.decode();
        image.dataset.version = version;
        if (before) URL.revokeObjectURL(before);
        if (image.dataset.rest) await new Promise((go) => setTimeout(go, Number(image.dataset.rest)));
      } else {
        await new Promise((go) => setTimeout(go, 300));
      }
    } catch (_) {
      await new Promise((go) => setTimeout(go, 1000));
    }
  }
}

function touches(image) {
  image.addEventListener("pointerdown", (event) => {
    const frame = image.getBoundingClientRect();
    const share = (value, size) => Math.min(Math.max(value / size, 0), 0.9999);
    event.preventDefault();
    send(`/screens/${image.dataset.screen}/touch`, {
      x: share(event.clientX - frame.left, frame.width),
      y: share(event.clientY - frame.top, frame.height),
    });
  });
}

async function send(url, body) {
  try { await post(url, body); } catch (error) { console.warn(error.message); }
}

function hands(stand) {
  const box = stand.dataset.box;
  stand.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if ("card" in button.dataset) send(`/boxes/${box}/card`);
    if ("press" in button.dataset) send(`/boxes/${box}/press`, { button: button.dataset.press });
    if ("sheet" in button.dataset) send(`/boxes/${box}/sheet`, { sheet: button.classList.contains("on") ? null : button.dataset.sheet });
    if ("plug" in button.dataset) send(`/boxes/${box}/plug`, { plugged: !button.classList.contains("on") });
    if ("cut" in button.dataset) send(`/boxes/${box}/line`, { cut: !button.classList.contains("on") });
    if ("fault" in button.dataset) {
      const word = button.classList.contains("on") ? "" : button.dataset.fault;
      send(`/boxes/${box}/fault`, { device: button.closest("[data-device]").dataset.device, word });
    }
  });
  const tray = stand.querySelector(".tray");
  if (tray) tray.addEventListener("click", () => tray.classList.toggle("open"));
}

function showBox(box) {
  const stand = document.querySelector(`[data-box="${CSS.escape(box.box)}"]`);
  for (const button of stand.querySelectorAll("[data-fault]")) {
    const device = button.closest("[data-device]").dataset.device;
    button.classList.toggle("on", box.faults[device] === button.dataset.fault);
  }
  const cut = stand.querySelector("[data-cut]");
  if (cut) cut.classList.toggle("on", box.line_cut);
  for (const button of stand.querySelectorAll("[data-sheet]")) button.classList.toggle("on", box.sheet === button.dataset.sheet);
  const plug = stand.querySelector("[data-plug]");
  if (plug) plug.classList.toggle("on", box.plugged);
  const panel = stand.querySelector("[data-panel]");
  if (panel) panel.textContent = box.panel.join(" ").trim() || "·";
  for (const lamp of stand.querySelectorAll("[data-lamp]")) lamp.classList.toggle("lit", Boolean(box.lamps[lamp.dataset.lamp]));
  const paper = stand.querySelector(".paper");
  if (paper && String(box.pieces) !== paper.dataset.pieces) {
    const first = paper.dataset.pieces === undefined;
    paper.dataset.pieces = box.pieces;
    paper.hidden = !box.pieces;
    if (box.pieces) {
      paper.src = `/boxes/${box.box}/paper?piece=${box.pieces}`;
      paper.classList.remove("new");
      if (!first) { void paper.offsetWidth; paper.classList.add("new"); }
    }
  }
}

function showParts(parts) {
  const list = document.getElementById("parts");
  list.replaceChildren(...parts.map((part) => {
    const item = document.createElement("span");
    item.className = part.ready ? "part" : "part down";
    item.dataset.part = part.name;
    item.append(part.name + (part.deaths ? ` ×${part.deaths}` : ""));
    const kill = document.createElement("button");
    kill.className = "quiet";
    kill.textContent = "kill -9";
    kill.onclick = () => send(`/parts/${part.name}/kill`);
    item.append(kill);
    return item;
  }));
}

const link = document.getElementById("link");
live("/events", {
  state: (state) => { state.boxes.forEach(showBox); showParts(state.parts); },
}, (up) => {
  link.className = up ? "pill ready" : "pill lost";
  link.textContent = up ? "đang chạy · live" : "mất kết nối · disconnected";
});
for (const image of document.querySelectorAll("[data-screen]")) { watch(image); touches(image); }
for (const stand of document.querySelectorAll("[data-box]")) hands(stand);
