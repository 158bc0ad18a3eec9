/*
 * The service worker of the answer desk alone: its scope is that page, and the staff app goes on
 * without one. It keeps the page and the files it names; the API is never answered from here.
 */

// TypeScript knows a browser's pages or its workers, not both at once: of a worker this is needed.
type Lasting = Event & { waitUntil: (work: Promise<unknown>) => void };
type Asking = Lasting & { request: Request; respondWith: (answer: Promise<Response>) => void };
type WorkerScope = {
  location: Location;
  skipWaiting: () => Promise<void>;
  clients: { claim: () => Promise<void> };
  addEventListener: ((what: "install" | "activate", handle: (event: Lasting) => void) => void) &
    ((what: "fetch", handle: (event: Asking) => void) => void);
};
const worker = self as unknown as WorkerScope;

const SHELF = "answer-desk";
const PAGE = "/answer-desk.html";
const MARK = 'id="answer-desk"';
/** A Wi-Fi that is joined and leads nowhere must not keep staff waiting. */
const PATIENCE_MILLISECONDS = 3000;

/** The addresses of this site that a page names: scripts, styles, icons, the manifest. */
function listFiles(html: string): string[] {
  const named = [...html.matchAll(/\b(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path ?? "");
  return [...new Set(named)];
}

/** Keeps a page and all it needs, or what was kept before: never a part of the new one. */
async function keepPage(page: Response): Promise<void> {
  const shelf = await caches.open(SHELF);
  const files = listFiles(await page.clone().text());
  const answers = await Promise.all(
    files.map(async (path) => {
      const kept = path.startsWith("/assets/") ? await shelf.match(path) : undefined;
      return [path, kept ?? (await fetch(path, { credentials: "same-origin" }))] as const;
    }),
  );
  if (answers.some(([, { ok }]) => !ok)) return;
  for (const [path, answer] of answers) await shelf.put(path, answer.clone());
  await shelf.put(PAGE, page);
  for (const { url } of await shelf.keys()) {
    const { pathname, search } = new URL(url);
    if (pathname !== PAGE && !files.includes(pathname + search)) await shelf.delete(url);
  }
}

async function fetchPage(): Promise<Response> {
  const answer = await fetch(PAGE, { cache: "no-cache", credentials: "same-origin" });
  // A Wi-Fi that wants its guests to sign in answers for everybody.
  const isOurs = answer.ok && (await answer.clone().text()).includes(MARK);
  if (!isOurs) throw new Error(`${PAGE} was answered with ${answer.status}`);
  return answer;
}

/** The newest page where there is a network that leads to it, else the one that was kept. */
async function answerPage(event: Asking): Promise<Response> {
  const newest = fetchPage();
  const keeping = newest.then((page) => keepPage(page.clone()));
  event.waitUntil(keeping.catch(() => {}));
  const kept = await caches.match(PAGE);
  if (!kept) return newest;
  const waited = new Promise<Response>((resolve) => {
    setTimeout(() => resolve(kept), PATIENCE_MILLISECONDS);
  });
  return Promise.race([newest.catch(() => kept), waited]);
}

worker.addEventListener("install", (event) => {
  event.waitUntil(
    fetchPage()
      .then(keepPage)
      .then(() => worker.skipWaiting()),
  );
});
worker.addEventListener("activate", (event) => {
  event.waitUntil(worker.clients.claim());
});
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== worker.location.origin) return;
  if (request.mode === "navigate" && pathname === PAGE) event.respondWith(answerPage(event));
  else if (pathname.startsWith("/assets/") || pathname.startsWith("/answer-desk/"))
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
});
