// The page of a district's data: uploads, problems in their places, a grid to mend them in, versions.
import { call, el, fill, renew, tell, words } from "./call.js";

const base = `/api/v1/districts/${encodeURIComponent(words.district)}`;
const state = { problems: [], grid: null, edits: new Map(), removed: new Set(), added: 0, most: 100, turn: 0, uploading: 0 };
const place = (id) => document.getElementById(id);

// ---- uploads ------------------------------------------------------------------------------------
async function upload(files) {
  tell("");
  const refused = [];
  state.uploading += 1;
  for (const file of files) {
    place("going").textContent = fill(words.uploading, file.name);
    const done = await call(`${base}/files/${encodeURIComponent(file.name)}`, "PUT", file);
    if (!done) refused.push(`${file.name}  ${place("problem").textContent}`);
  }
  state.uploading -= 1;
  place("going").textContent = "";
  await refresh();
  if (refused.length > 1) tell(refused.join("\n"));
}

// Problems lead to the tables as they are now, so these come first.
async function refresh() {
  await redraw();
  await check();
}

async function redraw() {
  await renew("tables", "files", "versions");
  if (state.grid) await open(state.grid.table, state.grid.skip);
}

// ---- problems -----------------------------------------------------------------------------------
async function check() {
  const turn = (state.turn += 1);
  place("check").replaceChildren(el("p.note", {}, `${words.checking}…`));
  const report = await call(`${base}/check?date=${place("day").value}`);
  if (turn !== state.turn) return null; // a later look has begun meanwhile
  if (!report) return place("check").replaceChildren();
  state.problems = [...report.issues.map((one) => ({ ...one, must: true })), ...report.warnings];
  const lines = [report.fine ? el("p.good", {}, words.all_fine) : el("p.bad", {}, el("b", {}, fill(words.must_mend, report.issues.length)))];
  if (report.issues.length) lines.push(el("ol.problems", {}, ...report.issues.map(problem)));
  if (report.warnings.length) lines.push(el("details", {}, el("summary", {}, fill(words.worth_a_look, report.warnings.length)), el("ol.problems", {}, ...report.warnings.map(problem))));
  place("check").replaceChildren(...lines);
  if (state.grid) mark();
}

function problem(one) {
  const where = [one.file, one.row ? `#${one.row}` : "", one.column].filter(Boolean).join(" ");
  const table = tableOf(one.file), hint = one[`hint_${words.language}`];
  return el("li", {}, table && one.row ? el("button.place", { onclick: () => show(one) }, where) : el("b", {}, where),
    one.value ? el("code", {}, one.value) : null, ` ${one[`message_${words.language}`]} `, hint ? el("span.hint", {}, `→ ${hint}`) : null, el("small.code", {}, one.code));
}

function tableOf(file) {
  const tabs = [...document.querySelectorAll("[data-table]")].filter((tab) => tab.dataset.file === file);
  return tabs.length ? tabs : null;
}

// Open the table of a problem at its row, and go to its cell.
async function show(one) {
  for (const tab of tableOf(one.file)) {
    await open(tab.dataset.table, 0, one.row);
    const at = state.grid && state.grid.headings.findIndex((heading) => heading === one.column);
    const cell = state.grid && document.querySelector(`[data-row="${one.row}"][data-column="${Math.max(at, 0)}"]`);
    if (cell && (at >= 0 || !one.column)) return cell.focus();
  }
}

// ---- the grid -----------------------------------------------------------------------------------
async function open(table, skip, row = 0) {
  if (state.edits.size + state.removed.size + state.added && state.grid && (state.grid.table !== table || state.grid.skip !== skip) && !(await save())) return;
  const answer = await call(`${base}/tables/${table}?skip=${skip}&most=${state.most}`);
  if (!answer) return;
  if (row && !answer.rows.some((one) => one.row === row) && skip + state.most < answer.total) return open(table, skip + state.most, row);
  Object.assign(state, { grid: { ...answer, skip }, removed: new Set(), added: 0 });
  state.edits.clear();
  for (const tab of document.querySelectorAll("[data-table]")) tab.setAttribute("aria-selected", String(tab.dataset.table === table));
  draw();
}

