// Begins the console, once all of its rooms are there.
"use strict";
follow({
  ...Object.assign({}, ...ROOMS.map((room) => room.hear || {})),
  press: pressed,
  site: (fresh) => { const first = !site; site = fresh; if (first || !state) paint(); },
  board: (fresh) => { const now = JSON.stringify(fresh); if (state && now !== boardText) ask(); boardText = now; },
}, (up) => { byId("down").hidden = up; document.body.classList.toggle("stale", !up); if (up && state) ask(); });
setInterval(paintTimers, 1000);
setInterval(() => { if (state) ask(); }, 30000);
paint();
if (localStorage.getItem("counter")) ask();
