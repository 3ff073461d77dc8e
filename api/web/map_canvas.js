"use strict";
// Two canvases over the map: the road network, and the routes with vehicles and unserved tasks.

const PlanCanvas = L.Renderer.extend({
  options: { padding: 0.25 },
  initialize(paint, options) {
    L.Renderer.prototype.initialize.call(this, options);
    this._paint = paint;
  },
  _initContainer() {
    this._container = document.createElement("canvas");
    this._context = this._container.getContext("2d");
  },
  _destroyContainer() {
    cancelAnimationFrame(this._asked);
    this._container.remove();
    delete this._container;
  },
  _updatePaths() {},
  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize(), ratio = window.devicePixelRatio || 1;
    L.DomUtil.setPosition(this._container, this._bounds.min);
    this._container.width = ratio * size.x;
    this._container.height = ratio * size.y;
    this._container.style.width = `${size.x}px`;
    this._container.style.height = `${size.y}px`;
    this._draw(); // at once: the canvas is empty now
  },
  // Whatever changes before the next frame is drawn together.
  redraw() {
    this._asked ||= requestAnimationFrame(() => this._draw());
  },
  _draw() {
    cancelAnimationFrame(this._asked);
    this._asked = 0;
    if (!this._bounds) return;
    const ratio = window.devicePixelRatio || 1, size = this._bounds.getSize();
    const scale = 2 ** this._map.getZoom(), origin = this._map.getPixelOrigin().add(this._bounds.min);
    this._context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this._context.clearRect(0, 0, size.x, size.y);
    this._paint(this._context, {
      scale, x0: origin.x, y0: origin.y, zoom: this._map.getZoom(), width: size.x, height: size.y,
      west: origin.x / scale, east: (origin.x + size.x) / scale,
      north: origin.y / scale, south: (origin.y + size.y) / scale,
    });
  },
});

const inView = (line, view) =>
  line.east >= view.west && line.west <= view.east && line.south >= view.north && line.north <= view.south;

const CLOSE = 1; // px between two points of a line, below which nobody sees the first

function trace(context, line, view, shift, from = 0, to = line.count) {
  let lastX = 0, lastY = 0;
  if (shift && !line.nx) addNormals(line);
  for (let i = from; i < to; i++) {
    const x = line.xs[i] * view.scale - view.x0 + (shift ? line.nx[i] * shift : 0);
    const y = line.ys[i] * view.scale - view.y0 + (shift ? line.ny[i] * shift : 0);
    if (i === from) context.moveTo(x, y);
    else if (i < to - 1 && Math.abs(x - lastX) < CLOSE && Math.abs(y - lastY) < CLOSE) continue;
    else context.lineTo(x, y);
    [lastX, lastY] = [x, y];
  }
}

// ---- the road network -------------------------------------------------------------------------
function paintBase(context, view) {
  context.lineCap = context.lineJoin = "round";
  const wide = Math.max(0.6, Math.min(9, 1.9 ** (view.zoom - 13.2)));
  for (const main of [0, 1]) {
    context.beginPath();
    for (const road of plan.base) {
      if (road.main === main && inView(road.line, view)) trace(context, road.line, view, 0);
    }
    context.strokeStyle = main ? "#cdd5dc" : "#dfe4e8";
    context.lineWidth = main ? wide * 1.7 + 0.4 : wide;
    context.stroke();
  }
}

