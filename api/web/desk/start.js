// The start page: gives orders, follows them, stops them.
import { call, fill, renew, tell, words } from "./call.js";

const followed = new Set();

async function start(event) {
  event.preventDefault();
  tell("");
  const form = new FormData(event.target), text = (name) => String(form.get(name) || "");
  const order = { district: text("district"), date: text("date"), seconds: Number(text("seconds")), seed: Number(text("seed")),
    language: words.language, without: text("without").split(/[\s,，、;；]+/).filter(Boolean), demand_factor: Number(text("demand_factor")), keep: text("keep") || null, name: text("name").trim() || null };
  const button = event.target.querySelector("button.first");
  button.disabled = true; // until the order is seen below
  if (await call("/api/v1/jobs", "POST", order)) await show();
  button.disabled = false;
}

async function show() {
  await renew("jobs", "plans");
  follow();
}

function follow() {
  for (const card of document.querySelectorAll(".job")) {
    const { job, state } = card.dataset;
    if (!["queued", "running", "stopping"].includes(state) || followed.has(job)) continue;
    followed.add(job);
    const source = new EventSource(`/api/v1/jobs/${job}/events`);
    let known = state;
    source.addEventListener("progress", (event) => progress(job, JSON.parse(event.data)));
    source.addEventListener("state", (event) => {
      const now = JSON.parse(event.data).state;
      if (!["queued", "running", "stopping"].includes(now)) source.close();
      if (now !== known) show();
      known = now;
    });
  }
}

// With a budget in seconds the clock tells best: several parts are searched side by side.
function progress(job, told) {
  const card = document.querySelector(`[data-job="${job}"]`), bar = card && card.querySelector("progress");
  if (!bar) return;
  const budget = Number(card.dataset.seconds), late = ["haul", "document", "write"].includes(told.stage);
  bar.value = late ? 0.97 : budget ? Math.min(0.95, told.seconds / budget) : told.share;
  const facts = [words.stage[told.stage], `${words.elapsed} ${Math.round(told.seconds)} s`];
  if (told.cost_cny !== undefined) facts.push(`${words.best_cost} ${told.cost_cny.toLocaleString("en")}`);
  card.querySelector(".detail").textContent = ` · ${facts.join(" · ")}`;
}

document.getElementById("order")?.addEventListener("submit", start);
document.addEventListener("click", (event) => {
  const job = event.target.dataset?.stop;
  if (!job) return;
  event.target.disabled = true;
  call(`/api/v1/jobs/${job}/stop`, "POST").then(show);
});
document.addEventListener("click", async (event) => {
  const { publish, withdraw, violations } = event.target.dataset || {};
  const plan = publish || withdraw, count = Number(violations || 0);
  if (!plan || (publish && count && !confirm(fill(words.publish_sure, count)))) return;
  tell("");
  const done = await call(`/api/v1/plans/${encodeURIComponent(plan)}/${publish ? "publish" : "withdraw"}`, "POST", publish ? { even_so: count > 0 } : undefined);
  if (done) await show();
});
follow();
