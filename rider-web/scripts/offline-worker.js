// Keeps the pages' own files for when there is no network. `build-site.mjs` fills in SHELL and VERSION.
//
// What is kept can be read by everybody: the pages, their code, the city's streets. Nothing that a token opens passes
// through here (`/v1/…` is left to the network), and a link's token is in its fragment, which is never sent.
// Nothing is stale after an upgrade: a page is fetched before it is taken from here, and what it names has a hash in
// its name. An older page that is still open keeps its own version's files until it is closed.

const SHELL = __SHELL__;
const CACHE = 'tripcast-__VERSION__';
const PAGE = '/index.html';
/** A network that hasn't brought a page in this long is taken for none, ms. */
const PAGE_PATIENCE_MS = 4_000;
/** An answer varies with the header in which a module's loader names its origin; to our own pages it never differs. */
const ANY_ORIGIN = { ignoreVary: true };

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(SHELL)));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))),
      ),
  );
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(self.clients.matchAll({ type: 'window' }).then((pages) => pages[0]?.focus()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (pathname.startsWith('/assets/')) event.respondWith(kept(request));
  else if (pathname.startsWith('/cities/') || pathname === '/config.json') event.respondWith(newest(request));
});

/** The page from the network; the kept one when that doesn't answer. A refusal is an answer. */
async function page(request) {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(PAGE_PATIENCE_MS) });
  } catch {
    return (await caches.match(PAGE, ANY_ORIGIN)) ?? Response.error();
  }
}

/** A file whose name changes with what is in it. */
async function kept(request) {
  const known = await caches.match(request, ANY_ORIGIN);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(CACHE)).put(request, answer.clone());
  return answer;
}

/** From the network, which may say that nothing has changed; else as it was last. */
async function newest(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) await (await caches.open(CACHE)).put(request, answer.clone());
    return answer;
  } catch {
    return (await caches.match(request, ANY_ORIGIN)) ?? Response.error();
  }
}