// Names of streets along their middle, none over another; drawn last, above the routes.
function paintLabels(context, view) {
  if (view.zoom < 15 || plan.tiles) return;
  const taken = new Set(), named = new Map();
  context.font = '11px "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif';
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const road of plan.base) {
    if (road.label < 0 || !inView(road.line, view)) continue;
    const name = plan.streets[road.label];
    const [mx, my, i] = along(road.line, 0.5);
    const x = mx * view.scale - view.x0, y = my * view.scale - view.y0;
    const cell = `${Math.round(x / 90)},${Math.round(y / 34)}`;
    const last = named.get(name);
    if (taken.has(cell) || (last && Math.hypot(last[0] - x, last[1] - y) < 380)) continue;
    taken.add(cell);
    named.set(name, [x, y]);
    let angle = Math.atan2(road.line.ys[i + 1] - road.line.ys[i], road.line.xs[i + 1] - road.line.xs[i]);
    if (Math.abs(angle) > Math.PI / 2) angle += Math.PI;
    context.save();
    context.translate(x, y);
    context.rotate(angle);
    context.strokeStyle = "#f4f6f8e6";
    context.lineWidth = 3.5;
    context.strokeText(name, 0, 0);
    context.fillStyle = "#4b5661";
    context.fillText(name, 0, 0);
    context.restore();
  }
}

// ---- the routes -------------------------------------------------------------------------------
function paintRoutes(context, view) {
  context.lineCap = context.lineJoin = "round";
  const shown = plan.routes.filter(isShown);
  const selected = plan.routes[state.route];
  hooks.under(context, view);
  for (const route of shown) {
    if (route !== selected) paintRoute(context, view, route, selected ? hooks.faint(route) : hooks.strength(route));
  }
  if (selected) paintRoute(context, view, selected, 1);
  paintUnserved(context, view);
  if (state.step) paintFocus(context, view, state.step);
  paintLabels(context, view);
  if (state.time !== null) {
    for (const route of shown) paintVehicle(context, view, route, selected && route !== selected);
  }
}

const NEAR_ZOOM = 15; // from which single streets are told apart

