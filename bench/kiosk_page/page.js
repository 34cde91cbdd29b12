"use strict";
const [home, confirm, icon, title, facts, back] =
  ["home", "confirm", "icon", "title", "facts", "back"].map((id) => document.getElementById(id));

function show(section) {
  home.hidden = section !== home;
  confirm.hidden = section !== confirm;
}

for (const tile of home.querySelectorAll(".tile")) {
  tile.addEventListener("pointerdown", () => {
    icon.src = `${tile.dataset.icon}.png`;
    title.textContent = tile.querySelector("b").textContent;
    facts.textContent = tile.dataset.facts;
    show(confirm);
  });
}
back.addEventListener("pointerdown", () => show(home));
