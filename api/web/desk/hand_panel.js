// The panel of changes by hand: what the last one did, undo and redo, locks, history, re-plan.
/* global plan, state, update, word, pick, el, clock, km, hours, map, openRoute */
import { call, words } from "./call.js";
import { draft, change, lockIcon, replan, said, save, signed, stop, walk, who } from "./hand_draft.js";

let sure = false;
const many = { "data-many": "" }; // each press is one more

export function saveBar() {
  const drop = () => {
    if (sure) walk("drop");
    sure = !sure;
    update({ revision: state.revision + 1 });
  };
  return el("div.toolbar",
    el("button", { ...many, disabled: !draft.done, onclick: () => walk("undo"), title: "Ctrl+Z" }, `↶ ${said("undo")}`),
    el("button", { ...many, disabled: draft.done === draft.changes.length, onclick: () => walk("redo"), title: "Ctrl+Y" }, `↷ ${said("redo")}`),
    el("button.first", { disabled: !draft.done || draft.saved === "…", onclick: save }, draft.saved === "…" ? said("saving") : said("save")),
    el("button", { disabled: !draft.changes.length, onclick: drop }, said(sure ? "drop_sure" : "drop")),
    ...(draft.done ? [] : sendButtons()),
    draft.saved && draft.saved !== "…" ? el("p.note", `${said("saved")} `, el("a", { href: `/desk/${encodeURIComponent(draft.saved)}` }, draft.saved),
      " · ", el("a", { href: compareAddress(draft.saved) }, said("compare"))) : null);
}

// A plan without changes can go to the drivers as it is.
function sendButtons() {
  const publish = async () => {
    const count = plan.violations.length, path = `/api/v1/plans/${encodeURIComponent(planId)}/publish`;
    if (count && !confirm(said("publish_sure", count))) return;
    const made = await call(path, "POST", { even_so: count > 0 });
    if (made) words.state = made.state;
    update({ revision: state.revision + 1 });
  };
  return [words.may_publish && words.state !== "published" ? el("button", { type: "button", onclick: publish }, said("publish")) : null,
    words.state === "published" ? el("span.good", `✓ ${said("published")}`) : null,
    el("a.button", { href: `/links/${encodeURIComponent(planId)}` }, said("links"))];
}

const planId = words.plan;
const compareAddress = (other) => `/desk/${encodeURIComponent(planId)}/compare?with=${encodeURIComponent(other)}`;

export function effectCard() {
  const effect = draft.effect;
  if (!effect) return [el("p.note", said("no_change"))];
  const facts = [[said("cost"), `${signed(effect.cost_cny, 2)} ${word("unit", "cny")}`], [said("way"), `${signed(effect.distance_m / 1000)} ${word("unit", "km")}`],
    [said("duty"), `${signed(effect.duration_s / 60, 0)} ${word("unit", "min")}`], [said("left_out"), signed(effect.unserved)]];
  return [el(`section.card.effect${effect.appeared.length ? ".bad" : ""}`,
    el("h3", said("last_change"), el("small", said("old_route"))),
    el("dl.facts", ...facts.map(([label, value]) => el("div", el("dt", label), el("dd", value)))),
    effect.routes.length ? el("table.plain", el("tr", el("th", said("vehicle")), ...["depart", "return"].map((key) => el("th", word("column", key))),
      el("th.num", said("loads")), el("th.num", said("services"))), ...effect.routes.map(routeRow)) : null,
    effect.appeared.length ? el("h3.bad", said("appeared"), el("sup", effect.appeared.length)) : el("p.good", `✓ ${said("lawful")}`),
    el("ul.tasks", ...effect.appeared.map(brokenLaw)),
    effect.solved.length ? el("h3", said("solved"), el("sup", effect.solved.length)) : null,
    el("ul.tasks", ...effect.solved.map((one) => el("li", el("span", `✓ ${pick(one.law)} ${one.where}`)))))];
}

