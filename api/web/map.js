"use strict";
// The page: map, layers, header, time bar, and render(state).

const map = L.map("map", { zoomControl: false, attributionControl: true, zoomSnap: 0.5, maxZoom: 19, minZoom: 8 });
map.attributionControl.setPrefix("");
map.attributionControl.addAttribution(plan.attribution.includes("OpenStreetMap") ? plan.attribution : `© OpenStreetMap contributors · ${plan.attribution}`);
L.control.zoom({ position: "topright" }).addTo(map);
L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
map.createPane("roads").style.zIndex = 250;
map.createPane("routes").style.zIndex = 420;
const baseCanvas = new PlanCanvas(paintBase, { pane: "roads" });
const routeCanvas = new PlanCanvas(paintRoutes, { pane: "routes" });
const markers = [];

function extent(routes) {
  const box = L.latLngBounds([]);
  for (const route of routes) {
    for (const step of route.steps) {
      if (!step.line) continue;
      const [west, south] = lonLat(step.line.west, step.line.south), [east, north] = lonLat(step.line.east, step.line.north);
      box.extend([south, west]).extend([north, east]);
    }
  }
  return box;
}

function wholeExtent() {
  const box = extent(plan.routes);
  plan.unserved.forEach((task) => box.extend([task.lat, task.lon]));
  if (!box.isValid()) plan.sites.forEach((site) => box.extend([site.lat, site.lon]));
  return box.isValid() ? box : L.latLngBounds([[31.7, 119.9], [31.9, 120.1]]);
}

function fitRoute(route) {
  const box = extent([route]);
  if (box.isValid()) map.flyToBounds(box.pad(0.1), { duration: 0.5 });
}

function showStep(step) {
  const [west, south] = lonLat(step.line.west, step.line.south), [east, north] = lonLat(step.line.east, step.line.north);
  const box = L.latLngBounds([[south, west], [north, east]]);
  if (!map.getBounds().contains(box) || map.getZoom() < 14) map.flyToBounds(box.pad(0.6), { duration: 0.4, maxZoom: 16.5 });
}

// ---- facilities -------------------------------------------------------------------------------
function renderSites() {
  markers.splice(0).forEach((marker) => marker.remove());
  for (const site of plan.sites) {
    const station = plan.stations.find((each) => each.id === site.id);
    const over = station && station.alarm === "over" ? " over" : "";
    const icon = L.divIcon({ className: `site ${site.kind}${over}`, iconSize: [24, 24], html: el("span", word("glyph", site.kind)) });
    const marker = L.marker([site.lat, site.lon], { icon, title: site.name, keyboard: false, zIndexOffset: site.kind === "station" ? 500 : 0 });
    marker.bindTooltip(el("span", site.name), { permanent: true, ...NAME_SIDES[0], className: `name ${site.kind}` });
    marker.bindPopup(() => sitePopup(site, station));
    marker.addTo(map);
    markers.push(marker);
  }
  placeNames();
}

const NAME_SIDES = [
  { direction: "right", offset: [12, 0] }, { direction: "left", offset: [-12, 0] },
  { direction: "bottom", offset: [0, 12] }, { direction: "top", offset: [0, -12] },
];

// Each name on the first side where it covers no site nor name before it; on none: the pointer tells it.
function placeNames() {
  const taken = markers.map((marker) => marker.getElement().getBoundingClientRect());
  for (const marker of [...markers].sort((a, b) => b.options.zIndexOffset - a.options.zIndexOffset)) {
    const name = marker.getTooltip(), node = name.getElement(), own = marker.getElement();
    if (getComputedStyle(node).display === "none") continue;
    const free = NAME_SIDES.some((side) => {
      Object.assign(name.options, side);
      name.update();
      const box = node.getBoundingClientRect();
      if (taken.some((other, i) => markers[i]?.getElement() !== own && overlap(box, other))) return false;
      taken.push(box);
      return true;
    });
    node.style.visibility = free ? "visible" : "hidden";
  }
}

