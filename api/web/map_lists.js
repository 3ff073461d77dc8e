"use strict";
// The panel's lists: overview, routes, one route, roster, unserved tasks, violations.

function renderTabs() {
  const tabs = [
    ["overview", ui("overview_tab"), 0],
    ["routes", ui("routes_tab"), plan.routes.length],
    ["stations", ui("stations_tab"), plan.stations.length],
    ["haul", ui("haul_tab"), plan.haul.length],
    ["roster", ui("roster_tab"), plan.roster.length],
    ["unserved", ui("unserved_tab"), plan.unserved.length],
    ["violations", ui("violations_tab"), plan.violations.length],
    ...hooks.tabs.map((tab) => tab()),
  ];
  document.getElementById("tabs").replaceChildren(...tabs
    .filter(([key, , count]) => count || ["overview", "routes", "hand"].includes(key))
    .map(([key, label, count]) => el("button",
      { role: "tab", ariaSelected: String(state.tab === key), onclick: () => update({ tab: key }) },
      label, count ? el("sup", count) : null)));
}

// ---- overview ---------------------------------------------------------------------------------
function overviewPanel() {
  const figures = plan.kpis.filter((kpi) => kpi.text), groups = plan.kpis.filter((kpi) => kpi.rows);
  return [
    verdict(),
    ...differenceFacts(),
    el("dl.kpis", ...figures.map((kpi) => el("div", el("dt", pick(kpi.label)), el("dd", pick(kpi.text))))),
    ...groups.flatMap((group) => [el("h3", pick(group.label)), kpiTable(group)]),
    ...((plan.quotas || []).length ? [el("h3", ui("quotas_title"))] : []),
    ...(plan.quotas || []).map((quota) => el("p.note", pick(quota).join(" "))),
    ...(plan.notes.length ? [el("h3", ui("note")), ...plan.notes.map((note) => el("p.note", pick(note)))] : []),
    el("p.note", `${ui("engine")}: ${plan.engine} · ${ui("seed")} ${plan.seed} · ${ui("created")} ${plan.created}`),
    el("p.note", el("a", { href: fileAt("sheets/all.html"), target: "_blank" }, `${ui("sheet_link")} (${ui("all_routes")})`)),
  ];
}

// What differs from the plan this one was made from, and how it was asked to differ.
function differenceFacts() {
  const told = plan.difference, asked = pick(plan.what_if || [[], []]);
  if (!told && !asked.length) return [];
  return [el("section.card",
    asked.length ? el("h3", ui("what_if_banner")) : null, ...asked.map((text) => el("p", text)),
    told ? el("h3", word("difference", "title", told.date)) : null,
    told ? el("p.note", pick(told.counts).slice(0, 2).join(" · ")) : null,
    told ? el("table.plain", ...told.figures.slice(0, 12).map((one) => el("tr",
      el("td", pick(one.label)), el("td.num", pick(one.base)), el("td", "→"), el("td.num", pick(one.value))))) : null)];
}

function verdict() {
  const count = plan.violations.length;
  const left = plan.unserved.length;
  return el(count ? "p.verdict.bad" : left ? "p.verdict.left" : "p.verdict.good", pick(plan.verdict));
}

// A group of groups is a table with one row each; a group of figures is a two-column table.
function kpiTable(group) {
  if (!group.rows.length || group.rows.some((row) => !row.rows)) {
    return el("table.plain", ...group.rows.filter((row) => row.text).map((row) =>
      el("tr", el("td", pick(row.label)), el("td.num", pick(row.text)))));
  }
  const columns = new Map();
  for (const row of group.rows) for (const cell of row.rows) if (cell.text) columns.set(cell.key, cell);
  return el("div.scroll", el("table.plain",
    el("tr", el("th"), ...[...columns.values()].map((cell) => el("th.num", pick(cell.label)))),
    ...group.rows.map((row) => el("tr", el("td", pick(row.label)), ...[...columns.keys()].map((key) => {
      const cell = row.rows.find((each) => each.key === key);
      return el("td.num", cell && cell.text ? pick(cell.text) : "");
    })))));
}

// ---- routes -----------------------------------------------------------------------------------
function routesPanel() {
  const route = plan.routes[state.route];
  return route ? routeDetail(route) : routeList();
}

