// The map as a place of work: move, lock, undo, re-plan; every change comes back with its verdict.
/* global plan, state, hooks, update, word, ui, pick, el, clock, km, hours, kilograms, distance, map, PANELS,
   prepareRoute, prepareUnserved, renderHead, svg, openRoute, workLink, stepText, inView, trace, routeCanvas, fitRoute */
import { call, problemText, tell, words } from "./call.js";
import { askWhere } from "./hand_move.js";
import { askSwap, askWho, newsCard, orderForm, picked } from "./hand_news.js";
import { follow, mark, told } from "./hand_live.js";
import { effectCard, historyList, lockList, replanForm, saveBar } from "./hand_panel.js";

plan.words.hand = words.hand;
export const said = (key, ...values) => word("hand", key, ...values);
const address = `/api/v1/plans/${encodeURIComponent(words.plan)}/hand`;
export const draft = { open: false, changes: [], done: 0, effect: null, locks: plan.locks, trucks: [], before: [], unit: "task", saved: "", job: null, district: null, news: [] };

// ---- the draft as the server tells it ----------------------------------------------------------
export function take(answer) {
  const known = new Map(plan.routes.map((route) => [route.key, route])), open = plan.routes[state.route]?.key;
  const streets = answer.streets.map(numberOfStreet), hidden = new Set(plan.routes.filter((route) => state.hidden.has(route.number)).map((route) => route.key));
  const touched = new Set(answer.effect ? answer.effect.routes.map((one) => one.key) : []);
  draft.before = plan.routes.filter((route) => touched.has(route.key));
  plan.routes = answer.routes.map((row, number) => {
    const old = known.get(row.key);
    if (!row.trips) return Object.assign(old, { number, id: row.id });
    for (const trip of row.trips) for (const step of trip) step[4] = step[4].map((at) => (at < 0 ? at : streets[at]));
    row.file = old?.file;
    prepareRoute(row, number);
    if (old) row.colour = old.colour;
    return row;
  });
  plan.unserved = answer.unserved.map(prepareUnserved);
  plan.violations = answer.violations;
  Object.assign(draft, { open: true, changes: answer.changes, done: answer.done, locks: answer.locks, effect: answer.effect, trucks: answer.trucks, district: answer.district, news: answer.news });
  const at = plan.routes.findIndex((route) => route.key === open);
  const step = (at >= 0 && state.step && plan.routes[at].steps.find((one) => one.kind === state.step.kind && one.task === state.step.task)) || null;
  update({ route: at < 0 ? null : at, step, revision: state.revision + 1,
    hidden: new Set(plan.routes.filter((route) => hidden.has(route.key)).map((route) => route.number)) });
  if (answer.effect) announce(answer.effect);
}

function numberOfStreet(name) {
  const at = plan.streets.indexOf(name);
  return at >= 0 ? at : plan.streets.push(name) - 1;
}

function announce(effect) {
  const laws = effect.appeared.length ? `${said("appeared")} ${effect.appeared.length}` : said("lawful");
  document.getElementById("live").textContent = `${said("cost")} ${signed(effect.cost_cny)} ${word("unit", "cny")}. ${laws}`;
}

// A vehicle in a shift as people say it.
export function who(key) {
  const [vehicle, shift] = [key.slice(0, key.lastIndexOf("/")), key.slice(key.lastIndexOf("/") + 1)];
  return key.includes("/") ? `${vehicle} ${word("shift", shift)}` : key;
}

export const signed = (number, digits = 1) => `${number > 0 ? "+" : ""}${number.toLocaleString("en", { maximumFractionDigits: digits })}`;

// One request after the other: what is asked for while another runs waits its turn, and what it has
// seen is told when it is sent.
let turn = Promise.resolve();

function send(path, body, then = (answer) => answer) {
  turn = turn.then(async () => {
    document.body.classList.add("busy");
    tell("");
    const told = body && "seen" in body ? { ...body, seen: draft.done } : body;
    const answer = await call(`${address}${path}`, body === undefined ? "GET" : "POST", told);
    document.body.classList.remove("busy");
    return then(answer);
  });
  return turn;
}

const taken = (answer) => {
  if (answer) take(answer);
  return answer;
};

export async function change(edit) {
  if (!await send("", { edit, seen: 0 }, taken)) return refresh();
  if (!["lock", "unlock"].includes(edit.do)) update({ tab: "hand", route: null });
  return null;
}

export async function walk(way) {
  if (!await send(`/${way}`, { seen: 0 }, taken)) refresh();
}

