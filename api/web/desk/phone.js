// A driver's page: the next thing first; what is reported waits on the phone until it was sent.
const words = JSON.parse(document.getElementById("words").textContent);
const here = location.pathname, place = `duty:${here.slice(-40)}`;
const items = [...document.querySelectorAll(".item")], dialog = document.getElementById("why");
let waiting = JSON.parse(localStorage.getItem(place) || "[]"), sending = false;

function keep() {
  localStorage.setItem(place, JSON.stringify(waiting));
  document.getElementById("sent").textContent = waiting.length ? words.waiting.replace("{}", waiting.length) : words.sent;
}

// What holds of an item: what waits here, else what the server knew.
function stateOf(item) {
  const { work, steps } = item.dataset;
  const last = steps.split(",").map((step) => {
    const own = waiting.filter((one) => one.work === work && String(one.step) === step).at(-1);
    return own ? own.state : words.told[`${work},${step}`] || "open";
  });
  return last.find((state) => state !== last[0]) ? "open" : last[0];
}

function show() {
  let now = null;
  for (const item of items) {
    const state = "reported" in item.dataset ? stateOf(item) : "open";
    item.classList.toggle("done", state === "done");
    item.classList.toggle("cannot", state === "cannot");
    if (!now && "reported" in item.dataset && state === "open") now = item;
    for (const button of item.querySelectorAll("[data-say]")) button.hidden = (button.dataset.say === "open") === (state === "open");
  }
  for (const item of items) {
    item.classList.toggle("now", item === now);
    const way = item.querySelector("details");
    if (way && item === now) way.open = true;
  }
  keep();
  return now;
}

function say(item, state, note = "", photo = "") {
  const { work, steps, tasks } = item.dataset, names = tasks.split("\n"), said_at = new Date().toISOString();
  steps.split(",").forEach((step, at) => waiting.push({ key: key(), work, step: Number(step), task: names[at] || "", state, said_at, note, photo }));
  item.classList.remove("open");
  const next = show();
  if (next && state !== "open") next.scrollIntoView({ block: "center", behavior: "smooth" });
  send();
}

// Letters nobody else has; randomUUID is there on https alone.
function key() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function send() {
  if (sending || !waiting.length) return;
  sending = true;
  const batch = waiting.slice(0, 200);
  try {
    const answer = await fetch(`${here}/reports`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(batch) });
    if (answer.ok) {
      for (const one of batch) words.told[`${one.work},${one.step}`] = one.state;
      waiting = waiting.slice(batch.length);
      show();
      keepPage(); // which knows now what was sent
    }
  } catch {
    keep(); // no network: tried again below
  }
  sending = false;
}

document.addEventListener("click", (event) => {
  const item = event.target.closest(".item"), what = event.target.dataset?.say;
  if (!item) return;
  if (!what) {
    if (!event.target.closest("details")) item.classList.toggle("open");
  } else if (what === "cannot") {
    document.getElementById("note").value = document.getElementById("photo").value = "";
    dialog.returnValue = "";
    dialog.showModal();
    dialog.onclose = () => {
      if (dialog.returnValue === "send") say(item, "cannot", document.getElementById("note").value, document.getElementById("photo").files[0]?.name || "");
    };
  } else say(item, what);
});
window.addEventListener("online", send);
setInterval(send, 15000);
show()?.scrollIntoView({ block: "center" });
send();

// The page and its parts on the phone; the worker hands them out where there is no network.
async function stay() {
  if (!("serviceWorker" in navigator)) return; // plain http: the browser keeps nothing
  await navigator.serviceWorker.register("/duty/worker.js", { scope: "/duty/" });
  await navigator.serviceWorker.ready;
  await keepPage();
  document.documentElement.dataset.kept = "yes";
}

async function keepPage() {
  if (!("caches" in window)) return;
  const store = await caches.open("huanwei-duty-1");
  await store.add(here).catch(() => {}); // no network: the page that was kept stays
}
stay();
