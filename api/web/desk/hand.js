// The map as a place of work: move, lock, undo, re-plan; every change comes back with its verdict.
/* global plan, state, hooks, update, word, el, clock, PANELS, begin, openRoute, stepText, inView, trace, openAddress, render */
import { words } from "./call.js";
import { said, draft, opened, change, walk, isLocked, lockIcon, tasksOf } from "./hand_draft.js";
import { follow, mark, told } from "./hand_live.js";
import { wasDrop } from "./hand_drag.js";
import { askWhere } from "./hand_move.js";
import { askSwap, askWho, newsCard, orderForm, picked } from "./hand_news.js";
import { effectCard, historyList, lockList, replanForm, saveBar } from "./hand_panel.js";

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

// ---- tasks dragged to another route or place -----------------------------------------------------
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
    draft.open ? targets(route) : opened() && null,
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

hooks.click = (place) => wasDrop() || picked(place);
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
  opened();
  if (!draft.open) return [el("p.note", said("loading"))];
  return [saveBar(), ...newsCard(), ...effectCard(), ...replanForm(), ...orderForm(), ...lockList(), ...historyList()];
};

// The browser's arrows go from view to view of this page before they leave it.
let seen = null;
hooks.shown = () => {
  const route = state.tab === "routes" && plan.routes[state.route];
  const view = route ? `#tab=routes&route=${encodeURIComponent(route.id)}` : state.tab === "overview" ? "" : `#tab=${state.tab}`;
  if (view === seen) return;
  if (seen !== null && view !== location.hash) history.pushState(null, "", view || location.pathname + location.search);
  seen = view;
};
window.addEventListener("popstate", () => {
  seen = location.hash;
  Object.assign(state, { tab: "overview", route: null, step: null }); // what the address says comes over it
  openAddress();
  render(state);
});

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.target.closest("input, select, dialog")) return;
  const way = { z: event.shiftKey ? "redo" : "undo", y: "redo" }[event.key.toLowerCase()];
  if (!way) return;
  event.preventDefault();
  walk(way);
});
if (document.body.classList.contains("framed")) hooks.shown = () => {}; // it is the other page's history
const { language } = words; // errors are told in the language of the page, which can be changed
Object.defineProperty(words, "language", { get: () => state.language });
state.language = language;
begin();
if (words.may && words.changed && !document.body.classList.contains("framed")) opened();
if (words.state === "published") follow();
