// The dialog "move to": what, to whom, and where; everything that dragging can do, by keyboard.
/* global plan, word, el, clock, stepText */
import { change, draft, isLocked, opened, said, tasksOf } from "./hand_draft.js";

const dialog = document.getElementById("move");

export async function askWhere(operation, step, task = null) {
  if (!draft.open && !await opened()) return;
  let unit = "task";
  const scopes = step ? ["task", ...(step.name ? ["street"] : []), "trip"] : ["task"];
  const part = step ? step.route.part : null;
  const trucks = draft.trucks.filter((truck) => (part === null ? truck.operation === operation : truck.part === part));
  const tasks = () => (step ? tasksOf(step, unit) : [task.task]);
  const where = el("select", { name: "place" });
  const who = el("select", { name: "vehicle", onchange: () => fillPlaces(where, who.value) },
    ...trucks.map((truck) => {
      const own = plan.routes.find((route) => route.key === truck.key);
      const told = [truck.vehicle, truck.plate, word("shift", truck.shift), own ? `${clock(own.depart)}–${clock(own.end)}` : said("idle")];
      return el("option", { value: truck.key, selected: step && truck.key === step.route.key }, told.filter(Boolean).join(" · "));
    }));
  fillPlaces(where, who.value);
  const send = (edit) => { dialog.close(); change(edit); };
  const move = (event) => {
    event.preventDefault();
    const truck = trucks.find((one) => one.key === who.value);
    send({ do: "reassign", tasks: tasks(), vehicle: truck.vehicle, shift: truck.shift, at: Number(where.value) });
  };
  const locked = step && isLocked("task", step.task);
  dialog.replaceChildren(el("form", { onsubmit: move },
    el("h2", `${said("move")}: ${step ? stepText(step) : task.name || task.task}`),
    scopes.length > 1 ? el("fieldset", el("legend", said("scope")), ...scopes.map((scope) => el("label",
      el("input", { type: "radio", name: "scope", value: scope, checked: scope === unit, onchange: () => { unit = scope; } }),
      `${said(`scope_${scope}`)} (${tasksOf(step, scope).length})`))) : null,
    el("label", said("vehicle"), who), el("label", said("place"), where),
    el("div.row", el("button.first", said("move_to")),
      step ? el("button", { type: "button", onclick: () => send({ do: "take_out", tasks: tasks() }) }, said("take_out")) : null,
      step ? el("button", { type: "button", onclick: () => send({ do: locked ? "unlock" : "lock", what: "task", tasks: [step.task] }) },
        said(locked ? "unlock_task" : "lock_task")) : null,
      el("button", { type: "button", onclick: () => dialog.close() }, said("cancel")))));
  dialog.showModal();
  who.focus();
}

function fillPlaces(where, key) {
  const own = plan.routes.find((route) => route.key === key);
  const serves = own ? own.steps.filter((step) => step.kind === "serve") : [];
  where.replaceChildren(el("option", { value: 0 }, said("best_place")),
    ...serves.map((step, number) => el("option", { value: number + 1 }, said("before_n", number + 1, stepText(step)))),
    serves.length ? el("option", { value: serves.length + 1 }, said("at_end")) : "");
}
