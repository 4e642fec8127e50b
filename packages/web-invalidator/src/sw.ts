/** Put in by the build: its name, and the page's own files, each named by its content. */
declare const buildName: string;
declare const buildFiles: readonly string[];

/** Of a service worker, which TypeScript's types of a page do not know, what is used here. */
interface WorkerEvent extends Event {
  readonly request: Request;
  waitUntil(work: Promise<unknown>): void;
  respondWith(answer: Promise<Response>): void;
}
const worker = self as unknown as {
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate" | "fetch", run: (event: WorkerEvent) => void): void;
};

const page = new URL("./", location.href).href;
const files = new Set(buildFiles.map((name) => new URL(name, location.href).href));

/**
 * The page opens without a network. Its modules come from the cache first: their names say what is in them. The page
 * itself comes from the network while that answers, so that nobody works with an old form. Nothing else is touched: what
 * the API says is kept nowhere, so no state of a job can be an old one.
 */
worker.addEventListener("install", (event) => {
  event.waitUntil(keepAll().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(dropOld().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = request.url.replace(/[?#].*$/s, "");
  if (request.method !== "GET") return;
  if (files.has(url)) event.respondWith(caches.match(url).then((kept) => kept ?? fetch(request)));
  else if (url === page && request.mode === "navigate") event.respondWith(openPage(request));
});

async function keepAll(): Promise<void> {
  const cache = await caches.open(buildName);
  // What is named by its content may come from the browser's own cache.
  await cache.addAll([new Request(page, { cache: "reload" }), ...files]);
}

async function dropOld(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith("freshet-form-") && name !== buildName);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function openPage(request: Request): Promise<Response> {
  const answer = await fetch(request).catch(() => null);
  if (answer?.ok) return answer;
  return (await caches.match(page)) ?? answer ?? Response.error();
}
