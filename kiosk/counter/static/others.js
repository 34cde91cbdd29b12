// The other counters: who serves which number, who pauses and until when, and how many wait for what.
"use strict";
addRoom({
  name: "others", titles: { vi: "Quầy khác", en: "Counters" },
  show(told) {
    const w = DESKS[language], others = told.counters.filter((desk) => desk.id !== told.counter.id);
    byId("room-others").replaceChildren(others.length ? element("div", { class: "desks" }, ...others.map((desk) => deskCard(desk, told.services, w))) : element("p", { class: "soft" }, w.none));
  },
});
