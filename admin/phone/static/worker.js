// Keeps the page on the phone: at a gate without network the code is shown all the same.

const KEPT = "sibao-phone-1";
const FILES = [
  "/phone/",
  ...["phone.css", "page.js", "register.js", "living.js", "keys.js", "bytes.js"],
  ...["qr.js", "qr_bytes.js", "qr_layout.js", "daily.js", "declaration.js"],
].map((name) => (name.startsWith("/") ? name : `/phone/static/${name}`));

const refreshed = async (request) => {
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(KEPT)).put(request, answer.clone());
  return answer;
};

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(FILES)));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || !FILES.includes(pathname)) return;
  const fresh = refreshed(new Request(pathname));
  event.waitUntil(fresh.catch(() => undefined));
  event.respondWith(caches.match(pathname).then((held) => held ?? fresh));
});