// What others changed meanwhile, without losing what was told of the error.
export async function refresh() {
  const problem = document.getElementById("problem"), told = [...problem.childNodes];
  await send("", undefined, (answer) => answer && take({ ...answer, effect: draft.effect }));
  problem.replaceChildren(...told);
  problem.hidden = !told.length;
}

export async function save() {
  draft.saved = "…";
  update({ revision: state.revision + 1 });
  const answer = await send("/save", { language: state.language });
  draft.saved = answer ? answer.plan : "";
  update({ revision: state.revision + 1 });
}

export async function replan(seconds, keep) {
  const job = await send("/replan", { seconds, keep, language: state.language });
  if (!job) return;
  draft.job = { id: job.id, plan: job.plan, state: job.state, share: 0, seconds };
  update({ revision: state.revision + 1 });
  const source = new EventSource(`/api/v1/jobs/${job.id}/events`);
  source.addEventListener("progress", (event) => {
    const told = JSON.parse(event.data), late = ["haul", "document", "write"].includes(told.stage);
    draft.job.share = late ? 0.97 : Math.min(0.95, (told.seconds || 0) / seconds);
    draft.job.stage = told.stage;
    for (const bar of document.querySelectorAll("#body progress")) bar.value = draft.job.share;
  });
  source.addEventListener("state", (event) => {
    const told = JSON.parse(event.data);
    Object.assign(draft.job, { state: told.state, plan: told.plan || draft.job.plan, errors: told.errors });
    if (["finished", "failed", "cancelled", "interrupted"].includes(told.state)) source.close();
    if (told.errors?.length) tell(told.errors.map(problemText).join("\n"));
    update({ revision: state.revision + 1 });
  });
}

export const stop = () => call(`/api/v1/jobs/${draft.job.id}/stop`, "POST");

// ---- what is locked ----------------------------------------------------------------------------
export const isLocked = (what, name) => draft.locks.some((lock) => lock.what === what &&
  (what === "task" ? lock.tasks[0] === name : (lock.shift ? `${lock.vehicle}/${lock.shift}` : lock.vehicle) === name));

export function lockIcon(locked) {
  return svg("svg", { viewBox: "0 0 16 16", class: "lock-icon", "aria-hidden": "true" },
    svg("rect", { x: 3, y: 7, width: 10, height: 7, rx: 1.5 }), svg("path", { d: locked ? "M5 7V5a3 3 0 0 1 6 0v2" : "M5 7V5a3 3 0 0 1 5.8-1" }));
}

function toggleLock(what, route, task) {
  const name = what === "task" ? task : route.key, lock = isLocked(what, name);
  const who = what === "task" ? { tasks: [task] } : { vehicle: route.vehicle, shift: route.shift };
  return change({ do: lock ? "unlock" : "lock", what, ...who });
}

function lockButton(what, route, task) {
  const name = what === "task" ? task : route.key, locked = isLocked(what, name);
  return el("button.lock", { type: "button", ariaPressed: String(locked), title: said(`${locked ? "unlock" : "lock"}_${what}`),
    ariaLabel: `${said(`${locked ? "unlock" : "lock"}_${what}`)} ${route.vehicle}`,
    onclick: (event) => { event.stopPropagation(); toggleLock(what, route, task); } }, lockIcon(locked));
}

// ---- tasks, streets, trips ----------------------------------------------------------------------
export function tasksOf(step, unit) {
  if (unit === "trip") return step.route.trips.find((trip) => trip.includes(step)).filter((one) => one.kind === "serve").map((one) => one.task);
  if (unit === "street" && step.name) {
    return plan.routes.filter((route) => route.part === step.route.part && route.shift === step.route.shift) // other shifts have passes of their own
      .flatMap((route) => route.steps).filter((one) => one.kind === "serve" && one.name === step.name).map((one) => one.task);
  }
  return [step.task];
}

let dragged = null;

function draggable(row, source) {
  row.draggable = true;
  row.addEventListener("dragstart", (event) => {
    event.stopPropagation();
    dragged = source();
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.label);
    setTimeout(() => document.body.classList.add("dragging")); // a page that changes at once ends the drag
  });
  row.addEventListener("dragend", () => {
    dragged = null;
    document.body.classList.remove("dragging");
  });
  return row;
}

export function droppable(row, place) {
  row.addEventListener("dragover", (event) => {
    if (!dragged || dragged.part !== place.part) return;
    event.preventDefault();
    row.classList.add("over");
  });
  row.addEventListener("dragleave", () => row.classList.remove("over"));
  row.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    row.classList.remove("over");
    if (dragged) change({ do: "reassign", tasks: dragged.tasks, vehicle: place.vehicle, shift: place.shift, at: place.at || 0 });
  });
  return row;
}