const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

function sitePopup(site, station) {
  const rows = [word("site", site.kind), site.windows.map(([a, b]) => `${clock(a)}–${clock(b)}`).join(", "),
    site.streams.map((stream) => word("stream", stream)).join("、")];
  if (site.design_t) rows.push(`${ui("design")} ${site.design_t.toFixed(0)} ${word("unit", "t")}`);
  if (site.access_km) rows.push(`${ui("off_map")} +${site.access_km.toFixed(1)} ${word("unit", "km")}`);
  return el("div.popup", el("b", site.name), ...rows.filter(Boolean).map((text) => el("p", text)),
    station ? el("button.link", { onclick: () => update({ tab: "stations" }) }, `${ui("taken")} ${station.taken_t.toFixed(1)} ${word("unit", "t")} · ${(100 * station.load_ratio).toFixed(0)} %`) : null);
}

// ---- header, legend -----------------------------------------------------------------------------
function renderHead() {
  const told = pick(plan.what_if || [[], []]).length ? `${ui("what_if_banner")} ` : "";
  document.title = `${told}${plan.district} ${plan.date} ${ui("day_plan")}`;
  document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
  const whole = plan.kpis.some((kpi) => kpi.key === "day_km");
  const wanted = whole ? ["served", "day_km", "day_cost_cny", "day_co2_kg"] : ["served", "service_km", "deadhead_km", "cost_cny", "co2_kg"];
  const chips = wanted.map((key) => plan.kpis.find((kpi) => kpi.key === key)).filter((kpi) => kpi && kpi.text);
  const asked = pick(plan.what_if || [[], []]);
  document.getElementById("head").classList.toggle("what-if", asked.length > 0);
  fillHead([...hooks.head(),
    el("h1", plan.district, el("span", `${plan.date} ${ui("day_plan")}`)),
    asked.length ? el("strong.asked", `${ui("what_if_banner")} ${asked.join("; ")}`) : null,
    el("div.chips", ...chips.map((kpi) => el("span", pick(kpi.label), el("b", pick(kpi.text))))),
    el("button", { onclick: () => map.fitBounds(wholeExtent()) }, ui("fit")),
    el("button", { onclick: () => update({ language: state.language === "zh" ? "en" : "zh" }) }, ui("other_language"))]);
}

function fillHead(parts) {
  document.getElementById("head").replaceChildren(...parts.filter(Boolean));
}

function renderLegend() {
  const kinds = [...new Set(plan.sites.map((site) => site.kind))];
  const colours = state.colourBy === "operation"
    ? operations.map((operation, i) => el("p", el("i.line", { style: { background: OPERATION_COLOURS[i % OPERATION_COLOURS.length] } }), word("operation", operation)))
    : [];
  document.getElementById("legend").replaceChildren(
    el("label", ui("colour_by"), el("select", { onchange: (event) => update({ colourBy: event.target.value }) },
      ...["route", "operation"].map((value) => el("option", { value, selected: state.colourBy === value }, ui(`colour_${value}`))))),
    ...colours,
    el("p", el("i.line"), ui("service_line")), el("p", el("i.dash"), ui("deadhead_line")),
    plan.unserved.length ? el("p", el("i.diamond"), ui("unserved_mark")) : null,
    ...kinds.map((kind) => el("p", el(`i.site.${kind}`, word("glyph", kind)), word("site", kind))));
}

// ---- time ---------------------------------------------------------------------------------------
const slider = el("input", { type: "range", min: firstTime, max: lastTime, step: 60, value: lastTime,
  oninput: () => update({ time: Number(slider.value), playing: false }) });

