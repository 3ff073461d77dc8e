"use strict";
// The server's start page: districts with a start button, jobs with their progress, plans.

const { words } = JSON.parse(document.getElementById("content").textContent);
const state = { language: "zh", districts: [], plans: [], jobs: new Map(), problem: "", date: new Date().toLocaleDateString("sv"), seconds: 60, seed: 1, without: "", demand_factor: 1, keep: "" };

const pick = (pair) => pair[state.language === "zh" ? 0 : 1];
const ui = (key) => (words.ui[key] ? pick(words.ui[key]) : key);

function update(changes) {
  Object.assign(state, changes);
  render(state);
}

function el(tag, attributes, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = Object.assign(document.createElement(name), attributes);
  if (classes.length) node.className = classes.join(" ");
  node.append(...children.flat().filter((child) => child !== null && child !== undefined).map((child) => (child instanceof Node ? child : String(child))));
  return node;
}

const OVER = new Set(["finished", "failed", "cancelled", "interrupted"]);

async function call(path, options) {
  try {
    const response = await fetch(path, options);
    const body = await response.json();
    if (response.ok) return body;
    update({ problem: body.errors.map(problemText).join("\n") });
  } catch {
    update({ problem: ui("open_failed") });
  }
  return null;
}

function problemText(error) {
  const place = [error.file, error.row ? `#${error.row}` : "", error.column, error.value].filter(Boolean).join(" ");
  const message = state.language === "zh" ? error.message_zh : error.message_en;
  const hint = state.language === "zh" ? error.hint_zh : error.hint_en;
  return [place, message, hint ? `→ ${hint}` : ""].filter(Boolean).join("  ");
}

async function refresh() {
  const [districts, plans, jobs] = await Promise.all(["districts", "plans", "jobs"].map((name) => call(`/api/${name}`)));
  if (!districts || !plans || !jobs) return;
  for (const job of jobs.reverse()) follow(job);
  plans.sort((a, b) => String(b.created).localeCompare(String(a.created)));
  update({ districts, plans });
}

async function start(district) {
  const order = { district: district.id, date: state.date, seconds: Number(state.seconds), seed: Number(state.seed), language: state.language,
    without: state.without.split(/[\s,，、;；]+/).filter(Boolean), demand_factor: Number(state.demand_factor), keep: state.keep || null };
  update({ problem: "" });
  const job = await call("/api/jobs", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(order) });
  if (job) follow(job);
}

function follow(job) {
  if (state.jobs.has(job.id)) return;
  state.jobs.set(job.id, job);
  render(state);
  if (OVER.has(job.state)) return;
  const source = new EventSource(`/api/jobs/${job.id}/events`);
  source.addEventListener("progress", (event) => {
    job.progress = JSON.parse(event.data);
    render(state);
  });
  source.addEventListener("state", (event) => {
    Object.assign(job, JSON.parse(event.data));
    if (OVER.has(job.state)) {
      source.close();
      refresh();
    }
    render(state);
  });
}

// ---- what is shown -----------------------------------------------------------------------------
function districtRow(district) {
  if (district.problem) return brokenRow(district, 2);
  return el("tr", {}, el("td", {}, el("b", {}, district.name), el("small", {}, district.id)),
    el("td.right", {}, el("button.start", { onclick: () => start(district) }, ui("start_plan"))));
}

function settings() {
  const field = (key, label, attributes) => el("label", {}, label,
    el("input", { ...attributes, value: state[key], onchange: (event) => { state[key] = event.target.value; } }));
  return el("div.settings", {}, field("date", ui("date"), { type: "date" }),
    field("seconds", ui("search_s"), { type: "number", min: 1 }), field("seed", ui("seed"), { type: "number", min: 0 }),
    field("without", ui("leave_out"), { type: "text" }), field("demand_factor", pick(words.difference.demand_factor), { type: "number", min: 0.1, step: 0.1 }),
    el("label", {}, ui("keep_to"), el("select", { onchange: (event) => { state.keep = event.target.value; } },
      el("option", { value: "" }, "–"), ...state.plans.map((plan) => el("option", { value: plan.id, selected: plan.id === state.keep }, plan.id)))));
}