function targets(route) {
  const others = draft.trucks.filter((truck) => truck.part === route.part && truck.key !== route.key);
  return el("div.targets", el("small", said("move_to")), ...others.map((truck) => {
    const own = plan.routes.find((each) => each.key === truck.key);
    return droppable(el("button.target", { type: "button", onclick: () => own && openRoute(own) }, `${truck.vehicle} ${word("shift", truck.shift)}`,
      el("small", own ? `${clock(own.depart)}–${clock(own.end)}` : said("idle"))), truck);
  }));
}

// ---- what this page adds to the lists and the map -----------------------------------------------
hooks.step = (step, row) => mark(step, row);
if (words.may) {
  hooks.row = (route, row) => {
    row.append(lockButton("route", route));
    return droppable(row, route);
  };
  hooks.route = (route) => [
    el("p.row.locks", ...["route", "vehicle", "station"].map((what) => {
      const locked = isLocked(what, route.key);
      return el("button", { type: "button", ariaPressed: String(locked), onclick: () => toggleLock(what, route) },
        lockIcon(locked), said(`${locked ? "unlock" : "lock"}_${what}`));
    }),
    el("button", { type: "button", onclick: () => askSwap(route) }, said("swap_with")),
    draft.district ? el("button", { type: "button", onclick: () => askWho(route) }, said("out")) : null),
    el("p.row.units", el("span", said("drag_unit")), ...["task", "street", "trip"].map((unit) => el("label",
      el("input", { type: "radio", name: "unit", value: unit, checked: draft.unit === unit, onchange: () => { draft.unit = unit; } }), said(`scope_${unit}`)))),
    targets(route),
  ];
  hooks.step = (step, row) => {
    mark(step, row);
    if (step.kind !== "serve") return row;
    const move = el("button.move", { type: "button", title: said("move"), ariaLabel: `${said("move")} ${stepText(step)}`,
      onclick: (event) => { event.stopPropagation(); askWhere(step.route.operation, step); } }, "⇄");
    row.append(el("span.tools", isLocked("task", step.task) ? lockButton("task", step.route, step.task) : null, move));
    row.addEventListener("keydown", (event) => { if (event.key === "m") askWhere(step.route.operation, step); });
    const at = step.route.steps.filter((one) => one.kind === "serve").indexOf(step) + 1;
    return droppable(draggable(row, () => ({ tasks: tasksOf(step, draft.unit), part: step.route.part, label: stepText(step) })),
      { ...place(step.route), at });
  };
  hooks.unserved = (task) => [el("button.link", { onclick: () => askWhere(task.operation, null, task) }, said("put_back"))];
}
const place = (route) => ({ vehicle: route.vehicle, shift: route.shift, part: route.part });

hooks.head = () => [el("a.home", { href: "/", title: said("back") }, "←")];
hooks.tabs.push(() => ["hand", said("tab"), draft.done]);

hooks.click = picked;
hooks.facts = told;

// A change is looked at alone: its routes as they are now, over what they were in grey.
hooks.strength = (route) => (state.tab !== "hand" || !draft.effect?.routes.length || draft.effect.routes.some((one) => one.key === route.key) ? 1 : 0.1);
hooks.under = (context, view) => {
  if (state.tab !== "hand" || !draft.effect) return;
  context.strokeStyle = "#868e96";
  context.lineWidth = 5;
  context.globalAlpha = 0.55;
  context.beginPath();
  for (const route of draft.before) {
    for (const step of route.steps) if (step.line && step.line.count > 1 && inView(step.line, view)) trace(context, step.line, view, 0);
  }
  context.stroke();
  context.globalAlpha = 1;
};

PANELS.hand = () => {
  if (!words.may) return [el("p.note", said("read_only"))];
  if (!draft.open) return [el("p.note", said("loading"))];
  return [saveBar(), ...newsCard(), ...effectCard(), ...replanForm(), ...orderForm(), ...lockList(), ...historyList()];
};

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.target.closest("input, select, dialog")) return;
  const way = { z: event.shiftKey ? "redo" : "undo", y: "redo" }[event.key.toLowerCase()];
  if (!way) return;
  event.preventDefault();
  walk(way);
});
const { language } = words; // errors are told in the language of the page, which can be changed
Object.defineProperty(words, "language", { get: () => state.language });
update({ language, revision: 1 });
renderHead();
if (words.may && !document.body.classList.contains("framed")) send("", undefined, taken);
if (words.state === "published") follow();