function choice(key, allText, values, label) {
  return el("select", { ariaLabel: allText, onchange: (event) => update({ [key]: event.target.value }) },
    el("option", { value: "", selected: !state[key] }, allText),
    ...values.map((value) => el("option", { value, selected: state[key] === value }, label(value))));
}

function routeList() {
  const all = (key) => [...new Set(plan.routes.map((route) => route[key]))].sort();
  const found = plan.routes.filter(matches), shown = found.filter(isShown);
  return [
    el("div.filters",
      choice("operation", ui("all_operations"), operations, (value) => word("operation", value)),
      choice("type", ui("all_vehicles"), all("type"), (value) => word("vehicle_type", value)),
      choice("shift", ui("all_shifts"), all("shift"), (value) => word("shift", value)),
      searchField()),
    el("div.row",
      el("span.note", ui("routes_shown", shown.length, plan.routes.length)),
      el("button.link", { onclick: () => update({ hidden: new Set() }) }, ui("show_all")),
      el("button.link", { onclick: () => update({ hidden: new Set(plan.routes.map((route) => route.number)) }) }, ui("hide_all"))),
    el("ul.routes", ...found.map(routeRow)),
    ...searchHits(found),
  ];
}

// Half a word of an input method is not looked for.
function searchField() {
  const field = el("input", { type: "search", id: "search", placeholder: ui("search"), value: state.text });
  const search = (event) => event.isComposing || update({ text: field.value });
  for (const kind of ["input", "compositionend"]) field.addEventListener(kind, search);
  return field;
}

const MOST_HITS = 40;

function searchHits(found) {
  const hits = found.flatMap(finds);
  if (!hits.length) return [];
  return [el("h3", ui("found_services"), el("sup", hits.length)),
    el("ul.tasks", ...hits.slice(0, MOST_HITS).map((step) => el("li", el("button.link", {
      onclick: () => { openRoute(step.route, step); if (step.line) showStep(step); } }, stepText(step)),
    el("small", `${step.route.vehicle} ${clock(step.arrive)}`), el("span", step.task))))];
}

function routeRow(route) {
  const toggle = (event) => {
    const hidden = new Set(state.hidden);
    if (event.target.checked) hidden.delete(route.number);
    else hidden.add(route.number);
    update({ hidden });
  };
  return hooks.row(route, el("li",
    el("input", { type: "checkbox", checked: !state.hidden.has(route.number), onchange: toggle, ariaLabel: route.id }),
    el("i", { style: { background: colourOf(route) } }),
    el("button.open", { onclick: () => openRoute(route) },
      el("b", route.vehicle), el("span", word("operation", route.operation)),
      el("small", `${clock(route.depart)}–${clock(route.end)}`),
      el("small", [route.plate, route.id, word("shift", route.shift)].filter(Boolean).join(" · ")), el("small"), el("small", km(route.distance_m)))));
}

function openRoute(route, step = null) {
  const hidden = new Set(state.hidden);
  hidden.delete(route.number);
  update({ tab: "routes", route: route.number, step, hidden });
  if (!step) fitRoute(route);
}

function routeDetail(route) {
  const crew = route.crew.join("、") || ui("not_assigned");
  const facts = [
    [word("column", "operation"), word("operation", route.operation)],
    [word("column", "vehicle_type"), word("vehicle_type", route.type)],
    [word("column", "shift"), word("shift", route.shift)],
    [word("column", "crew"), `${crew} (${ui("people_needed", route.needed)})`],
    [word("column", "depart"), clock(route.depart)],
    [word("column", "return"), clock(route.end)],
    [ui("service_line"), km(route.service_m)],
    [ui("deadhead_line"), km(route.deadhead_m)],
    [ui("duration"), hours(route.duration_s)],
    [word("column", "cost_cny"), route.cost.toLocaleString("en")],
  ];
  return [
    el("button.link", { onclick: () => update({ route: null, step: null }) }, `← ${ui("back")}`),
    el("h2", el("i", { style: { background: colourOf(route) } }), route.vehicle, el("small", [route.plate, route.id].filter(Boolean).join(" · "))),
    ...hooks.route(route),
    hooks.facts(route) ? el("p.good", hooks.facts(route)) : null,
    el("dl.facts", ...facts.map(([label, value]) => el("div", el("dt", label), el("dd", value)))),
    el("p.row", el("a", { href: fileAt(`sheets/${route.file}.html`), target: "_blank" }, ui("sheet_link")),
      el("a", { href: fileAt(`gpx/${route.file}.gpx`), target: "_blank" }, "GPX")),
    ...route.trips.flatMap((trip, number) => [el("h3", ui("trip_n", number + 1)), el("ol.steps", ...trip.map(stepRow))]),
  ];
}

