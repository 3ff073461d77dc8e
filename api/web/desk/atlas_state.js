// What a district's map knows, what is chosen on it, and changes, each a version of the folder.
import { call, fill, tell, words } from "./call.js";
import { look, lookAt, showStreets } from "./atlas_map.js";

export const base = `/api/v1/districts/${encodeURIComponent(words.district)}`;
export const place = (id) => document.getElementById(id);
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

// What the page does when something here has changed; the page sets it.
export const view = { render() {}, paint() {}, renderPanel() {} };

// ---- what the server knows ----------------------------------------------------------------------
export async function load() {
  const [atlas, kept] = await Promise.all([call(`${base}/map?date=${place("day").value}`), call(`${base}/revisions`)]);
  if (!atlas || !kept) return;
  Object.assign(state, { atlas, latest: kept[0] || null });
  view.render();
  check();
}

let turn = 0;
async function check() {
  const mine = (turn += 1), report = await call(`${base}/check?date=${place("day").value}`);
  if (!report || mine !== turn) return;
  state.issues = [...report.issues.map((one) => ({ ...one, must: true })), ...report.warnings.map((one) => ({ ...one, must: false }))];
  view.paint();
  if (!document.activeElement.closest("#body form, #body input")) view.renderPanel(); // nobody is typing there
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
  view.render();
  if (!found.at) return;
  const near = await measure(found.at, table);
  if (state.at?.row !== row || state.at.table !== table) return;
  state.near = near;
  view.render();
}

export function close() {
  Object.assign(state, { at: null, near: null, tool: "" });
  view.render();
}

export function begin(tool) {
  state.tool = state.tool === tool ? "" : tool;
  state.near = null;
  state.at = { closure: { kind: "closure", pieces: [], typed: {} }, zones: { kind: "area", ring: [], typed: {} } }[state.tool] || null;
  view.render();
}

export function chooseStreet(number, { go = false } = {}) {
  const pieces = piecesOf(number);
  Object.assign(state, { tool: "", near: null, at: { kind: "street", number, pieces, typed: {} } });
  if (go) showStreets(pieces);
  view.render();
}

export function toggleStreet(number) {
  const known = state.at.pieces, pieces = piecesOf(number);
  state.at.pieces = known.includes(number) ? known.filter((one) => !pieces.includes(one)) : [...known, ...pieces];
  view.render();
}

export async function move(table, row, at) {
  const found = rowOf({ table, row });
  if (!(await change(table, { put: [{ row, seen: found.cells, at }] }))) return;
  const now = tableOf(table).rows.find((one) => one.at && Math.abs(one.at[0] - at[0]) + Math.abs(one.at[1] - at[1]) < 1e-6);
  if (now) await choose(table, now.row);
}

// The corners of an area that is drawn, or of one that is there.
export function setRing(ring) {
  if (state.at.kind === "area") {
    state.at.ring = ring;
    return view.render();
  }
  const { table, row } = state.at, found = rowOf(state.at);
  return change(table, { put: [{ row, seen: found.cells, ring }] });
}

export async function put(at) {
  if (state.tool === "zones") return setRing([...state.at.ring, at]);
  const table = state.tool;
  Object.assign(state, { tool: "", near: null, at: { kind: "new", table, at, typed: {} } });
  view.render();
  state.near = await measure(at, table);
  return view.render();
}
