// Fields that ask for a unit (`data-units`): what is typed is looked for in the tree of units.
"use strict";
for (const field of document.querySelectorAll("[data-units]")) {
  let asked = 0;
  field.addEventListener("input", () => {
    clearTimeout(asked);
    asked = setTimeout(async () => {
      const sought = field.value.trim();
      if (sought.length < 2) return;
      const answer = await fetch("/api/units?q=" + encodeURIComponent(sought));
      if (!answer.ok) return;
      const found = (await answer.json()).map((unit) => {
        const option = document.createElement("option");
        option.value = unit.code + " " + unit.label;
        return option;
      });
      document.getElementById(field.getAttribute("list")).replaceChildren(...found);
    }, 200);
  });
}