function paintRoute(context, view, route, strength) {
  const time = state.time === null ? Infinity : state.time;
  const shift = view.zoom >= 14 ? Math.min(4, (view.zoom - 13) * 1.1) : 0;
  const bold = route.number === state.route ? 1.35 : 1;
  const width = Math.max(1.2, Math.min(5, (view.zoom - 10) * 0.7)) * bold;
  // Dashes of a hundred routes take two thirds of all drawing: seen from afar a way is a thin line.
  const dashed = !state.playing && (view.zoom >= NEAR_ZOOM || route.number === state.route);
  context.strokeStyle = context.fillStyle = colourOf(route);
  for (const serve of [false, true]) {
    for (const done of [false, true]) {
      if (!done && time === Infinity) continue;
      context.globalAlpha = strength * (done ? (serve ? 0.92 : dashed ? 0.6 : 0.4) : 0.16);
      context.lineWidth = serve ? width : dashed ? Math.max(1, width * 0.4) : 1;
      context.setLineDash(serve || !dashed ? [] : [5, 4]);
      context.lineCap = serve ? "round" : "butt"; // round ends of dashes take a fourth of all drawing
      context.beginPath();
      for (const step of route.steps) {
        if ((step.kind === "serve") === serve && step.line && inView(step.line, view)) {
          traceStep(context, view, step, time, done, shift, width);
        }
      }
      context.stroke();
    }
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function traceStep(context, view, step, time, done, shift, width) {
  const line = step.line;
  if (line.count < 2) {
    if (step.kind === "serve" && done === (step.arrive <= time)) {
      const x = line.xs[0] * view.scale - view.x0, y = line.ys[0] * view.scale - view.y0;
      const radius = Math.max(0.6, width * 0.5);
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 7);
    }
  } else if (time >= step.depart || time <= step.arrive) {
    if (done === time >= step.depart) trace(context, line, view, shift);
  } else {
    const [x, y, i] = along(line, (time - step.arrive) / (step.depart - step.arrive));
    if (!line.nx) addNormals(line);
    const at = [x * view.scale - view.x0 + line.nx[i] * shift, y * view.scale - view.y0 + line.ny[i] * shift];
    if (done) {
      trace(context, line, view, shift, 0, i + 1);
      context.lineTo(...at);
    } else {
      context.moveTo(...at);
      for (let k = i + 1; k < line.count; k++) {
        context.lineTo(line.xs[k] * view.scale - view.x0 + line.nx[k] * shift, line.ys[k] * view.scale - view.y0 + line.ny[k] * shift);
      }
    }
  }
}

function paintFocus(context, view, step) {
  if (!step.line) return;
  context.strokeStyle = "#ffd43b";
  context.lineWidth = 4;
  context.beginPath();
  if (step.line.count > 1) trace(context, step.line, view, view.zoom >= 14 ? Math.min(4, (view.zoom - 13) * 1.1) : 0);
  else context.arc(step.line.xs[0] * view.scale - view.x0, step.line.ys[0] * view.scale - view.y0, 10, 0, 7);
  context.stroke();
}

function paintUnserved(context, view) {
  context.lineWidth = 2;
  context.strokeStyle = "#c92a2a";
  context.fillStyle = "#fff";
  context.beginPath();
  for (const task of plan.unserved) {
    if (state.operation && task.operation !== state.operation) continue;
    const x = task.x * view.scale - view.x0, y = task.y * view.scale - view.y0;
    context.moveTo(x, y - 6);
    context.lineTo(x + 6, y);
    context.lineTo(x, y + 6);
    context.lineTo(x - 6, y);
    context.closePath();
  }
  context.fill();
  context.stroke();
}

function paintVehicle(context, view, route, faint) {
  const place = placeAt(route, state.time);
  if (!place) return;
  const x = place.x * view.scale - view.x0, y = place.y * view.scale - view.y0;
  context.globalAlpha = faint ? 0.3 : 1;
  context.beginPath();
  context.arc(x, y, 7, 0, 7);
  context.fillStyle = colourOf(route);
  context.fill();
  context.lineWidth = 2.5;
  context.strokeStyle = "#fff";
  context.stroke();
  if (!faint && (view.zoom >= 14 || route.number === state.route || plan.routes.length <= 12)) {
    context.font = '600 11px "Noto Sans CJK SC", "Microsoft YaHei", sans-serif';
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.lineWidth = 3;
    context.strokeText(route.vehicle, x + 11, y);
    context.fillStyle = "#1b1f24";
    context.fillText(route.vehicle, x + 11, y);
  }
  context.globalAlpha = 1;
}

// ---- what lies under the pointer ---------------------------------------------------------------
// A task left out or a step of a route; of `routes` alone where they are given, `wide` times as far away, and of services
// alone where only these are meant.
function hit(latlng, zoom, { routes = null, wide = 1, services = false } = {}) {
  const [px, py] = world(latlng.lng, latlng.lat), reach = (7 * wide) / 2 ** zoom;
  for (const task of routes ? [] : plan.unserved) {
    if (Math.hypot(task.x - px, task.y - py) < 1.2 * reach) return { task };
  }
  let best = null, nearest = reach;
  const only = plan.routes[state.route];
  for (const route of routes || (only && isShown(only) ? [only] : plan.routes.filter(isShown))) {
    for (const step of route.steps) {
      const line = step.line;
      if (!line || (services && step.kind !== "serve") || px < line.west - reach || px > line.east + reach || py < line.north - reach || py > line.south + reach) continue;
      const distance = distanceTo(line, px, py) * (step.kind === "serve" ? 0.8 : 1);
      if (distance < nearest) [nearest, best] = [distance, step];
    }
  }
  return best && { step: best };
}

function distanceTo(line, px, py) {
  let best = Math.hypot(line.xs[0] - px, line.ys[0] - py);
  for (let i = 1; i < line.count; i++) {
    const dx = line.xs[i] - line.xs[i - 1], dy = line.ys[i] - line.ys[i - 1];
    const length = dx * dx + dy * dy;
    const share = length ? Math.max(0, Math.min(1, ((px - line.xs[i - 1]) * dx + (py - line.ys[i - 1]) * dy) / length)) : 0;
    best = Math.min(best, Math.hypot(line.xs[i - 1] + share * dx - px, line.ys[i - 1] + share * dy - py));
  }
  return best;
}