function renderTimeBar() {
  const time = el("output", { id: "clock" }), note = el("small", { id: "now" });
  slider.ariaLabel = word("column", "t");
  document.getElementById("timebar").replaceChildren(
    el("button.play", { id: "play", onclick: play }),
    el("div.clock", time, note),
    el("div.track", vehiclesOutChart(), slider, el("div.hours", ...hourScale())),
    el("button", { onclick: () => update({ time: null, playing: false }) }, ui("whole_day")));
}

function renderClock() {
  const whole = state.time === null;
  document.getElementById("play").textContent = state.playing ? "❚❚" : "▶";
  document.getElementById("play").title = ui(state.playing ? "pause" : "play");
  document.getElementById("clock").textContent = whole ? ui("whole_day") : clock(state.time);
  if (whole) slider.value = lastTime;
  else if (document.activeElement !== slider || state.playing) slider.value = state.time;
  const shown = plan.routes.filter(isShown), now = whole ? Infinity : state.time;
  let done = 0, all = 0, out = 0;
  for (const route of shown) {
    if (route.depart <= now && now <= route.end) out += 1;
    for (const step of route.steps) {
      if (step.kind !== "serve") continue;
      const amount = step.depart - step.arrive;
      all += amount;
      done += Math.max(0, Math.min(amount, now - step.arrive));
    }
  }
  const share = all ? Math.floor((100 * done) / all) : 0;
  document.getElementById("now").textContent = whole
    ? ui("routes_shown", shown.length, plan.routes.length)
    : `${ui("progress_now")} ${share} % · ${ui("vehicles_out")} ${out}`;
}

let frame = 0;
function play() {
  const again = state.time === null || state.time >= lastTime;
  update({ playing: !state.playing, time: again ? firstTime : state.time });
  cancelAnimationFrame(frame);
  if (state.playing) frame = requestAnimationFrame((now) => tick(now, now));
}

// The whole day in 60 seconds.
function tick(last, now) {
  if (!state.playing) return;
  const time = Math.min(lastTime, state.time + ((now - last) / 1000) * ((lastTime - firstTime) / 60));
  update({ time, playing: time < lastTime });
  frame = requestAnimationFrame((next) => tick(now, next));
}

// ---- pointer ------------------------------------------------------------------------------------
const hint = L.tooltip({ className: "hint", offset: [8, 0], opacity: 1 });
let pointer = 0;

function hintOf(found) {
  if (found.task) {
    return el("div", el("b", found.task.name || found.task.task), el("p", word("reason", found.task.reason)),
      pick(found.task.relaxation) ? el("p", pick(found.task.relaxation)) : null);
  }
  const { step } = found;
  return el("div", el("b", `${step.route.vehicle} · ${word("operation", step.route.operation)}`),
    el("p", `${clock(step.arrive)}–${clock(step.depart)} ${word("kind", step.kind)}`), el("p", stepText(step)));
}

map.on("mousemove", (event) => {
  cancelAnimationFrame(pointer);
  pointer = requestAnimationFrame(() => {
    const found = hit(event.latlng, map.getZoom());
    map.getContainer().style.cursor = found ? "pointer" : "";
    if (found && !document.body.classList.contains("dragging")) hint.setLatLng(event.latlng).setContent(hintOf(found)).addTo(map);
    else hint.remove();
  });
});
map.on("mouseout", () => hint.remove());
map.on("click", (event) => {
  if (hooks.click(event.latlng)) return;
  const found = hit(event.latlng, map.getZoom());
  if (found && found.step) openRoute(found.step.route, found.step);
  else if (found) update({ tab: "unserved" });
});
map.on("zoomend", nameByZoom);

function nameByZoom() {
  map.getContainer().classList.toggle("near", map.getZoom() >= 13.5);
  map.getContainer().classList.toggle("close", map.getZoom() >= 15);
  placeNames();
}

