// The page of a district's map: drawing, the panel, the tools and the keys.
import { areaForm, closureForm, overview, rowForm, streetForm } from "./atlas_form.js";
import { drawNear, drawPlaces, drawRoads, drawZones, hold, holdRing, listen, lookAt, map, paintStreets } from "./atlas_map.js";
import { base, begin, choose, chooseStreet, close, load, measure, move, place, put, rowOf, setRing, state, streetText, tableOf, textOf, toggleStreet, undo, view, w } from "./atlas_state.js";
import { call, el, words } from "./call.js";

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

Object.assign(view, { render, paint, renderPanel });
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
const places = state.atlas.tables.flatMap((table) => table.rows.flatMap((row) => (row.at ? [row.at] : [])));
if (!roads && places.length) lookAt(places); // no roads to look at: where the tables say something lies
