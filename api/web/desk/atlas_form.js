// The panel beside the map: what there is, a row in a form, a street with its row, streets to close.
import { begin, change, choose, chooseStreet, close, issuesOf, rowOf, setRing, state, streetText, tableOf, textOf, toggleStreet, w } from "./atlas_state.js";
import { el, fill, tell, words } from "./call.js";

const LONG = new Set(["note", "name", "hours", "streams", "spare_for", "exclude", "include", "reason"]);
const MOST_FOUND = 30;

// ---- nothing chosen: layers, problems, search ---------------------------------------------------
export function overview() {
  const parts = [search(), el("h2", {}, w.layers), el("div.layers", {}, ...state.atlas.tables.filter((one) => one.columns.some((column) => ["lon", "lonlat", "latlon", "area"].includes(column))).map(layer)), legend()];
  const own = state.issues.filter((one) => state.atlas.tables.some((table) => table.file === one.file && one.row));
  const rest = state.issues.length - own.length;
  parts.push(el("h2", {}, w.problems), state.issues.length ? findings(own, true) : el("p.good", {}, w.none));
  if (rest) parts.push(el("p", {}, el("a", { href: `/data/${encodeURIComponent(words.district)}` }, fill(w.more_problems, rest))));
  const closures = tableOf("closures");
  const zones = tableOf("zones");
  if (zones?.rows.length) parts.push(el("h2", {}, words.tables.zones), el("ul.found", {}, ...zones.rows.map((row) => line(zones, row))));
  if (closures?.rows.length) parts.push(el("h2", {}, words.tables.closures), el("ul.found", {}, ...closures.rows.map((row) => line(closures, row))));
  return parts;
}

function layer(table) {
  const box = el("input", { type: "checkbox", checked: !state.hidden.has(table.table), onchange: () => {
    if (box.checked) state.hidden.delete(table.table);
    else state.hidden.add(table.table);
    close();
  } });
  const placed = table.rows.filter((row) => row.at || row.rings.length).length;
  return el("label", {}, box, el(`i.k-${table.table}`, {}), words.tables[table.table], el("small", {}, fill(w.placed, placed, table.total ? table.rows.length : 0)));
}

function legend() {
  const names = [w.class_none, "I", "II", "III", "IV"];
  return el("p.keys", {}, ...names.map((name, code) => el("span", {}, el(`i.c${code}`, {}), name)), el("span", {}, el("i.closed", {}), w.closed));
}

function search() {
  const list = el("ul.found", {}), field = el("input", { type: "search", placeholder: w.find, ariaLabel: w.find, value: state.text, oninput: () => {
    state.text = field.value;
    list.replaceChildren(...hits(field.value.trim().toLowerCase()));
  } });
  list.replaceChildren(...hits(state.text.trim().toLowerCase()));
  return el("div", {}, field, list);
}

function hits(text) {
  if (text.length < 2) return [];
  const rows = state.atlas.tables.flatMap((table) => table.rows.filter((row) => row.cells.some((cell) => cell.toLowerCase().includes(text))).map((row) => line(table, row)));
  const names = new Map();
  for (const [number, piece] of state.roads.pieces.entries()) {
    const name = state.roads.names[piece.name];
    if (name.toLowerCase().includes(text) && !names.has(name)) names.set(name, number);
  }
  const streets = [...names].map(([name, number]) => el("li", {}, el("button", { type: "button", onclick: () => chooseStreet(number, { go: true }) }, name, el("small", {}, w.street))));
  return [...streets, ...rows].slice(0, MOST_FOUND);
}

function line(table, row) {
  const text = [textOf(table, row, "id"), textOf(table, row, "name") || textOf(table, row, "way_id"), textOf(table, row, "cleaning_class"), textOf(table, row, "buffer_m") && `${textOf(table, row, "buffer_m")} m`, textOf(table, row, "begin"), textOf(table, row, "end")].filter(Boolean).join(" · ");
  return el("li", {}, el("button", { type: "button", onclick: () => choose(table.table, row.row, { go: true }) }, text || `#${row.row}`, el("small", {}, words.tables[table.table])));
}

function findings(issues, placed = false) {
  return el("ul.findings", {}, ...issues.map((one) => {
    const table = state.atlas.tables.find((each) => each.file === one.file), hint = one[`hint_${words.language}`];
    const where = `${words.tables[table?.table] || one.file} #${one.row}`;
    return el(`li${one.must ? ".must" : ""}`, {}, placed && table ? el("button", { type: "button", onclick: () => choose(table.table, one.row, { go: true }) }, where) : null,
      ` ${one.column || ""} ${one[`message_${words.language}`]}`, hint ? el("span.hint", {}, `→ ${hint}`) : null);
  }));
}

