"use strict";
// The plan, the one state, and small helpers. Times are seconds after midnight of the plan's date.

const plan = JSON.parse(document.getElementById("content").textContent);

const state = {
  language: plan.language,
  tab: "overview",
  route: null, // index of the selected route
  step: null, // a step of it, to look at
  operation: "", type: "", shift: "", text: "",
  hidden: new Set(),
  time: null, // null: the whole day
  playing: false,
  colourBy: "route",
  revision: 0, // counts what has changed in the plan itself
};
// What a page that does more than show adds to this one: tabs, rows, drawings.
const hooks = { head: () => [], tabs: [], row: (route, row) => row, route: () => [], step: (step, row) => row, under: () => {}, click: () => false, facts: () => "", strength: () => 1, faint: () => 0.09, shown: () => {}, unserved: () => [] };
// Files of the plan lie beside an exported map, and elsewhere for the desk.
const fileAt = (name) => `${plan.files || ""}${name}`;
let drawn = {}; // the state last rendered, to leave alone what did not change

function update(changes) {
  Object.assign(state, changes);
  render(state);
}

function changed(...keys) {
  return keys.some((key) => drawn[key] !== state[key]);
}

// ---- words ----------------------------------------------------------------------------------
const pick = (pair) => pair[state.language === "zh" ? 0 : 1];

function word(section, key, ...values) {
  const pair = plan.words[section][key];
  let text = pair ? pick(pair) : String(key);
  for (const value of values) text = text.replace("{}", value);
  return text;
}

const ui = (key, ...values) => word("ui", key, ...values);

function clock(seconds) {
  const days = Math.floor(seconds / 86400), rest = seconds - days * 86400;
  const text = [rest / 3600, (rest % 3600) / 60].map((n) => String(Math.floor(n)).padStart(2, "0")).join(":");
  return days > 0 ? ui("next_day") + text : text;
}

const km = (metres) => `${(metres / 1000).toFixed(1)} ${word("unit", "km")}`;
const distance = (metres) => (metres < 1000 ? `${metres} ${word("unit", "m")}` : km(metres));
const hours = (seconds) => `${(seconds / 3600).toFixed(1)} ${word("unit", "h")}`;
const kilograms = (number) => `${number.toLocaleString("en")} ${word("unit", "kg")}`;

function streetText(numbers) {
  return numbers.map((number) => {
    if (number < 0) return "…";
    const name = plan.streets[number];
    if (!name.startsWith("~")) return name;
    return name === "~" ? ui("unnamed") : ui("unnamed_class", word("highway", name.slice(1)));
  }).join(" → ");
}

function stepText(step) {
  return step.name && !step.streets.length ? step.name : streetText(step.streets) || step.name || step.task;
}

// ---- lines: 1e-5 degrees -> points of the world at zoom 0 (256 x 256 px) ---------------------
function decode(numbers) {
  const count = numbers.length / 2;
  const xs = new Float64Array(count), ys = new Float64Array(count);
  let lon = 0, lat = 0;
  for (let i = 0; i < count; i++) {
    lon += numbers[2 * i];
    lat += numbers[2 * i + 1];
    [xs[i], ys[i]] = world(lon / 1e5, lat / 1e5);
  }
  const line = { xs, ys, count, west: Infinity, east: -Infinity, north: Infinity, south: -Infinity };
  for (let i = 0; i < count; i++) {
    line.west = Math.min(line.west, xs[i]);
    line.east = Math.max(line.east, xs[i]);
    line.north = Math.min(line.north, ys[i]);
    line.south = Math.max(line.south, ys[i]);
  }
  return line;
}

function world(lon, lat) {
  const sine = Math.sin((lat * Math.PI) / 180);
  return [256 * (lon / 360 + 0.5), 256 * (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI))];
}

function lonLat(x, y) {
  const lat = (Math.atan(Math.sinh(Math.PI * (1 - y / 128))) * 180) / Math.PI;
  return [(x / 256 - 0.5) * 360, lat];
}

// Unit vectors to the right of the driving direction, so that both directions of a street show.
function addNormals(line) {
  line.nx = new Float32Array(line.count);
  line.ny = new Float32Array(line.count);
  for (let i = 0; i < line.count; i++) {
    const a = Math.max(i - 1, 0), b = Math.min(i + 1, line.count - 1);
    const dx = line.xs[b] - line.xs[a], dy = line.ys[b] - line.ys[a];
    const length = Math.hypot(dx, dy) || 1;
    line.nx[i] = -dy / length;
    line.ny[i] = dx / length;
  }
  return line;
}

