/** A purge with `rewarm`: when it is DONE, what is asked for most is ready, of the new original; whatever fails, it is DONE. */
import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { bitmap } from "./faults/versioned-origin.ts";
import { createKeeper } from "./keeper.ts";
import { keys, type Running, startPurge, startServer, until } from "./processes.ts";

const { newFolder, keep, end } = createKeeper();
const headers = { "x-client-key": keys.client };
const rewarmMs = 1_500;

/** An original that is another one after each `update`, and an origin that can fail, or hold its answers back. */
function startOrigin() {
  const state = { version: 1, asked: 0, fails: false, gate: Promise.resolve() };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch() {
      state.asked++;
      await state.gate;
      if (state.fails) return new Response("broken", { status: 500 });
      const own = { etag: `"${state.version}"`, "cache-tag": "red" };
      return new Response(bitmap(state.version) as Uint8Array<ArrayBuffer>, { headers: own });
    },
  });
  return { state, host: `127.0.0.1:${server.port}`, stop: () => server.stop(true) };
}

const origin = startOrigin();
afterAll(async () => {
  await end();
  await origin.stop();
});

const original = `/http://${origin.host}/a.bmp`;
const picture = (width: number) => `${original}?w=${width}`;
/** From the most wanted on. */
const widths = [16, 17, 18, 19, 20, 21];

let purge: Running;
let purgeData: string;
let server: Running;
const startNode = () =>
  keep(
    startServer({
      dataDir: newFolder(),
      purgeUrl: purge.url,
      env: { FRESHET_ALLOW_LOCAL_ORIGINS: origin.host },
    }),
  );
const startLog = (port = 0) =>
  keep(startPurge({ dataDir: purgeData, port, env: { FRESHET_REWARM_MS: String(rewarmMs) } }));

beforeEach(() => void Object.assign(origin.state, { fails: false, gate: Promise.resolve() }));
beforeAll(async () => {
  purgeData = newFolder();
  purge = await startLog();
  server = await startNode();
}, 60_000);

async function ask(width: number, of = server) {
  const response = await fetch(of.url + picture(width));
  await response.bytes();
  const { status, headers } = response;
  return { status, etag: headers.get("etag") as string, cache: headers.get("cache-status") as string };
}

/** Asks for each picture, for the first the most often. @returns their ETags */
async function askAll(of = server): Promise<string[]> {
  const etags: string[] = [];
  for (const [at, width] of widths.entries()) {
    for (let times = at; times <= widths.length; times++) etags[at] = (await ask(width, of)).etag;
  }
  return etags;
}

async function send(order: object): Promise<string> {
  const body = JSON.stringify(order);
  const response = await fetch(`${purge.url}/invalidate`, { method: "POST", headers, body });
  expect(response.status).toBe(201);
  return ((await response.json()) as { invalidation: { uuid: string } }).invalidation.uuid;
}

async function jobOf(uuid: string) {
  const response = await fetch(`${purge.url}/invalidate/${uuid}`, { headers });
  // biome-ignore lint/suspicious/noExplicitAny: every member is compared with what a test expects
  return ((await response.json()) as any).invalidation;
}

async function whenDone(uuid: string) {
  await until(async () => (await jobOf(uuid)).status === "DONE", "the job is DONE", purge.output);
  return jobOf(uuid);
}

const asV7 = (width: number) => `/v7/${origin.host}/a.bmp?w=${width}`;

test.each([
  ["an original", { scope: "original", urls: [original] }, [16, 17, 18]],
  ["a folder", { scope: "original", urls: [`/http://${origin.host}/*`] }, [16, 17, 18]],
  ["all, softly", { scope: "all", mode: "soft" }, [16, 17, 18]],
  ["an original that is erased", { scope: "original", mode: "erase", urls: [original] }, [16, 17, 18]],
  ["a tag", { scope: "tag", tags: ["red"] }, [16, 17, 18]],
  ["a tag that is erased", { scope: "tag", mode: "erase", tags: ["red"] }, [16, 17, 18]],
  ["two pictures", { scope: "urls", urls: [picture(20), picture(17)] }, [17, 20]],
  [
    "two transformations",
    { scope: "original", urls: [original], transformations: ["?w=21", "?w=18"] },
    [18, 21],
  ],
])(
  "of %s the most wanted are ready when it is DONE, of the new original, and no others",
  async (_, order, ready) => {
    const before = await askAll();
    origin.state.version++;
    const { asked } = origin.state;
    const { rewarm } = await whenDone(await send({ ...order, rewarm: 3 }));
    expect(origin.state.asked).toBe(asked + 1);
    expect(rewarm).toMatchObject({ asked: 3, state: "done" });
    expect(rewarm.nodes).toMatchObject([{ rendered: ready.length, there: 0, failed: 0, problem: null }]);
    const urls = rewarm.nodes[0].pictures.map(({ url }: { url: string }) => url.replace("http://", ""));
    expect(urls).toEqual(ready.map(asV7));
    for (const [at, width] of widths.entries()) {
      const { cache, etag, status } = await ask(width);
      expect([width, status, etag === before[at]]).toEqual([width, 200, false]);
      const isReady = cache.includes("hit; detail=memory");
      expect([width, isReady, cache]).toEqual([width, ready.includes(width), cache]);
    }
  },
  60_000,
);

