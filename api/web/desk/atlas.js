// The page of a district's map: what is there, what is chosen, and changes, each a version of the folder.
import { call, el, fill, tell, words } from "./call.js";
import { areaForm, closureForm, overview, rowForm, streetForm } from "./atlas_form.js";
import { drawNear, drawPlaces, drawRoads, drawZones, hold, holdRing, listen, look, lookAt, map, paintStreets, showStreets } from "./atlas_map.js";

const base = `/api/v1/districts/${encodeURIComponent(words.district)}`;
const place = (id) => document.getElementById(id);
export const w = words.w;
export const state = {
  atlas: { tables: [], classes: "", closed: [], latest: 0 }, roads: { names: [], pieces: [] }, issues: [], latest: null,
  hidden: new Set(), tool: "", at: null, near: null, text: "",
};
// `at`: {kind: "row", table, row, seen, typed}, {kind: "new", table, at, typed}, {kind: "street", pieces},
// {kind: "closure", pieces, typed}, {kind: "area", ring, typed}; `typed` is what was written into the form and is not saved yet.

export const tableOf = (name) => state.atlas.tables.find((one) => one.table === name);
export const rowOf = (at) => tableOf(at.table)?.rows.find((one) => one.row === at.row);
export const issuesOf = (table, row) => state.issues.filter((one) => one.file === table.file && one.row === row);

export function textOf(table, row, column) {
  const at = table.columns.indexOf(column);
  return at < 0 ? "" : row.cells[at] || "";
}

export function streetText(number) {
  const piece = state.roads.pieces[number], name = state.roads.names[piece.name];
  return name || fill(w.unnamed, words.highway[piece.highway] || piece.highway);
}

// All pieces of the street: of its name, or of its way where it has none.
export function piecesOf(number) {
  const { pieces } = state.roads, one = pieces[number];
  const named = Boolean(state.roads.names[one.name]);
  return pieces.flatMap((piece, at) => ((named ? piece.name === one.name : piece.way === one.way) ? [at] : []));
}

// ---- what the server knows ----------------------------------------------------------------------
async function load() {
  const [atlas, kept] = await Promise.all([call(`${base}/map?date=${place("day").value}`), call(`${base}/revisions`)]);
  if (!atlas || !kept) return;
  Object.assign(state, { atlas, latest: kept[0] || null });
  render();
  check();
}

let turn = 0;
async function check() {
  const mine = (turn += 1), report = await call(`${base}/check?date=${place("day").value}`);
  if (!report || mine !== turn) return;
  state.issues = [...report.issues.map((one) => ({ ...one, must: true })), ...report.warnings.map((one) => ({ ...one, must: false }))];
  paint();
  if (!document.activeElement.closest("#body form, #body input")) renderPanel(); // nobody is typing there
}

// Change rows of a table; what somebody else changed meanwhile is told, and what was typed stays.
export function change(table, wish) {
  return inTurn(async () => {
    const done = await call(`${base}/tables/${table}/rows`, "PATCH", wish);
    if (done) tell("");
    await load();
    return Boolean(done);
  });
}

export function undo() {
  return inTurn(async () => {
    if (state.latest && await call(`${base}/undo`, "POST", { latest: state.latest.id })) tell("");
    Object.assign(state, { at: null, near: null, tool: "" });
    await load();
  });
}

// One change after the other: what is asked for while another runs waits.
let waiting = Promise.resolve();
function inTurn(work) {
  document.body.classList.add("busy");
  waiting = waiting.then(work).finally(() => document.body.classList.remove("busy"));
  return waiting;
}

export async function measure(at, table = "points") {
  if (!state.roads.pieces.length) return null;
  return call(`${base}/near?table=${table}&lon=${at[0].toFixed(7)}&lat=${at[1].toFixed(7)}`);
}

// ---- choosing -----------------------------------------------------------------------------------
export async function choose(table, row, { go = false } = {}) {
  const found = rowOf({ table, row });
  if (!found) return;
  Object.assign(state, { tool: "", near: null, at: { kind: "row", table, row, seen: found.cells, typed: {} } });
  if (go && found.at) look(found.at);
  if (go && found.rings.length) lookAt(found.rings[0]);
  render();
  if (!found.at) return;
  const near = await measure(found.at, table);
  if (state.at?.row !== row || state.at.table !== table) return;
  state.near = near;
  render();
}

export function close() {
  Object.assign(state, { at: null, near: null, tool: "" });
  render();
}

export function begin(tool) {
  state.tool = state.tool === tool ? "" : tool;
  state.near = null;
  state.at = { closure: { kind: "closure", pieces: [], typed: {} }, zones: { kind: "area", ring: [], typed: {} } }[state.tool] || null;
  render();
}

export function chooseStreet(number, { go = false } = {}) {
  const pieces = piecesOf(number);
  Object.assign(state, { tool: "", near: null, at: { kind: "street", number, pieces, typed: {} } });
  if (go) showStreets(pieces);
  render();
}

