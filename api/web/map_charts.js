"use strict";
// Drawn figures: stations by quarter-hour, haul Gantt, vehicles out over the day.

const CHART = { width: 520, height: 88, left: 34, right: 8, top: 8, bottom: 18 };

function timeScale(from, to, chart = CHART) {
  const span = Math.max(1, to - from);
  return (time) => chart.left + ((time - from) / span) * (chart.width - chart.left - chart.right);
}

function hourTicks(x, from, to, y, height) {
  const every = (to - from) / 3600 > 14 ? 4 : 2, out = [];
  for (let hour = Math.ceil(from / 3600 / every) * every; hour * 3600 <= to; hour += every) {
    const at = x(hour * 3600);
    out.push(svg("line", { x1: at, x2: at, y1: y - height, y2: y, class: "grid" }),
      svg("text", { x: at, y: y + 12, class: "tick" }, `${String(hour % 24).padStart(2, "0")}`));
  }
  return out;
}

// ---- stations -----------------------------------------------------------------------------------
function stationsPanel() {
  if (!plan.stations.length) return [el("p.note", ui("no_stations"))];
  const times = plan.stations.flatMap((station) => station.series.map((point) => point[0]));
  const from = Math.min(...times, 86400), to = Math.max(...times.map((time) => time + 900), from + 3600);
  return plan.stations.map((station) => stationCard(station, from, to));
}

function stationCard(station, from, to) {
  const over = { over: ".bad", near: ".near" }[station.alarm] ?? "";
  const unit = word("unit", "t"), fixed = (number) => number.toFixed(1);
  const site = plan.sites.find((each) => each.id === station.id);
  return el(`section.card${over}`,
    el("h3", el("button.link", { onclick: () => site && map.setView([site.lat, site.lon], 16) }, station.name),
      el("b.ratio", `${(100 * station.load_ratio).toFixed(0)} %`)),
    el("div.meter", el("u", { style: { width: `${Math.min(100, (100 * station.load_ratio) / 1.3)}%` } }), el("s")),
    el("p.note", [
      `${ui("taken")} ${fixed(station.taken_t)} / ${ui("design")} ${fixed(station.design_t)} ${unit}`,
      `${ui("peak")} ${fixed(station.peak_ratio)}`,
      `${ui("max_wait")} ${Math.round(station.max_wait_s / 60)} ${word("unit", "min")}`,
    ].join(" · ")),
    station.series.length ? bars(station, from, to, [
      { label: ui("arrivals"), value: (point) => point[1], class: "arrivals" },
      { label: ui("queue"), value: (point) => point[3], class: "queue" },
    ]) : null,
    station.series.length ? bars(station, from, to, [
      { label: `${ui("stock")} (${unit})`, value: (point) => point[4], class: "stock" },
    ], station.storage_t, ui("storage")) : null);
}

function bars(station, from, to, kinds, limit = 0, limitText = "") {
  const top = Math.max(1, limit, ...kinds.flatMap((kind) => station.series.map(kind.value)));
  const x = timeScale(from, to), floor = CHART.height - CHART.bottom;
  const y = (value) => floor - (value / top) * (floor - CHART.top);
  const width = Math.max(1, (x(from + 900) - x(from)) / kinds.length - 0.6);
  const parts = [...hourTicks(x, from, to, floor, floor - CHART.top),
    svg("text", { x: CHART.left - 4, y: CHART.top + 6, class: "tick end" }, Number(top.toFixed(1))),
    svg("text", { x: CHART.left - 4, y: floor, class: "tick end" }, 0)];
  kinds.forEach((kind, number) => {
    for (const point of station.series) {
      const value = kind.value(point);
      if (value > 0) {
        parts.push(svg("rect", { x: x(point[0]) + number * width, y: y(value), width, height: floor - y(value),
          class: limit && value > limit ? "over" : kind.class }, svg("title", {}, `${clock(point[0])} ${kind.label} ${value}`)));
      }
    }
  });
  if (limit) parts.push(svg("line", { x1: CHART.left, x2: CHART.width - CHART.right, y1: y(limit), y2: y(limit), class: "limit" }));
  const keys = el("p.keys", ...kinds.map((kind) => el("span", el(`i.${kind.class}`), kind.label)),
    limit ? el("span", el("i.limit"), `${limitText} ${limit} ${word("unit", "t")}`) : null);
  return el("div", keys, svg("svg", { viewBox: `0 0 ${CHART.width} ${CHART.height}`, class: "chart" }, ...parts));
}