// ---- render -------------------------------------------------------------------------------------
function render(now) {
  const words = changed("language"), filters = changed("operation", "type", "shift", "text", "hidden", "revision");
  if (words) [renderHead, renderSites].forEach((each) => each());
  if (changed("language", "colourBy")) renderLegend();
  if (changed("language", "tab", "revision")) renderTabs();
  if (words || filters) renderTimeBar();
  if (words || filters || changed("tab", "route", "step", "colourBy")) renderPanel();
  if (words || filters || changed("time", "playing")) renderClock();
  if (filters || changed("time", "playing", "route", "step", "colourBy")) routeCanvas.redraw();
  drawn = { ...now };
  hooks.shown();
}

const PANELS = {
  overview: overviewPanel, routes: routesPanel, stations: stationsPanel, haul: haulPanel,
  roster: rosterPanel, unserved: unservedPanel, violations: violationsPanel,
};

function renderPanel() {
  const body = document.getElementById("body"), keep = drawn.tab === state.tab && drawn.route === state.route;
  const top = keep ? body.scrollTop : 0;
  document.getElementById("panel").className = ["stations", "haul", "roster"].includes(state.tab) ? "wide" : "";
  const fresh = PANELS[state.tab](), filters = body.querySelector(".filters");
  if (filters?.contains(document.activeElement) && fresh[0]?.className === "filters") {
    while (filters.nextSibling) filters.nextSibling.remove(); // an input method lives in the field: it stays
    body.append(...fresh.slice(1));
  } else settle(body, fresh);
  body.scrollTop = top;
}

// What stands there already is not taken out and put in again: a field that is typed in keeps its cursor.
function settle(body, fresh) {
  const wanted = fresh.filter((one) => one !== null && one !== undefined && one !== false);
  for (const node of [...body.childNodes]) if (!wanted.includes(node)) node.remove();
  let at = body.firstChild;
  for (const node of wanted) {
    if (node === at) at = at.nextSibling;
    else body.insertBefore(node instanceof Node ? node : document.createTextNode(node), at);
  }
}

// map.html#tab=routes&route=sweep-01&time=08:30&language=en opens the page at that view, #task=ID at a service.
function openAddress() {
  const wanted = new URLSearchParams(location.hash.slice(1)), [hour, minute] = (wanted.get("time") || "").split(":").map(Number);
  const route = plan.routes.findIndex((each) => each.id === wanted.get("route"));
  if (wanted.get("tab") in PANELS) state.tab = wanted.get("tab");
  if (["zh", "en"].includes(wanted.get("language"))) state.language = wanted.get("language");
  if (["route", "operation"].includes(wanted.get("colour"))) state.colourBy = wanted.get("colour");
  if (hour >= 0 && minute >= 0) state.time = Math.min(lastTime, Math.max(firstTime, hour * 3600 + minute * 60));
  if (route >= 0) {
    Object.assign(state, { tab: "routes", route });
    map.fitBounds(extent([plan.routes[route]]).pad(0.1));
  }
  const task = wanted.get("task"), step = task && plan.routes.flatMap((each) => each.steps).find((each) => each.task === task);
  const left = task && plan.unserved.find((each) => each.task === task);
  if (step) {
    Object.assign(state, { tab: "routes", route: step.route.number, step });
    if (step.line) showStep(step);
  } else if (left) {
    Object.assign(state, { tab: "unserved", route: null, step: null });
    map.setView([left.lat, left.lon], 16);
  }
}
window.addEventListener("hashchange", () => {
  openAddress();
  render(state);
});

if (plan.tiles) L.tileLayer(plan.tiles, { maxZoom: 19 }).addTo(map);
map.fitBounds(wholeExtent(), { padding: [20, 20] });
if (!plan.tiles) baseCanvas.addTo(map);
routeCanvas.addTo(map);
// In the frame after: what made room for itself beside the map is seen first.
new ResizeObserver(() => requestAnimationFrame(() => map.invalidateSize({ animate: false }))).observe(map.getContainer());

function begin() {
  nameByZoom();
  openAddress();
  render(state);
}
if (!plan.later) begin(); // a page with scripts of its own begins when they are there