function draw() {
  const { rows, headings, skip, total, changeable } = state.grid, width = Math.max(headings.length, ...rows.map((one) => one.cells.length));
  const cell = (row, column, value) => {
    const own = el("input.cell", { value, readOnly: !changeable || !words.edit, title: value });
    Object.assign(own.dataset, { row, column });
    own.setAttribute("aria-label", `${headings[column] || column + 1} ${row}`);
    return el("td", {}, own);
  };
  const line = (one) => el(one.row === state.grid.header ? "tr.header" : "tr", {}, el("th", { scope: "row" }, one.row),
    ...Array.from({ length: width }, (_, column) => cell(one.row, column, one.cells[column] || "")),
    changeable && words.edit ? el("td", {}, el("button.drop-row", { title: words.delete_row, onclick: (event) => drop(event, one.row) }, "×")) : null);
  const bar = [fill(words.rows_of, rows.length ? skip + 1 : 0, skip + rows.length, total)];
  if (skip) bar.push(el("button", { "data-many": "", onclick: () => open(state.grid.table, Math.max(0, skip - state.most)) }, words.previous));
  if (skip + rows.length < total) bar.push(el("button", { "data-many": "", onclick: () => open(state.grid.table, skip + state.most) }, words.next));
  if (changeable && words.edit) bar.push(el("button", { "data-many": "", onclick: add }, words.add_row), el("button.first", { id: "save", onclick: keep, disabled: true }, words.save));
  else if (words.edit) bar.push(el("span.note", {}, words.not_changeable));
  place("grid").replaceChildren(el("div.bar", {}, ...bar), el("div.scroll.sheet", {}, el("table", {}, el("tbody", {}, ...rows.map(line)))));
  place("grid").inert = false;
  mark();
}

// Cells with a problem, and why.
function mark() {
  for (const cell of document.querySelectorAll(".cell.wrong")) cell.classList.remove("wrong", "odd");
  for (const one of state.problems.filter((each) => each.file === state.grid.file && each.row)) {
    const column = state.grid.headings.findIndex((heading) => heading === one.column);
    const cell = document.querySelector(`[data-row="${one.row}"][data-column="${Math.max(column, 0)}"]`);
    if (!cell) continue;
    cell.classList.add("wrong");
    if (!one.must) cell.classList.add("odd");
    cell.title = [one[`message_${words.language}`], one[`hint_${words.language}`]].filter(Boolean).join(" → ");
  }
}

function changed() {
  const count = state.edits.size + state.removed.size + state.added, button = place("save");
  if (!button) return;
  button.disabled = !count;
  button.textContent = count ? `${words.save} · ${fill(words.unsaved, count)}` : words.save;
}

function drop(event, row) {
  const line = event.target.closest("tr");
  if (state.removed.has(row)) state.removed.delete(row);
  else state.removed.add(row);
  line.classList.toggle("gone", state.removed.has(row));
  changed();
}

function add() {
  const width = state.grid.headings.length || 1;
  const cells = Array.from({ length: width }, (_, column) => el("td", {}, el("input.cell.new", { ariaLabel: state.grid.headings[column] })));
  const line = el("tr.added", {}, el("th", {}, "+"), ...cells);
  document.querySelector("#grid tbody").append(line);
  line.querySelector("input").focus();
  state.added += 1;
  changed();
}

// What is typed while the table is on its way would be lost: it waits until the new one is there.
async function keep() {
  const { row, column } = document.activeElement?.dataset || {};
  if (place("grid").inert) return; // on its way already
  place("grid").inert = true;
  const done = await save();
  if (done) await redraw();
  place("grid").inert = false;
  document.querySelector(`[data-row="${row}"][data-column="${column}"]`)?.focus();
  if (done) await check();
}

async function save() {
  if (!(state.edits.size + state.removed.size + state.added)) return true;
  const added = [...document.querySelectorAll("#grid tr.added")].map((line) => [...line.querySelectorAll("input")].map((cell) => cell.value)).filter((cells) => cells.some(Boolean));
  const cells = [...state.edits].map(([key, value]) => ({ row: Number(key.split(",")[0]), column: Number(key.split(",")[1]), value }));
  const body = { base: state.grid.base, cells: cells.filter((one) => !state.removed.has(one.row)), removed: [...state.removed], added };
  const done = await call(`${base}/tables/${state.grid.table}`, "PATCH", body);
  if (!done) {
    await meetOthers(added);
    return false;
  }
  tell("");
  state.edits.clear();
  state.removed.clear();
  state.added = 0;
  return true;
}

