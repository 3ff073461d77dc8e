// What drivers report of a published plan: each step with its mark, each route with its count.
/* global plan, state, update, el */
import { words } from "./call.js";
import { said } from "./hand_draft.js";

const EVERY_MS = 20_000; // between two looks: a driver reports some forty steps in four hours
const reports = new Map();
const place = (work, step) => `${work} ${step}`;

let heard = 0;

// Quietly: without a network or a login the page shows what it knows.
export async function follow() {
  try {
    const response = await fetch(`/api/v1/plans/${encodeURIComponent(words.plan)}/reports`);
    const found = response.ok ? await response.json() : [];
    if (found.length > heard) {
      heard = found.length;
      for (const one of found) reports.set(place(one.work, one.step), one);
      update({ revision: state.revision + 1 });
    }
  } catch {
    // the next look may find the network again
  }
  setTimeout(follow, EVERY_MS);
}

// The number of a step in its route, as the phone counts them.
const numberOf = (step) => step.route.steps.indexOf(step);

export function mark(step, row) {
  const report = reports.get(place(step.route.id, numberOf(step)));
  if (!report || report.state === "open") return row;
  row.classList.add(`said-${report.state}`);
  row.append(el("small.said", report.state === "done" ? "✓" : `✗ ${report.note}`));
  return row;
}

export function told(route) {
  const own = [...reports.values()].filter((one) => one.work === route.id);
  const count = (kind) => own.filter((one) => one.state === kind).length;
  return own.length ? said("reported", count("done"), count("cannot")) : "";
}