// ---- haul ---------------------------------------------------------------------------------------
function haulPanel() {
  const vehicles = [...new Set([...plan.tours.map((tour) => tour[1]), ...plan.haul.map((run) => run[1])])].sort();
  const from = Math.min(...plan.haul.map((run) => run[7]), ...plan.tours.map((tour) => tour[2]));
  const to = Math.max(...plan.haul.map((run) => run[11]), ...plan.tours.map((tour) => tour[3]));
  const chart = { ...CHART, left: 84, height: 26 * vehicles.length + 26 };
  const x = timeScale(from, to, chart), floor = chart.height - 18, parts = hourTicks(x, from, to, floor, floor - 4);
  const phases = [["swap", 7, 8], ["to_plant", 8, 9], ["at_plant", 9, 10], ["back_haul", 10, 11]];
  const block = (row, name, begin, end, label) => svg("rect", { x: x(begin), y: 6 + 26 * row, width: Math.max(0.8, x(end) - x(begin)), height: 18, class: name },
    svg("title", {}, `${label} ${clock(begin)}–${clock(end)}`));
  vehicles.forEach((vehicle, row) => {
    parts.push(svg("text", { x: chart.left - 6, y: 19 + 26 * row, class: "tick end name" }, vehicle));
    const tours = plan.tours.filter((tour) => tour[1] === vehicle);
    for (const tour of tours) parts.push(block(row, "on_duty", tour[2], tour[3], `${tour[0]} ${ui("on_duty")}`));
    for (const run of plan.haul.filter((each) => each[1] === vehicle)) {
      for (const [phase, a, b] of phases) {
        parts.push(block(row, phase, run[a], run[b], `${run[3]} → ${run[4]} ${run[6]} ${word("unit", "t")}, ${ui(phase)}`));
      }
    }
    for (const tour of tours) for (const [begin, end] of tour[4]) parts.push(block(row, "rest", begin, end, ui("rest")));
  });
  const columns = ["vehicle", "driver", "station", "plant", "tonnes", "swap_begin", "arrive_plant", "back"];
  return [
    el("p.keys", ...[...phases.map(([phase]) => phase), "rest", "on_duty"].map((phase) => el("span", el(`i.${phase}`), ui(phase)))),
    svg("svg", { viewBox: `0 0 ${chart.width} ${chart.height}`, class: "chart gantt" }, ...parts),
    ...plantsTable(),
    el("div.scroll", el("table.plain", el("tr", ...columns.map((key) => el("th", word("column", key)))),
      ...plan.haul.map((run) => el("tr", el("td", run[1]), el("td", run[2]), el("td", run[3]), el("td", run[4]),
        el("td.num", run[6].toFixed(1)), ...[7, 9, 11].map((key) => el("td.num", clock(run[key]))))))),
  ];
}

function plantsTable() {
  const total = plan.plants.reduce((sum, [, hauled, direct]) => sum + hauled + direct, 0);
  return [el("h3", ui("plants_title")), el("table.plain",
    el("tr", ...["plant", "hauled_t", "direct_t", "quota_t"].map((key) => el("th", word("column", key)))),
    ...plan.plants.map(([name, hauled, direct, quota]) => el("tr", el("td", name), el("td.num", hauled.toFixed(1)),
      el("td.num", direct ? direct.toFixed(1) : ""), el("td.num", quota ? quota.toFixed(0) : "–"))),
    el("tr", el("td", el("b", ui("total"))), el("td.num", { colSpan: 2 }, el("b", total.toFixed(1))), el("td")))];
}

// ---- vehicles out, over the slider ---------------------------------------------------------------
function vehiclesOutChart() {
  const bins = 160, step = (lastTime - firstTime) / bins, counts = [];
  for (let bin = 0; bin < bins; bin++) {
    const time = firstTime + (bin + 0.5) * step;
    counts.push(plan.routes.filter((route) => isShown(route) && route.depart <= time && time <= route.end).length);
  }
  const top = Math.max(1, ...counts);
  const points = counts.map((count, bin) => `${bin + 0.5},${(24 - (22 * count) / top).toFixed(1)}`);
  return svg("svg", { viewBox: `0 0 ${bins} 24`, preserveAspectRatio: "none", class: "out" },
    svg("polygon", { points: `0,24 ${points.join(" ")} ${bins},24` }));
}

function hourScale() {
  const out = [], every = lastTime - firstTime > 20 * 3600 ? 3 : 2;
  for (let hour = Math.ceil(firstTime / 3600); hour * 3600 <= lastTime; hour++) {
    if (hour % every === 0) {
      out.push(el("span", { style: { left: `${(100 * (hour * 3600 - firstTime)) / (lastTime - firstTime)}%` } }, clock(hour * 3600)));
    }
  }
  return out;
}