// Somebody else was quicker: the table as it is now, with what was typed here still in it.
async function meetOthers(added) {
  const was = state.grid, seen = new Map(was.rows.map((one) => [one.row, one.cells])), told = place("problem").textContent;
  const now = await call(`${base}/tables/${was.table}?skip=${was.skip}&most=${state.most}`);
  if (!now || now.base === was.base) return;
  const home = (row) => { // where its cells stand now, else its first cell alone (an id)
    const cells = JSON.stringify(seen.get(row)), same = now.rows.find((one) => JSON.stringify(one.cells) === cells);
    const kin = now.rows.filter((one) => one.cells[0] === seen.get(row)?.[0]);
    return same?.row ?? (kin.length === 1 ? kin[0] : kin.find((one) => one.row === row))?.row;
  };
  const typed = [...state.edits].map(([key, value]) => [...key.split(",").map(Number), value]);
  const lost = typed.filter(([row]) => !home(row)).map(([row, , value]) => `#${row} ${value}`);
  const stands = (row, column) => now.rows.find((one) => one.row === home(row))?.cells[column] ?? "";
  const over = typed.filter(([row, column]) => home(row) && stands(row, column) !== (seen.get(row)[column] ?? ""))
    .map(([row, column]) => `#${home(row)} ${now.headings[column] ?? ""} = ${stands(row, column)}`);
  Object.assign(state, { grid: { ...now, skip: was.skip }, edits: new Map(), removed: new Set(), added: 0 });
  draw();
  for (const [row, column, value] of typed.filter(([one]) => home(one))) write(document.querySelector(`[data-row="${home(row)}"][data-column="${column}"]`), value);
  for (const cells of added) {
    add();
    [...document.querySelectorAll("#grid tr.added")].at(-1).querySelectorAll("input").forEach((cell, at) => { cell.value = cells[at] ?? ""; });
  }
  tell([told, words.typed_stays, ...(over.length ? [fill(words.typed_over, over.join("; "))] : []), ...(lost.length ? [fill(words.typed_lost, lost.join("; "))] : [])].join("\n"));
}

function write(cell, value) {
  cell.value = value;
  cell.dispatchEvent(new Event("input", { bubbles: true }));
}

// ---- what happens on the page -------------------------------------------------------------------
document.addEventListener("input", (event) => {
  const { row, column } = event.target.dataset || {};
  if (row === undefined) return;
  state.edits.set(`${row},${column}`, event.target.value);
  event.target.classList.add("edited");
  changed();
});
document.addEventListener("keydown", (event) => {
  const { row, column } = event.target.dataset || {};
  if ((event.ctrlKey || event.metaKey) && event.key === "s" && state.grid) {
    event.preventDefault();
    keep();
  }
  const step = { ArrowUp: -1, ArrowDown: 1, Enter: 1 }[event.key];
  if (row === undefined || !step) return;
  const lines = [...document.querySelectorAll("#grid tr")], at = lines.indexOf(event.target.closest("tr"));
  lines[at + step]?.querySelector(`[data-column="${column}"]`)?.focus();
});
document.addEventListener("click", async (event) => {
  const { table, remove, restore } = event.target.dataset || {};
  if (table) await open(table, 0);
  if (remove && (await call(`${base}/files/${encodeURIComponent(remove)}`, "DELETE"))) await refresh();
  if (restore && (await call(`${base}/revisions/${restore}/restore`, "POST"))) await refresh();
});
window.addEventListener("beforeunload", (event) => {
  if (state.edits.size + state.removed.size + state.added + state.uploading) event.preventDefault();
});
place("day").addEventListener("change", check);
place("datum").addEventListener("change", async (event) => {
  if (await call(`${base}/settings`, "PUT", { key: "crs", value: event.target.value })) await refresh();
});
const zone = place("drop");
if (zone) {
  const chosen = place("file"), take = () => upload([...chosen.files]).then(() => { chosen.value = ""; });
  chosen.addEventListener("change", take);
  if (chosen.files.length) take(); // chosen before this script listened
  for (const kind of ["dragover", "dragleave", "drop"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.toggle("over", kind === "dragover");
      if (kind === "drop") upload([...event.dataTransfer.files]);
    });
  }
}
check();
