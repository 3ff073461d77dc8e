// Keeps the pages of duties and what they need, so that they open where there is no network.
const STORE = "huanwei-duty-1"; // phone.js puts its page there too
const PARTS = ["/static/desk.css", "/static/phone.css", "/static/once.js", "/static/phone.js", "/static/icon.svg", "/static/duty.webmanifest"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(STORE).then((store) => store.addAll(PARTS)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name !== STORE).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

// The newest from the server; where it does not answer, what was kept.
async function newest(request) {
  const store = await caches.open(STORE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await store.put(request, answer.clone());
    return answer;
  } catch (error) {
    const kept = await store.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method === "GET" && url.origin === location.origin) event.respondWith(newest(event.request));
});
