// Rosters of weeks: who works when; a duty is dragged, or handed over in a dialog, and judged at once.
import { call, el, fill, tell, words } from "./call.js";

const w = words.w, base = `/api/v1/districts/${encodeURIComponent(words.district)}/rosters`;
const place = (id) => document.getElementById(id);
const state = { roster: null, id: "", week: 0, text: "", verdict: null, fit: null, moving: null };
const NIGHT_H = 22;
const hour = (moment) => moment.slice(11, 16);

async function open(id) {
  const roster = await call(`${base}/${encodeURIComponent(id)}`);
  if (!roster) return;
  Object.assign(state, { roster, id, week: 0, verdict: null });
  const weeks = Math.ceil(roster.days.length / 7);
  place("week").replaceChildren(...Array.from({ length: weeks }, (_, at) => el("option", { value: at }, `${roster.days[7 * at].date} –`)));
  draw();
}

// ---- the grid -----------------------------------------------------------------------------------
function draw() {
  const { roster } = state, days = roster.days.slice(7 * state.week, 7 * state.week + 7);
  const broken = new Map();
  for (const one of roster.violations) for (const person of roster.people) {
    if (one.where.includes(person.id)) broken.set(person.id, [...(broken.get(person.id) || []), one]);
  }
  const text = state.text.toLowerCase();
  const people = roster.people.filter((one) => !text || `${one.id} ${one.name} ${one.licence}`.toLowerCase().includes(text));
  const short = roster.duties.filter((one) => one.missing);
  const head = el("tr", {}, el("th", {}, w.person), ...days.map((day) => el("th", {}, day.date.slice(5), el("small", {}, [weekday(day.date), day.holiday].filter(Boolean).join(" ")))));
  const rows = [...(short.length ? [line(null, days, broken)] : []), ...people.map((person) => line(person, days, broken))];
  place("grid").replaceChildren(el("thead", {}, head), el("tbody", {}, ...rows));
  place("verdict").replaceChildren(...verdict());
}

const weekday = (date) => new Intl.DateTimeFormat(words.language === "zh" ? "zh-CN" : "en", { weekday: "short", timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));

function line(person, days, broken) {
  const bad = person && broken.get(person.id);
  const facts = person ? [person.licence || w.helper, `${person.hours_h} h`, person.overtime_h ? `+${person.overtime_h} h` : ""].filter(Boolean).join(" · ") : "";
  const title = el("th", { scope: "row" }, person ? person.name : w.empty_seats, el("small", {}, facts), bad ? el("small.bad", {}, fill(w.broken, bad.length)) : null);
  return el(`tr${person ? "" : ".empty"}`, {}, title, ...days.map((day) => cell(person, day, bad)));
}

function cell(person, day, bad) {
  const duties = state.roster.duties.filter((one) => one.date === day.date && (person ? one.crew.includes(person.id) : one.missing));
  const node = el(`td${duties.length ? "" : ".rest-day"}`, {}, ...duties.map((duty) => chip(duty, person, bad)));
  Object.assign(node.dataset, { person: person ? person.id : "", date: day.date });
  if (words.may && person) {
    node.addEventListener("dragover", (event) => { if (state.moving?.duty.date === day.date) { event.preventDefault(); node.classList.add("over"); } });
    node.addEventListener("dragleave", () => node.classList.remove("over"));
    node.addEventListener("drop", (event) => { event.preventDefault(); drop(person.id, day.date); });
  }
  return node;
}

function chip(duty, person, bad) {
  const night = Number(hour(duty.begin).slice(0, 2)) >= NIGHT_H || duty.end.slice(0, 10) > duty.begin.slice(0, 10);
  const wrong = bad?.some((one) => one.where.includes(duty.route) || one.route === duty.id);
  const node = el(`button.duty${night ? ".night" : ""}${wrong ? ".bad" : ""}`, { type: "button", draggable: words.may, onclick: () => ask(duty, person) },
    `${hour(duty.begin)}–${hour(duty.end)}`, el("small", {}, [duty.vehicle, words.operation[duty.operation] || duty.operation, person ? "" : `−${duty.missing}`].filter(Boolean).join(" ")));
  node.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData("text/plain", duty.id);
    state.moving = { duty, out: person ? person.id : "" };
    show(duty);
  });
  node.addEventListener("dragend", () => { state.moving = null; unmark(); });
  return node;
}

// Rows of those who may do a duty, told by the server.
async function show(duty) {
  const fit = await call(`${base}/${encodeURIComponent(state.id)}/fit?duty=${encodeURIComponent(duty.id)}`);
  if (!fit || !state.moving) return;
  for (const node of document.querySelectorAll(`td[data-date="${duty.date}"]`)) node.classList.toggle("fit", fit.people.includes(node.dataset.person));
}

