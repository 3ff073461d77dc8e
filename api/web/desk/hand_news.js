// What a dispatcher hears after the plan was made: somebody is out or back, an order came. It is written into the
// district's tables; re-planning the rest then knows of it.
/* global plan, state, update, word, el, clock, map, L */
import { change, draft, opened, refresh, said } from "./hand_draft.js";
import { call, words } from "./call.js";

const dialog = document.getElementById("move");
const order = { place: null, picking: false, marker: null, card: null, language: "" };

const district = () => `/api/v1/districts/${encodeURIComponent(draft.district)}`;

async function tellOf(path, body) {
  if (await call(`${district()}/${path}`, "POST", body)) {
    await refresh();
    update({ tab: "hand", route: null, revision: state.revision + 1 });
    return true;
  }
  return false;
}

// ---- out and back -------------------------------------------------------------------------------
export function askWho(route) {
  const names = [[route.vehicle, [route.vehicle, route.plate].filter(Boolean).join(" · ")], ...route.crew.map((name) => [name, name])];
  const who = el("select", { name: "who" }, ...names.map(([value, text]) => el("option", { value }, text)));
  const why = el("input", { name: "why", maxLength: 200, autocomplete: "off" });
  const send = (event) => {
    event.preventDefault();
    dialog.close();
    tellOf("outages", { id: who.value, note: why.value });
  };
  open(el("form", { onsubmit: send }, el("h2", said("out")), el("p.note", said("out_help")),
    el("label", said("out_who"), who), el("label", said("out_why"), why), buttons(said("out_send"))));
}

export async function askSwap(route) {
  if (!draft.open && !await opened()) return;
  const others = draft.trucks.filter((truck) => truck.part === route.part && truck.key !== route.key && truck.shift === route.shift);
  const who = el("select", { name: "vehicle" }, ...others.map((truck) => {
    const own = plan.routes.find((each) => each.key === truck.key);
    return el("option", { value: truck.key }, [truck.vehicle, truck.plate, own ? `${clock(own.depart)}–${clock(own.end)}` : said("idle")].filter(Boolean).join(" · "));
  }));
  const send = (event) => {
    event.preventDefault();
    const other = others.find((one) => one.key === who.value);
    dialog.close();
    change({ do: "swap", vehicle: route.vehicle, shift: route.shift, with_vehicle: other.vehicle, with_shift: other.shift });
  };
  open(el("form", { onsubmit: send }, el("h2", `${route.vehicle}: ${said("swap_with")}`),
    others.length ? el("label", said("vehicle"), who) : el("p.note", said("swap_none")), buttons(said("ok"), !others.length)));
}

function buttons(text, off = false) {
  return el("div.row", el("button.first", { disabled: off }, text), el("button", { type: "button", onclick: () => dialog.close() }, said("cancel")));
}

function open(form) {
  dialog.replaceChildren(form);
  dialog.showModal();
}

// ---- what came since the plan was made ----------------------------------------------------------
export function newsCard() {
  if (!draft.news.length) return [];
  const out = new Map();
  for (const one of draft.news) if (one.what !== "order_added") out.set(one.id, one.what);
  const isOut = (one) => one.what === "somebody_out" && out.get(one.id) === one.what;
  return [el("section.card.news", el("h3", said("news"), el("sup", draft.news.length)),
    el("ul.tasks", ...draft.news.map((one) => el("li", el("b", said(`news_${one.what}`, one.id)),
      el("small", [new Date(one.at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" }), one.who].filter(Boolean).join(" · ")),
      one.note ? el("span", one.note) : null,
      isOut(one) ? el("button.link", { onclick: () => tellOf("outages", { id: one.id, available: true }) }, said("back_again")) : null))),
    el("p.note", said("news_help")))];
}

// ---- an order -----------------------------------------------------------------------------------
// One card as long as it is not sent: what is typed stays while the panel around it changes.
export function orderForm() {
  if (!draft.district || !words.whole) return [];
  if (!order.card || order.language !== state.language) {
    order.language = state.language;
    order.card = el("details.card.order", { ontoggle: ({ target }) => target.open && !target.querySelector("form") && target.append(form()) }, el("summary", said("order")));
  }
  return [order.card];
}

function form() {
  const names = Object.keys(words.operations), usual = [...new Set(plan.routes.map((route) => route.operation))];
  const operation = el("select", { name: "operation" }, ...[...usual, ...names.filter((name) => !usual.includes(name))]
    .map((name) => el("option", { value: name }, plan.words.operation[name] ? word("operation", name) : words.operations[name][state.language === "zh" ? 0 : 1])));
  const street = el("input", { name: "street", autocomplete: "off", maxLength: 200 });
  street.setAttribute("list", "street-names");
  const place = el("button", { type: "button", name: "pick", ariaPressed: String(order.picking), onclick: () => pickPlace(place) }, placeText());
  const [begin, end] = ["13:00", "15:00"].map((value, at) => el("input", { type: "time", name: at ? "end" : "begin", required: true, value }));
  const kg = el("input", { type: "number", name: "kg", min: 0, max: 100000, value: 0 });
  const minutes = el("input", { type: "number", name: "minutes", min: 0, max: 480, value: 10 });
  const note = el("input", { name: "note", maxLength: 200, autocomplete: "off" });
  const send = async (event) => {
    event.preventDefault();
    const busy = event.target.querySelector("button.first");
    const at = order.place ? { lon: order.place.lng, lat: order.place.lat } : {};
    const told = { operation: operation.value, window: `${begin.value}-${nextDay(begin.value, end.value)}`, date: plan.date, street: street.value.trim(),
      demand_kg: Number(kg.value), service_min: Number(minutes.value), note: note.value, ...at };
    busy.disabled = true; // pressed twice it is one order
    if (await tellOf("orders", told)) unpick();
    busy.disabled = false;
  };
  return el("form.order", { onsubmit: send },
    el("datalist", { id: "street-names" }, ...plan.streets.filter(Boolean).map((value) => el("option", { value }))),
    el("label", word("column", "operation"), operation), el("label", said("order_street"), street), el("label", said("order_place"), place),
    el("label", said("order_begin"), begin), el("label", said("order_end"), end), el("label", said("order_kg"), kg),
    el("label", said("order_minutes"), minutes), el("label", said("order_note"), note), el("button.first", said("order_send")));
}

// An end before the beginning is of the next day, which tables write as an hour beyond 24.
const nextDay = (begin, end) => (end > begin ? end : `${Number(end.slice(0, 2)) + 24}${end.slice(2)}`);

const placeText = () => (order.picking ? said("order_click") : order.place ? `${order.place.lng.toFixed(5)}, ${order.place.lat.toFixed(5)}` : said("order_pick"));

function pickPlace(button) {
  order.picking = !order.picking;
  button.textContent = placeText();
  button.ariaPressed = String(order.picking);
}

// A click on the map while a place is asked for; whether it was one.
export function picked(place) {
  if (!order.picking) return false;
  order.marker?.remove();
  Object.assign(order, { picking: false, place, marker: L.circleMarker(place, { radius: 9, color: "#c92a2a", fillOpacity: 0.4 }).addTo(map) });
  const button = document.querySelector(".order button[name=pick]");
  if (button) Object.assign(button, { textContent: placeText(), ariaPressed: "false" });
  return true;
}

function unpick() {
  order.marker?.remove();
  Object.assign(order, { place: null, marker: null, picking: false, card: null });
  update({ revision: state.revision + 1 });
}