function jobCard(job) {
  const progress = job.progress || { share: 0 }, over = OVER.has(job.state);
  const facts = [job.settings.district, job.settings.date, ui(job.state)];
  if (progress.stage && !over) facts.push(ui(`stage_${progress.stage}`), `${ui("elapsed")} ${Math.round(progress.seconds)} s`);
  if (progress.cost_cny !== undefined && !over) facts.push(`${ui("best_cost")} ${progress.cost_cny.toLocaleString("en")}`);
  return el(`section.job.${job.state}`, {}, el("p", {}, facts.join(" · ")),
    over ? null : el("progress", { max: 1, value: shareDone(job.settings, progress) }),
    ...(job.errors || []).map((error) => el("p.problem", {}, problemText(error))),
    job.state === "finished" ? el("a", { href: `/plans/${encodeURIComponent(job.plan)}/map.html`, target: "_blank" }, ui("open_map")) : null,
    job.state === "running" || job.state === "queued" ? el("button", { onclick: () => call(`/api/jobs/${job.id}/stop`, { method: "POST" }) }, ui("stop")) : null);
}

// With a budget in seconds the clock tells best: several parts are searched side by side.
function shareDone(order, progress) {
  if (["haul", "document", "write"].includes(progress.stage)) return 0.97;
  return order.seconds ? Math.min(0.95, progress.seconds / order.seconds || 0) : progress.share;
}

const FIGURES = ["served", "unserved", "service_km", "deadhead_km", "cost_cny"];

// What cannot be read is shown with its reason, and hides nothing else.
function brokenRow(one, columns) {
  return el("tr", {}, el("td", { colSpan: columns }, el("b.bad", {}, `${ui("unreadable")} `), problemText(one.problem), el("small", {}, one.id)));
}

function planRow(plan) {
  if (plan.problem) return brokenRow(plan, FIGURES.length + 3);
  const base = `/plans/${encodeURIComponent(plan.id)}`, kpis = plan.kpis || {};
  const number = (value) => (typeof value === "number" ? value.toLocaleString("en", { maximumFractionDigits: 1 }) : "–");
  return el("tr", {}, el("td", {}, el("b", {}, `${plan.district} ${plan.date}`), el("small", {}, plan.id)),
    ...FIGURES.map((key) => el("td.right", {}, number(kpis[key]))),
    el("td.right", {}, el(plan.violations ? "b.bad" : "span", {}, number(plan.violations))),
    el("td.right", {}, el("a", { href: `${base}/map.html`, target: "_blank" }, ui("map")), " ",
      el("a", { href: `${base}/sheets/all.html`, target: "_blank" }, ui("sheets")), " ",
      el("a", { href: `${base}/plan.xlsx` }, "XLSX"), " ", el("a", { href: `/api/plans/${encodeURIComponent(plan.id)}` }, "JSON")));
}

function table(head, rows, empty) {
  return rows.length ? el("table", {}, head.length ? el("tr", {}, ...head.map((text, i) => el(i ? "th.right" : "th", {}, text))) : null, ...rows) : el("p.note", {}, empty);
}

function render(now) {
  document.documentElement.lang = now.language === "zh" ? "zh-CN" : "en";
  const language = document.getElementById("language");
  language.textContent = ui("other_language");
  language.onclick = () => update({ language: now.language === "zh" ? "en" : "zh" });
  const jobs = [...now.jobs.values()].reverse();
  document.getElementById("main").replaceChildren(
    ...(now.problem ? [el("p.problem", {}, now.problem)] : []),
    el("h2", {}, ui("districts")), settings(), table([], now.districts.map(districtRow), ui("no_districts")),
    ...(jobs.length ? [el("h2", {}, ui("jobs")), ...jobs.map(jobCard)] : []),
    el("h2", {}, ui("plans")),
    table([ui("plans"), ...FIGURES.map((key) => pick(words.kpi[key])), ui("violations_tab"), ""], now.plans.map(planRow), ui("no_plans")));
}

render(state);
refresh();
