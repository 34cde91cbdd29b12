// The officer's room of figures: the own counter, and the services it serves.
"use strict";
const ownTotals = Totals(byId("room-totals"), "/api/officer/totals");
addRoom({ name: "totals", titles: { vi: "Số liệu", en: "Figures" }, show: () => ownTotals.ask(), hide: () => ownTotals.forget() });
