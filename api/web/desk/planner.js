// The page of a planner: orders studies, follows them, stops them.
import { call, renew, tell, words } from "./call.js";

const form = document.getElementById("study"), followed = new Set();
const OPEN = ["queued", "running", "stopping"];

// Only the fields of the study that is chosen are there.
function shape() {
  for (const part of form.querySelectorAll("[data-of]")) {
    part.hidden = !part.dataset.of.split(" ").includes(form.study.value);
    for (const field of part.querySelectorAll("input, select, textarea")) field.disabled = part.hidden;
  }
}

async function order(event) {
  event.preventDefault();
  tell("");
  const button = form.querySelector("button.first"), study = form.study.value;
  const asked = { study, date: form.date.value, language: words.language };
  if (study === "site") asked.kind = form.kind.value;
  if (study === "week") asked.days = Number(form.days.value);
  if (!form.iterations.disabled) asked.iterations = Number(form.iterations.value);
  if (!form.seeds.disabled) asked.seeds = Number(form.seeds.value);
  if (!form.check.disabled) asked.check = Boolean(form.check.value);
  if (study === "compare") asked.scenarios = [form.scenario.value];
  button.disabled = true; // pressed twice it is one study
  if (await call(`/api/v1/districts/${encodeURIComponent(words.district)}/studies`, "POST", asked)) await show();
  button.disabled = false;
}

async function show() {
  await renew("jobs", "studies");
  follow();
}

function follow() {
  for (const card of document.querySelectorAll(".job")) {
    const { job, state } = card.dataset;
    if (!OPEN.includes(state) || followed.has(job)) continue;
    followed.add(job);
    const source = new EventSource(`/api/v1/jobs/${job}/events`);
    let known = state;
    source.addEventListener("progress", (event) => progress(job, JSON.parse(event.data)));
    source.addEventListener("state", (event) => {
      const now = JSON.parse(event.data).state;
      if (!OPEN.includes(now)) source.close();
      if (now !== known) show();
      known = now;
    });
  }
}

function progress(job, told) {
  const card = document.querySelector(`[data-job="${job}"]`), bar = card?.querySelector("progress");
  if (!bar) return;
  bar.value = told.share;
  card.querySelector(".detail").textContent = ` · ${[told.detail, `${Math.round(told.seconds)} s`].filter(Boolean).join(" · ")}`;
}

if (form) {
  form.study.addEventListener("change", shape);
  form.known.addEventListener("change", () => { if (form.known.value) form.scenario.value = words.scenarios[form.known.value]; });
  form.addEventListener("submit", order);
  shape();
}
document.addEventListener("click", (event) => {
  const job = event.target.dataset?.stop;
  if (!job) return;
  event.target.disabled = true;
  call(`/api/v1/jobs/${job}/stop`, "POST").then(show);
});
follow();
