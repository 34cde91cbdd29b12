"use strict";
follow({
  site: (site) => {
    byId("site").textContent = site.names.vi;
    byId("sample").hidden = !site.sample_data;
    byId("services").replaceChildren(...site.services.map((service) => element("tr", {},
      element("td", {}, `${service.prefix} · ${service.names.vi}`),
      element("td", {}, String(service.waiting)),
      element("td", {}, minutes(service.expected_wait_s, "vi")),
      element("td", {}, service.counters.join(", ")))));
  },
}, (up) => {
  byId("line").className = up ? "pill ready" : "pill lost";
  byId("line").textContent = up ? "trực tuyến" : "mất kết nối";
});