function unmark() {
  for (const node of document.querySelectorAll(".fit, .over")) node.classList.remove("fit", "over");
}

// ---- changes ------------------------------------------------------------------------------------
// Dropped on somebody with a duty that day: the two are exchanged.
function drop(into, date) {
  const { duty, out } = state.moving || {};
  unmark();
  if (!duty || out === into) return null;
  const own = out ? state.roster.duties.find((one) => one.date === date && one.id !== duty.id && one.crew.includes(into)) : null;
  return swap({ duty: duty.id, out, into, back: own ? own.id : "" });
}

async function swap(wish) {
  document.body.classList.add("busy");
  const done = await call(`${base}/${encodeURIComponent(state.id)}/swaps`, "POST", { ...wish, seen: state.roster.created });
  document.body.classList.remove("busy");
  if (!done) return open(state.id);
  tell("");
  const pay = done.roster.pay_cny - state.roster.pay_cny;
  Object.assign(state, { roster: done.roster, verdict: { ...done, wish, pay } });
  return draw();
}

// Take the last one back: the same seats, the other way round.
function undo() {
  const { wish } = state.verdict;
  return swap({ duty: wish.duty, out: wish.into, into: wish.out, back: wish.back });
}

function verdict() {
  const name = (id) => state.roster.people.find((one) => one.id === id)?.name || id || w.empty_seats;
  const { verdict: told, roster } = state;
  if (!told) return [el(`p.${roster.violations.length ? "bad" : "good"}`, {}, roster.violations.length ? fill(w.violations, roster.violations.length) : w.lawful)];
  const list = (title, found, kind) => (found.length ? [el(`b.${kind}`, {}, title), el("ul", {}, ...found.map((one) => el("li", {}, `${words.laws[one.code] || one.code}: ${name(one.where)} ${one.detail}`)))] : []);
  return [el("div.card.verdict", { role: "status" },
    el("p", {}, fill(w[told.wish.back ? "exchanged" : "handed"], told.wish.duty, name(told.wish.out), name(told.wish.into)), ` ${fill(w.pay, `${told.pay >= 0 ? "+" : ""}${told.pay.toFixed(2)}`)}`),
    ...list(w.appeared, told.appeared, "bad"), ...list(w.solved, told.solved, "good"), told.appeared.length ? null : el("p.good", {}, w.no_new),
    el("p", {}, el("button", { type: "button", id: "undo", onclick: undo }, w.undo)))];
}

// ---- the dialog: the same without dragging ------------------------------------------------------
async function ask(duty, person) {
  const dialog = place("hand"), fit = await call(`${base}/${encodeURIComponent(state.id)}/fit?duty=${encodeURIComponent(duty.id)}`);
  const may = new Set(fit?.people || []);
  const option = (one) => el("option", { value: one.id }, `${one.name} ${one.licence}`);
  const others = state.roster.people.filter((one) => !duty.crew.includes(one.id));
  const choice = el("select", { name: "into" }, el("optgroup", { label: w.may }, ...others.filter((one) => may.has(one.id)).map(option)), el("optgroup", { label: w.may_not }, ...others.filter((one) => !may.has(one.id)).map(option)));
  const facts = [`${hour(duty.begin)}–${hour(duty.end)}`, duty.vehicle, words.operation[duty.operation] || duty.operation, duty.licence];
  const blocked = Object.entries(duty.blocked).map(([rule, count]) => `${words.rules[rule] || rule} ${count}`).join(", ");
  dialog.replaceChildren(el("form", { method: "dialog", onsubmit: () => {
    const into = choice.value, own = person ? state.roster.duties.find((one) => one.date === duty.date && one.id !== duty.id && one.crew.includes(into)) : null;
    swap({ duty: duty.id, out: person ? person.id : "", into, back: own ? own.id : "" });
  } }, el("h2", {}, `${duty.date} ${duty.route}`), el("p", {}, facts.filter(Boolean).join(" · ")), blocked ? el("p.note", {}, fill(w.blocked, blocked)) : null,
  words.may ? el("label", {}, el("span", {}, w.to), choice) : null,
  el("p.bar", {}, words.may ? el("button.first", {}, w.hand_over) : null, el("button", { type: "button", onclick: () => dialog.close() }, w.back))));
  dialog.showModal();
}

place("roster").addEventListener("change", (event) => open(event.target.value));
place("week").addEventListener("change", (event) => { state.week = Number(event.target.value); draw(); });
place("find").addEventListener("input", (event) => { state.text = event.target.value; draw(); });
open(place("roster").value);
