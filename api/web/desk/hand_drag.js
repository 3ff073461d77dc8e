// A service of the open route, or one that is left out, dragged on the map itself onto another route.
/* global plan, state, map, hooks, hit, isShown, routeCanvas, L, stepText, el */
import { change, draft, said, tasksOf } from "./hand_draft.js";

const REACH = 2.5; // times what a click reaches: a line is not easily met in the middle of a drag
const SLIP_PX = 6; // a hand that trembles drags nothing
const label = L.tooltip({ className: "hint held", offset: [12, 0], opacity: 1 });
let held = null, dropped = false;

function take(found) {
  if (found?.task) return { tasks: [found.task.task], text: found.task.name || found.task.task, goes: (route) => route.operation === found.task.operation };
  if (!found) return null;
  return { tasks: tasksOf(found.step, draft.unit), text: stepText(found.step), from: found.step, goes: (route) => route.part === found.step.route.part };
}

// The route under the pointer, and which service of it comes after what is dropped here (0: the best place).
function under(latlng) {
  const routes = plan.routes.filter((route) => isShown(route) && held.goes(route)), zoom = map.getZoom();
  const found = hit(latlng, zoom, { routes, wide: REACH, services: true }) || hit(latlng, zoom, { routes, wide: REACH });
  if (!found || found.step === held.from) return null;
  const { route } = found.step, serves = route.steps.filter((step) => step.kind === "serve");
  return { route, at: serves.indexOf(found.step) + 1, before: found.step.kind === "serve" ? found.step : null };
}

function told() {
  if (!held.over) return el("p", held.text);
  const { route, before } = held.over;
  return el("div", el("b", `${held.text} → ${route.vehicle}`), el("p", before ? said("before_n", held.over.at, stepText(before)) : said("best_place")));
}

function end() {
  held = null;
  label.remove();
  map.dragging.enable();
  document.body.classList.remove("dragging");
  routeCanvas.redraw();
}

map.on("mousedown", (event) => {
  dropped = false;
  if (!draft.open || state.route === null || event.originalEvent.button !== 0) return;
  held = take(hit(event.latlng, map.getZoom(), { services: true }));
  if (!held) return;
  held.begin = event.containerPoint;
  map.dragging.disable(); // the map stays where it is
});
map.on("mousemove", (event) => {
  if (!held || (!held.moves && held.begin.distanceTo(event.containerPoint) < SLIP_PX)) return;
  if (!held.moves) {
    held.moves = true;
    document.body.classList.add("dragging");
    routeCanvas.redraw();
  }
  held.over = under(event.latlng);
  label.setLatLng(event.latlng).setContent(told()).addTo(map);
});
document.addEventListener("mouseup", () => {
  if (!held) return;
  const { over, tasks } = held;
  dropped = Boolean(held.moves);
  end();
  if (over) change({ do: "reassign", tasks, vehicle: over.route.vehicle, shift: over.route.shift, at: over.at });
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && held) end();
});
// Where it can go is as plain as the open route.
hooks.faint = (route) => (held?.moves && held.goes(route) ? 0.75 : 0.09);

// Whether a click is only the end of a drag.
export const wasDrop = () => dropped;