// Where along a line a share of its length is reached: [x, y, index of the point before].
function along(line, share) {
  if (!line.reach) {
    line.reach = new Float64Array(line.count);
    for (let i = 1; i < line.count; i++) {
      line.reach[i] = line.reach[i - 1] + Math.hypot(line.xs[i] - line.xs[i - 1], line.ys[i] - line.ys[i - 1]);
    }
  }
  const wanted = share * line.reach[line.count - 1];
  let i = 0;
  while (i < line.count - 2 && line.reach[i + 1] <= wanted) i++;
  if (line.count < 2) return [line.xs[0], line.ys[0], 0];
  const gap = line.reach[i + 1] - line.reach[i];
  const part = gap > 0 ? Math.min(1, (wanted - line.reach[i]) / gap) : 0;
  return [line.xs[i] + part * (line.xs[i + 1] - line.xs[i]), line.ys[i] + part * (line.ys[i + 1] - line.ys[i]), i];
}

// ---- the plan, ready to draw -----------------------------------------------------------------
const KEYS = ["kind", "arrive", "depart", "name", "streets", "distance", "load", "water", "line", "task"];
const OPERATION_COLOURS = ["#0b7285", "#1864ab", "#d9480f", "#5f3dc4", "#2b8a3e", "#a61e4d", "#846358", "#495057"];

function prepareRoute(route, number) {
  route.number = number;
  route.key = route.shift ? `${route.vehicle}/${route.shift}` : route.vehicle;
  route.trips = route.trips.map((trip) => trip.map((row) => {
    const step = Object.fromEntries(KEYS.map((key, i) => [key, row[i]]));
    step.line = step.line.length ? decode(step.line) : null;
    step.route = route;
    return step;
  }));
  route.steps = route.trips.flat();
  const hue = (number * 137.508) % 360;
  route.colour = `hsl(${hue.toFixed(0)} ${60 + (number % 3) * 8}% ${34 + (number % 4) * 4}%)`;
  route.search = [route.id, route.vehicle, route.plate, route.type, ...route.crew].join(" ").toLowerCase();
}

function prepareUnserved([task, operation, name, reason, relaxation, lon, lat]) {
  const [x, y] = world(lon, lat);
  return { task, operation, name, reason, relaxation, lon, lat, x, y };
}

plan.routes.forEach(prepareRoute);
const operations = [...new Set(plan.routes.map((route) => route.operation))];
plan.base = plan.base.map(([main, label, line]) => ({ main, label, line: decode(line) }));
plan.unserved = plan.unserved.map(prepareUnserved);

const firstTime = Math.min(...plan.routes.map((route) => route.depart), ...plan.haul.map((run) => run[7]), 86400);
const lastTime = Math.max(...plan.routes.map((route) => route.end), ...plan.haul.map((run) => run[11]), firstTime + 3600);

function colourOf(route) {
  if (state.colourBy === "route") return route.colour;
  return OPERATION_COLOURS[operations.indexOf(route.operation) % OPERATION_COLOURS.length];
}

function matches(route) {
  return (!state.operation || route.operation === state.operation) &&
    (!state.type || route.type === state.type) &&
    (!state.shift || route.shift === state.shift) &&
    (!state.text || route.search.includes(state.text.toLowerCase()) || finds(route).length > 0);
}

// Services of a route whose street, point or task is searched for.
function finds(route) {
  const text = state.text.toLowerCase();
  if (text.length < 2) return [];
  return route.steps.filter((step) => step.kind === "serve" && `${step.name} ${step.task}`.toLowerCase().includes(text));
}

const isShown = (route) => !state.hidden.has(route.number) && matches(route);

// The vehicle's place at a time, or null before it leaves and after it is home.
function placeAt(route, time) {
  if (time < route.depart || time > route.end) return null;
  let last = null;
  for (const step of route.steps) {
    if (step.line && step.arrive <= time) {
      const share = step.depart > step.arrive ? Math.min(1, (time - step.arrive) / (step.depart - step.arrive)) : 1;
      const [x, y] = along(step.line, share);
      last = { x, y, step };
    } else if (step.line && !last) {
      last = { x: step.line.xs[0], y: step.line.ys[0], step };
    }
    if (step.arrive > time) break;
    if (last && step.depart > time) last.step = step;
  }
  return last;
}

// ---- DOM -------------------------------------------------------------------------------------
// el("p.note", "text") or el("div", {onclick}, child, child); texts are always text, never HTML.
function el(tag, ...parts) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElement(name);
  if (classes.length) node.className = classes.join(" ");
  fill(node, parts);
  return node;
}

function svg(tag, attributes, ...parts) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  fill(node, parts);
  return node;
}

function fill(node, parts) {
  for (const part of parts.flat()) {
    if (part === null || part === undefined || part === false) continue;
    if (typeof part === "object" && !(part instanceof Node)) {
      for (const [key, value] of Object.entries(part)) {
        if (key === "style") Object.entries(value).forEach(([k, v]) => node.style.setProperty(k, v));
        else if (key in node) node[key] = value;
        else node.setAttribute(key, value);
      }
    } else node.append(part instanceof Node ? part : String(part));
  }
}