function stepRow(step) {
  const onclick = () => {
    update({ step, time: state.time === null ? null : step.arrive });
    if (step.line) showStep(step);
  };
  const current = state.step === step ? ".current" : "";
  const onkeydown = (event) => { if (event.key === "Enter" && event.target === event.currentTarget) onclick(); };
  return hooks.step(step, el(`li.${step.kind}${current}`, { onclick, onkeydown, tabIndex: 0 },
    el("time", clock(step.arrive)), el("b", word("kind", step.kind)), el("span", stepText(step)),
    el("small", step.distance ? distance(step.distance) : "")));
}

// ---- roster, unserved, violations ---------------------------------------------------------------
function rosterPanel() {
  const span = [Math.min(...plan.roster.map((duty) => duty[3])), Math.max(...plan.roster.map((duty) => duty[4]))];
  const percent = (time) => `${(100 * (time - span[0])) / (span[1] - span[0] || 1)}%`;
  return [el("p.note", el("a", { href: fileAt("sheets/drivers.html"), target: "_blank" }, `${ui("driver_sheet")} (${ui("all_drivers")})`)),
  el("table.plain", el("tr", el("th", word("column", "driver")), el("th", word("column", "work")),
    el("th", word("column", "t")), el("th")),
  ...plan.roster.map(([id, name, work, begin, end, overtime, file]) => el("tr",
    el("td", el("a", { href: fileAt(`sheets/${file}.html`), target: "_blank" }, name || id)),
    el("td", ...work.flatMap((each, number) => (number ? [", ", workLink(each)] : [workLink(each)]))),
    el("td.num", `${clock(begin)}–${clock(end)}`, overtime ? el("small", ` +${hours(overtime)}`) : null),
    el("td.bar", el("u", { style: { left: percent(begin), width: percent(end - begin + span[0]) } })))))];
}

function workLink(id) {
  const route = plan.routes.find((each) => each.id === id);
  if (route) return el("button.link", { onclick: () => openRoute(route) }, id);
  return plan.tours.some((tour) => tour[0] === id) ? el("button.link", { onclick: () => update({ tab: "haul" }) }, id) : el("span.note", id);
}

function unservedPanel() {
  const groups = new Map();
  for (const task of plan.unserved) groups.set(task.reason, [...(groups.get(task.reason) || []), task]);
  return [...groups].flatMap(([reason, tasks]) => [
    el("h3", word("reason", reason), el("sup", tasks.length)),
    el("ul.tasks", ...tasks.slice(0, 300).map((task) => el("li",
      el("button.link", { onclick: () => map.setView([task.lat, task.lon], Math.max(16, map.getZoom())) }, task.name || task.task),
      el("small", word("operation", task.operation)), ...hooks.unserved(task),
      pick(task.relaxation) ? el("span", `${word("column", "relaxation")}: ${pick(task.relaxation)}`) : null))),
  ]);
}

function violationsPanel() {
  const place = (one) => [one.route ? workLink(one.route) : one.where, ...[one.vehicle, one.route && one.where !== one.route ? one.where : ""]
    .filter(Boolean).map((text) => el("small", text))];
  const show = (one) => one.place && { onclick: () => map.setView(one.place, Math.max(16, map.getZoom())) };
  return [verdict(), el("table.plain",
    el("tr", ...["law", "where", "amount", "detail"].map((key) => el("th", word("column", key)))),
    ...plan.violations.map((one) => el("tr",
      el("td", one.place ? el("button.link", show(one), pick(one.law)) : pick(one.law), el("small", one.code)),
      el("td", ...place(one)), el("td.num", pick(one.amount)), el("td", pick(one.detail)))))];
}
