// The draft of a plan changed by hand, as the server tells it, and what may be asked of it.
/* global plan, state, update, word, prepareRoute, prepareUnserved, svg */
import { call, problemText, tell, words } from "./call.js";

plan.words.hand = words.hand;
export const said = (key, ...values) => word("hand", key, ...values);
const address = `/api/v1/plans/${encodeURIComponent(words.plan)}/hand`;
export const draft = { open: false, changes: [], done: 0, effect: null, locks: plan.locks, trucks: [], before: [], unit: "task", saved: "", job: null, seconds: 60, keep: true, district: null, news: [] };

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

export function send(path, body, then = (answer) => answer) {
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

export const taken = (answer) => {
  if (answer) take(answer);
  return answer;
};

// The draft as it is, asked for once: it takes the server seconds, so nobody asks who only looks.
let opening = null;

export function opened() {
  if (draft.open) return Promise.resolve(draft);
  opening ||= send("", undefined, taken).then((answer) => {
    if (!answer) opening = null; // to be tried again
    return answer;
  });
  return opening;
}

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

let ordering = false;

export async function replan(seconds, keep) {
  if (ordering) return;
  ordering = true;
  const job = await send("/replan", { seconds, keep, language: state.language });
  ordering = false;
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

export function tasksOf(step, unit) {
  if (unit === "trip") return step.route.trips.find((trip) => trip.includes(step)).filter((one) => one.kind === "serve").map((one) => one.task);
  if (unit === "street" && step.name) {
    return plan.routes.filter((route) => route.part === step.route.part && route.shift === step.route.shift) // other shifts have passes of their own
      .flatMap((route) => route.steps).filter((one) => one.kind === "serve" && one.name === step.name).map((one) => one.task);
  }
  return [step.task];
}