// ---- a row --------------------------------------------------------------------------------------
export function rowForm(at) {
  const table = tableOf(at.table), row = at.kind === "new" ? null : rowOf(at);
  if (!table || (at.kind === "row" && !row)) return [el("p.note", {}, w.gone), el("button", { type: "button", onclick: close }, w.back)];
  const named = row ? textOf(table, row, "name") || textOf(table, row, "id") || `#${row.row}` : fill(w.new_row, words.tables[at.table]);
  const issues = row ? issuesOf(table, row.row) : [];
  const parts = [el("h2", {}, named), el("p.note", {}, `${words.tables[at.table]} · ${table.file || `${at.table}.csv`}${row ? ` #${row.row}` : ""}`)];
  if (row?.at || at.at) parts.push(verdict(table));
  if (issues.length) parts.push(findings(issues));
  if (!table.changeable) parts.push(el("p.note", {}, w.not_changeable));
  parts.push(fields(at, table, row, issues));
  return parts;
}

function verdict(table) {
  const near = state.near;
  if (!near) return el("p.note", {}, w.measuring);
  const street = near.street || fill(w.unnamed, words.highway[near.highway] || near.highway);
  return el(`div.near.${near.verdict}`, { role: "status" }, fill(w[`near_${near.verdict}`], street, near.distance_m),
    el("br", {}), el("small", {}, fill(w.written, near.x, near.y, table.crs.toUpperCase().replace("GCJ02", "GCJ-02").replace("BD09", "BD-09").replace("WGS84", "WGS-84"))));
}

function fields(at, table, row, issues) {
  const may = words.edit && table.changeable;
  const inputs = [...new Set(table.columns.filter(Boolean))].filter((column) => !["lonlat", "latlon"].includes(column)).map((column) => {
    const was = row ? textOf(table, row, column) : table.columns.includes("lon") && state.near && column === "lon" ? state.near.x : state.near && column === "lat" ? state.near.y : "";
    return [column, field(at, table.table, column, was, issues, may)];
  });
  const form = el("form", { onsubmit: (event) => { event.preventDefault(); save(at, table, row); } }, el("div.row-fields", {}, ...inputs.map(([, node]) => node)));
  if (may) {
    form.append(el("p.bar", {}, el("button.first", { type: "submit" }, w.save), row ? el("button", { type: "button", id: "remove", onclick: () => remove(table, row) }, w.remove) : null,
      el("button", { type: "button", onclick: close }, w.back)));
  } else form.append(el("p.bar", {}, el("button", { type: "button", onclick: close }, w.back)));
  return form;
}

function field(at, table, column, was, issues, may) {
  const typed = at.typed[column], value = typed === undefined ? was : typed;
  const told = issues.filter((one) => one.column === (tableOf(table).headings[tableOf(table).columns.indexOf(column)] || column));
  const options = words.choices[table]?.[column];
  const keep = (event) => {
    at.typed[column] = event.target.value;
    event.target.classList.toggle("edited", event.target.value !== was);
  };
  const input = options ? choice(options, value, keep) : el("input", { value, oninput: keep });
  input.name = column;
  input.disabled = !may;
  input.classList.toggle("edited", value !== was);
  if (told.length) input.classList.add(told.some((one) => one.must) ? "wrong" : "odd");
  const title = words.columns[table][column] || column, must = tableOf(table).required.includes(column) ? " *" : "";
  return el(`label${LONG.has(column) ? ".wide" : ""}`, {}, el("span", {}, title + must), input);
}

function choice(options, value, keep) {
  const known = value === "" || value in options;
  return el("select", { onchange: keep }, el("option", { value: "" }, ""), known ? null : el("option", { value, selected: true }, value),
    ...Object.entries(options).map(([key, text]) => el("option", { value: key, selected: key === value }, key === text ? key : `${text}（${key}）`)));
}

async function save(at, table, row) {
  const values = Object.fromEntries(Object.entries(at.typed).filter(([column, text]) => !row || text !== textOf(table, row, column)));
  if (row) {
    if (!Object.keys(values).length || await change(at.table, { put: [{ row: row.row, seen: row.cells, values }] })) {
      at.typed = {};
      await choose(at.table, at.row);
    }
    return;
  }
  const spot = "lon" in values || "lat" in values ? null : at.at;
  if (!(await change(at.table, { added: [{ values, at: spot }] }))) return;
  const rows = tableOf(at.table).rows;
  await choose(at.table, rows[rows.length - 1].row);
}

async function remove(table, row) {
  if (await change(table.table, { gone: [{ row: row.row, seen: row.cells }] })) close();
}

// ---- a street -----------------------------------------------------------------------------------
export function streetForm(at) {
  const piece = state.roads.pieces[at.number], name = state.roads.names[piece.name], streets = tableOf("streets");
  const level = Number(state.atlas.classes[at.number] || 0), closed = state.atlas.closed.includes(at.number);
  const rows = (table) => (table?.rows || []).filter((row) => (name && textOf(table, row, "name") === name) || ways(at).has(textOf(table, row, "way_id")));
  const facts = [words.highway[piece.highway] || piece.highway, fill(w.class_now, level ? ["", "I", "II", "III", "IV"][level] : w.class_none), fill(w.pieces, at.pieces.length), closed ? w.closed : ""];
  const found = rows(streets), shut = rows(tableOf("closures"));
  const parts = [el("h2", {}, streetText(at.number)), el("p.note", {}, facts.filter(Boolean).join(" · "))];
  if (found.length) parts.push(el("p", {}, w.rows_of_street), el("ul.found", {}, ...found.map((row) => line(streets, row))));
  if (shut.length) parts.push(el("p", {}, words.tables.closures), el("ul.found", {}, ...shut.map((row) => line(tableOf("closures"), row))));
  if (!words.edit) return [...parts, el("button", { type: "button", onclick: close }, w.back)];
  const whole = found.find((row) => textOf(streets, row, "name") === name && !textOf(streets, row, "buffer_m")) || null;
  parts.push(el("h2", {}, whole ? w.street_row : w.new_street_row), streetFields(at, streets, name ? whole : found[0] || null, name, piece));
  return parts;
}

const ways = (at) => new Set(at.pieces.map((number) => String(state.roads.pieces[number].way)));

function streetFields(at, table, row, name, piece) {
  const shown = ["cleaning_class", "width_m", "lanes", "core", "operator", "exclude", "include", "note"].map((column) => field(at, "streets", column, row ? textOf(table, row, column) : "", [], table.changeable));
  return el("form", { onsubmit: async (event) => {
    event.preventDefault();
    const values = { ...at.typed };
    const done = row ? await change("streets", { put: [{ row: row.row, seen: row.cells, values }] })
      : await change("streets", { added: [{ values: { ...values, ...(name ? { name } : { way_id: String(piece.way) }) } }] });
    if (done) chooseStreet(at.number);
  } }, el("div.row-fields", {}, ...shown),
  el("p.bar", {}, el("button.first", { type: "submit" }, w.save), row ? el("button", { type: "button", id: "remove", onclick: () => remove(table, row) }, w.remove) : null,
    el("button", { type: "button", onclick: () => { begin("closure"); toggleStreet(at.number); } }, w.close_this), el("button", { type: "button", onclick: close }, w.back)));
}

// ---- a zone that is drawn ------------------------------------------------------------------------
export function areaForm(at) {
  const table = tableOf("zones"), shown = ["id", "name", "operator", "town", "grid", "owner", "note"];
  const form = el("form", { onsubmit: async (event) => {
    event.preventDefault();
    if (!(await change("zones", { added: [{ values: { ...at.typed }, ring: at.ring }] }))) return;
    const rows = tableOf("zones").rows;
    choose("zones", rows[rows.length - 1].row);
  } }, el("div.row-fields", {}, ...shown.map((column) => field(at, "zones", column, "", [], table.changeable))),
  el("p.bar", {}, el("button.first", { type: "submit", disabled: at.ring.length < 3 }, w.save),
    el("button", { type: "button", disabled: !at.ring.length, onclick: () => setRing(at.ring.slice(0, -1)) }, w.last_corner), el("button", { type: "button", onclick: close }, w.back)));
  return [el("h2", {}, w.draw_zone), el("p.note", {}, fill(w.corners, at.ring.length)), form];
}

// ---- streets to close ---------------------------------------------------------------------------
export function closureForm(at) {
  const names = new Map(at.pieces.map((number) => [streetText(number) + (state.roads.names[state.roads.pieces[number].name] ? "" : ` ${state.roads.pieces[number].way}`), number]));
  const chips = [...names].map(([text, number]) => el("button", { type: "button", title: w.leave_out, onclick: () => toggleStreet(number) }, `${text} ×`));
  const day = document.getElementById("day").value, typed = at.typed;
  const date = (column) => el("label", {}, el("span", {}, words.columns.closures[column]), el("input", { type: "date", name: column, required: true, value: typed[column] || day, oninput: (event) => { typed[column] = event.target.value; } }));
  const reason = el("label.wide", {}, el("span", {}, words.columns.closures.reason), el("input", { name: "reason", value: typed.reason || "", oninput: (event) => { typed.reason = event.target.value; } }));
  return [el("h2", {}, w.close_streets), el("p.note", {}, w.tool_closure), el("div.chips", {}, ...chips),
    el("form", { onsubmit: async (event) => {
      event.preventDefault();
      const [begins, ends] = [typed.begin || day, typed.end || day];
      if (ends < begins) return tell(w.ends_first);
      const rows = [...names.values()].map((number) => streetKey(number)).map((key) => ({ values: { ...key, begin: begins, end: ends, reason: typed.reason || "" } }));
      if (await change("closures", { added: rows })) close();
      return null;
    } }, el("div.row-fields", {}, date("begin"), date("end"), reason),
    el("p.bar", {}, el("button.first", { type: "submit", disabled: !names.size }, w.close_them), el("button", { type: "button", onclick: close }, w.back)))];
}

function streetKey(number) {
  const piece = state.roads.pieces[number], name = state.roads.names[piece.name];
  return name ? { name } : { way_id: String(piece.way) };
}