test("every server makes what it is asked for most itself", async () => {
  const other = await startNode();
  await askAll();
  for (let times = 0; times < 3; times++) await ask(21, other);
  origin.state.version++;
  const { rewarm } = await whenDone(await send({ scope: "all", mode: "hard", rewarm: 1 }));
  expect(rewarm.nodes.map(({ pictures }: { pictures: unknown }) => pictures)).toEqual(
    expect.arrayContaining([[expect.objectContaining({ url: expect.stringContaining("w=16") })]]),
  );
  expect((await ask(21, other)).cache).toContain("hit; detail=memory");
  expect((await ask(16)).cache).toContain("hit; detail=memory");
  await other.stop();
}, 60_000);

test("an origin that fails: it is DONE, and says what failed and why", async () => {
  await askAll();
  origin.state.fails = true;
  const { rewarm, error } = await whenDone(await send({ scope: "original", urls: [original], rewarm: 2 }));
  expect([error, rewarm.state]).toEqual([null, "done"]);
  expect(rewarm.nodes).toMatchObject([{ rendered: 0, there: 0, failed: 2, problem: null }]);
  expect(rewarm.nodes[0].pictures[0]).toEqual({
    url: expect.stringContaining("w=16"),
    state: "failed",
    reason: expect.stringContaining("500"),
  });
}, 60_000);

/** From now on the origin answers nothing before it is let go. */
function hold() {
  const { promise, resolve } = Promise.withResolvers<void>();
  origin.state.gate = promise;
  return resolve;
}

test("an origin that hangs: it is DONE when the time is over, and not before", async () => {
  await askAll();
  const release = hold();
  const { duration_ms: took, rewarm } = await whenDone(
    await send({ scope: "original", urls: [original], rewarm: 2 }),
  );
  release();
  expect(took).toBeWithin(rewarmMs / 2, 2 * rewarmMs);
  expect(rewarm.nodes).toMatchObject([{ rendered: 0, failed: 2, problem: null }]);
  expect(rewarm.nodes[0].pictures[0].reason).toContain("no time");
}, 60_000);

test("a server that stops while it makes them: it is DONE in time, and says that it did not answer", async () => {
  await askAll();
  const release = hold();
  const { asked } = origin.state;
  const uuid = await send({ scope: "original", urls: [original], rewarm: 2 });
  await until(async () => origin.state.asked > asked, "the origin is asked");
  expect(await jobOf(uuid)).toMatchObject({ status: "FLUSHINGCDNSERVERS", rewarm: { state: "running" } });
  server.signal("SIGSTOP");
  const { duration_ms: took, rewarm } = await whenDone(uuid);
  server.signal("SIGCONT");
  release();
  expect(took).toBeLessThan(2 * rewarmMs);
  expect(rewarm.nodes).toMatchObject([{ rendered: 0, problem: expect.stringContaining("did not answer") }]);
}, 60_000);

test("purge-api that is killed meanwhile goes on when it is back: the job ends, and the pictures are ready", async () => {
  await askAll();
  origin.state.version++;
  const release = hold();
  const { asked } = origin.state;
  const uuid = await send({ scope: "original", urls: [original], rewarm: 2 });
  await until(async () => origin.state.asked > asked, "the origin is asked");
  await purge.kill();
  purge = await startLog(Number(new URL(purge.url).port));
  release();
  const { rewarm } = await whenDone(uuid);
  expect(rewarm.state).toBe("done");
  for (const width of [16, 17]) expect((await ask(width)).cache).toContain("hit; detail=memory");
}, 60_000);
