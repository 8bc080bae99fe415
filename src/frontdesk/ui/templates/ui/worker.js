// Between the browser and the network, for one case only: a page is opened, or a form sent, and no
// server answers. What the form says is kept by the page it was on (ui/main.js).
// Then a page is shown that says so and what to do. Kept for that are that page and what it is
// drawn with; never a page of the office, never anything of a patient.
//
// It is served from our own address at every visit, so that a new version takes over by itself.

const NAME = "fd-offline-{{ version }}";
const PAGE = "{{ page }}";
const FILES = new Set([{% for file in files %}"{{ file }}"{% if not forloop.last %}, {% endif %}{% endfor %}]);
const UNREACHED = new Set([502, 503, 504]); // what a proxy says of an office that is down

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(NAME);
  await cache.addAll([PAGE, ...FILES]);
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith("fd-offline-") && name !== NAME);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
})()));

async function opened(request) {
  let answer = null;
  try {
    answer = await fetch(request);
    if (!UNREACHED.has(answer.status)) return answer;
  } catch { /* no network, or nobody there */ }
  return await caches.match(PAGE) ?? answer ?? Response.error();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (!request.url.startsWith(self.location.origin)) return;
  const { pathname } = new URL(request.url);
  if (request.method !== "GET" && request.mode !== "navigate") return;
  if (request.mode === "navigate" && pathname !== PAGE) event.respondWith(opened(request));
  else if (FILES.has(pathname)) {
    event.respondWith(caches.match(request, { ignoreSearch: true }).then((held) => held ?? fetch(request)));
  }
});