export function toggleStreet(number) {
  const known = state.at.pieces, pieces = piecesOf(number);
  state.at.pieces = known.includes(number) ? known.filter((one) => !pieces.includes(one)) : [...known, ...pieces];
  render();
}

async function move(table, row, at) {
  const found = rowOf({ table, row });
  if (!(await change(table, { put: [{ row, seen: found.cells, at }] }))) return;
  const now = tableOf(table).rows.find((one) => one.at && Math.abs(one.at[0] - at[0]) + Math.abs(one.at[1] - at[1]) < 1e-6);
  if (now) await choose(table, now.row);
}

// The corners of an area that is drawn, or of one that is there.
export function setRing(ring) {
  if (state.at.kind === "area") {
    state.at.ring = ring;
    return render();
  }
  const { table, row } = state.at, found = rowOf(state.at);
  return change(table, { put: [{ row, seen: found.cells, ring }] });
}

async function put(at) {
  if (state.tool === "zones") return setRing([...state.at.ring, at]);
  const table = state.tool;
  Object.assign(state, { tool: "", near: null, at: { kind: "new", table, at, typed: {} } });
  render();
  state.near = await measure(at, table);
  return render();
}

// ---- drawing ------------------------------------------------------------------------------------
function render() {
  paint();
  renderPanel();
}

function paint() {
  const worst = new Map();
  for (const table of state.atlas.tables) {
    for (const one of state.issues) {
      const key = `${table.table}/${one.row}`;
      if (one.file === table.file && one.row) worst.set(key, one.must || worst.get(key) || false);
    }
  }
  const at = state.at, held = at?.kind === "row" ? rowOf(at)?.at : at?.kind === "new" ? at.at : null;
  drawPlaces(state.atlas.tables, state.hidden, worst);
  paintStreets(state.atlas.classes, state.atlas.closed, new Set(at?.pieces || []));
  hold(held, words.edit && held ? (to) => (at.kind === "new" ? nudge(to) : move(at.table, at.row, to)) : null);
  drawNear(held, state.near);
  const rings = at?.kind === "area" ? [at.ring] : at?.kind === "row" ? rowOf(at)?.rings || [] : [];
  drawZones(tableOf("zones"), state.hidden, at?.table === "zones" ? at.row : 0);
  holdRing(rings.length === 1 ? rings[0] : null, words.edit ? setRing : null);
}

function renderPanel() {
  const { at } = state, known = document.activeElement, name = known?.name || known?.id;
  document.body.classList.toggle("crosshair", Boolean(state.tool) && state.tool !== "closure");
  place("tools").replaceChildren(...tools());
  const shown = { row: rowForm, new: rowForm, street: streetForm, closure: closureForm, area: areaForm }[at?.kind] || overview;
  place("body").replaceChildren(...shown(at));
  if (name && !document.contains(known)) (document.getElementsByName(name)[0] || place(name))?.focus();
}

async function nudge(to) {
  state.at.at = to;
  state.near = await measure(to, state.at.table);
  render();
}

function tools() {
  const known = state.latest, last = known ? `${words.versions[`rev_${known.what}`] || known.what} ${known.about} · ${known.who || "–"} · ${known.at.slice(5, 16).replace("T", " ")}` : w.no_change;
  if (!words.edit) return [el("p.note", {}, w.only_look)];
  const button = (tool, text) => el("button", { type: "button", onclick: () => begin(tool), ariaPressed: String(state.tool === tool) }, text);
  return [button("points", w.add_point), button("facilities", w.add_site), button("closure", w.close_streets), button("zones", w.draw_zone),
    el("button", { type: "button", id: "undo", disabled: !known || known.what === "found", onclick: undo }, w.undo),
    el("p.note", {}, state.tool ? w[`tool_${state.tool}`] : last)];
}

listen({
  mayMove: () => words.edit && !state.tool,
  place: (table, row) => (state.tool === "zones" ? null : choose(table, row)),
  moved: move,
  zone: (row, at) => (state.tool === "closure" ? null : state.tool ? put(at) : choose("zones", row)),
  street: (number, at) => (state.tool === "closure" ? toggleStreet(number) : state.tool ? put([at.lng, at.lat]) : chooseStreet(number)),
  ground: (at) => (state.tool && state.tool !== "closure" ? put(at) : null),
  streetText,
  placeText: (table, row) => [textOf(table, row, "id"), textOf(table, row, "name")].filter(Boolean).join(" ") || `#${row.row}`,
});
place("day").addEventListener("change", load);
place("datum").addEventListener("change", async (event) => {
  await call(`${base}/settings`, "PUT", { key: "crs", value: event.target.value });
  await load();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
  if ((event.ctrlKey || event.metaKey) && event.key === "z" && !event.target.closest("input, select, textarea")) {
    event.preventDefault();
    undo();
  }
});

map.setView([31.8, 119.95], 12);
const roads = await call(`${base}/roads`);
if (roads) {
  state.roads = roads;
  drawRoads(roads);
}
await load();