function routeRow({ key, before, after }) {
  const route = plan.routes.find((each) => each.key === key);
  const pair = (show) => [before, after].map((one) => (one ? show(one) : "–")).filter((text, i, all) => !i || text !== all[0]).join(" → ");
  const most = (one) => Math.max(...one.loads).toLocaleString("en");
  return el("tr", el("td", route ? el("button.link", { onclick: () => openRoute(route) }, who(key)) : who(key)),
    el("td", pair((one) => clock(one.depart))), el("td", pair((one) => clock(one.end))),
    el("td.num", pair(most)), el("td.num", pair((one) => one.services)));
}

function brokenLaw(one) {
  const show = () => one.place && map.setView(one.place, Math.max(16, map.getZoom()));
  const told = [one.vehicle || one.where, pick(one.amount), pick(one.detail)].filter(Boolean).join(" · ");
  return el("li", one.place ? el("button.link.bad", { onclick: show }, pick(one.law)) : el("b.bad", pick(one.law)),
    el("small", one.code), el("span", told), pick(one.least) ? el("span.least", `→ ${pick(one.least)}`) : null);
}

export function replanForm() {
  if (!words.whole) return []; // a re-plan moves the work of others
  const job = draft.job, going = job && ["queued", "running", "stopping"].includes(job.state);
  const seconds = el("input", { type: "number", name: "seconds", min: 1, max: 86400, value: draft.seconds, required: true, oninput: () => { draft.seconds = seconds.value; } });
  const keep = el("input", { type: "checkbox", checked: draft.keep, onchange: () => { draft.keep = keep.checked; } });
  const begin = (event) => { event.preventDefault(); replan(Number(seconds.value), keep.checked); };
  return [el("section.card", el("h3", said("replan")), el("p.note", said("replan_note")),
    el("form.row.replan", { onsubmit: begin }, el("label", said("replan_seconds"), seconds), el("label", keep, said("replan_keep")),
      el("button.first", { disabled: Boolean(going) }, said("replan"))),
    going ? el("p.row", el("progress", { max: 1, value: job.share, ariaLabel: said("running") }), el("button", { type: "button", onclick: stop }, said("stop"))) : null,
    job && job.state === "finished" ? el("p", `${said("finished")}: `, el("a", { href: `/desk/${encodeURIComponent(job.plan)}` }, said("open_plan")), " · ",
      el("a", { href: compareAddress(job.plan) }, said("compare"))) : null,
    job && !going && job.state !== "finished" ? el("p.bad", word("ui", job.state)) : null)];
}

export function lockList() {
  if (!draft.locks.length) return [];
  const name = (lock) => (lock.what === "task" ? lock.tasks[0] : who([lock.vehicle, lock.shift].filter(Boolean).join("/")));
  const off = (lock) => change({ do: "unlock", what: lock.what, vehicle: lock.what === "task" ? "" : lock.vehicle, shift: lock.what === "task" ? "" : lock.shift, tasks: lock.what === "task" ? lock.tasks : [] });
  return [el("h3", said("locks"), el("sup", draft.locks.length)), el("ul.tasks", ...draft.locks.map((lock) => el("li",
    el("span", lockIcon(true), ` ${said(`what_${lock.what}`)} ${name(lock)}`), el("button.link", { onclick: () => off(lock) }, said(lock.what === "task" ? "unlock_task" : `unlock_${lock.what}`)))))];
}

export function historyList() {
  if (!draft.changes.length) return [];
  return [el("h3", said("history"), el("sup", draft.changes.length)), el("ol.history", ...draft.changes.map((one, number) => el(number < draft.done ? "li" : "li.undone",
    el("time", new Date(one.when).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" })), el("span", told(one.edit)),
    el("small", [one.who, number < draft.done ? "" : said("undone")].filter(Boolean).join(" · ")))))];
}

function told(edit) {
  const whose = edit.vehicle ? who([edit.vehicle, edit.shift].filter(Boolean).join("/")) : "";
  const values = { reassign: [edit.tasks?.length, whose], take_out: [edit.tasks?.length], swap: [whose, edit.with_vehicle], send_load: [whose, edit.trip, edit.site],
    lock: [whose || edit.tasks?.[0]], unlock: [whose || edit.tasks?.[0]] }[edit.do];
  return said(`did_${edit.do}`, ...values);
}
