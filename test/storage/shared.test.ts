/** Servers of two machines that share pictures by a bucket, with faults of the bucket; the server of S3 is a real one. */
import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { bitmap, versionIn } from "../faults/versioned-origin.ts";
import { invalidate } from "../invalidate.ts";
import { createKeeper } from "../keeper.ts";
import { type Running, startPurge, startServer, until } from "../processes.ts";
import { installServers, type StorageServer, startStorageServer } from "./start-server.ts";

const keeper = createKeeper();
afterEach(() => {
  if (front) front.state.mode = "ok";
});
const bucketFolder = keeper.newFolder();
let bucket: StorageServer;
let front: ReturnType<typeof startFront>;
let origin: ReturnType<typeof startOrigin>;
let purge: Running;

/** Between the servers and the bucket, to break things. */
function startFront() {
  const state = { mode: "ok" as "ok" | "failing" | "hanging" | "torn" | "holding", release: () => {} };
  const seen: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 30,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      seen.push(request.method);
      if (state.mode === "failing") return new Response("<Error/>", { status: 500 });
      if (state.mode === "hanging") await new Promise(() => {});
      const body = request.method === "PUT" ? await request.arrayBuffer() : null;
      if (state.mode === "holding" && body) await new Promise<void>((next) => (state.release = next));
      const answer = await fetch(bucket.url + pathname, {
        method: request.method,
        headers: request.headers,
        ...(body && { body }),
      });
      const bytes = await answer.bytes();
      const isTorn = state.mode === "torn" && request.method === "GET" && answer.ok;
      const said = isTorn ? bytes.subarray(0, bytes.length / 2) : bytes;
      return new Response(answer.status === 204 ? null : said, { status: answer.status });
    },
  });
  return { state, seen, url: `http://127.0.0.1:${server.port}`, stop: () => server.stop(true) };
}

function startOrigin() {
  const state = { version: 1, fetches: 0 };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch() {
      state.fetches++;
      return new Response(Buffer.from(bitmap(state.version)));
    },
  });
  return { state, host: `127.0.0.1:${server.port}`, stop: () => server.stop(true) };
}

beforeAll(async () => {
  await installServers();
  bucket = await startStorageServer("s3", bucketFolder);
  front = startFront();
  origin = startOrigin();
  purge = await keeper.keep(startPurge({ dataDir: keeper.newFolder() }));
}, 300_000);
afterAll(async () => {
  await keeper.end();
  front?.stop();
  origin?.stop();
  await bucket?.[Symbol.asyncDispose]();
});

/** @param prefix folder in the bucket: each test has one of its own */
async function start(prefix: string): Promise<Running> {
  const folder = keeper.newFolder();
  const config = join(folder, "freshet.toml");
  await Bun.write(
    config,
    `[storages.shared]\nkind = "s3"\nbucket = "photos"\nendpoint = "${front.url}"\nprefix = "${prefix}"\n`,
  );
  return keeper.keep(
    startServer({
      dataDir: join(folder, "data"),
      purgeUrl: purge.url,
      env: {
        FRESHET_CONFIG: config,
        FRESHET_ALLOW_LOCAL_ORIGINS: origin.host,
        FRESHET_SHARED_STORAGE: "shared",
        FRESHET_SHARED_TIMEOUT_MS: "300",
        FRESHET_STORAGE_SHARED_ACCESS_KEY_ID: "S3RVER",
        FRESHET_STORAGE_SHARED_SECRET_ACCESS_KEY: "S3RVER",
      },
    }),
  );
}

const pathTo = (path: string) => `/http://${origin.host}${path}`;

async function ask(server: Running, path: string) {
  const response = await fetch(server.url + pathTo(path));
  const bytes = await response.bytes();
  return {
    status: response.status,
    came: response.headers.get("cache-status") ?? "",
    version: await versionIn(bytes),
  };
}

async function counted(server: Running, result: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`freshet_shared_total{result="${result}"} (\\d+)`).exec(text)?.[1] ?? 0);
}

const objects = (prefix: string) => {
  const folder = join(bucketFolder, "photos", prefix);
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  return names.filter((name) => /[0-9a-f]{32}.*object$/.test(name));
};
const renders = async (server: Running) => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/freshet_renders_total{result="ok"} (\d+)/.exec(text)?.[1] ?? 0);
};

test("what one has made the other does not make again, and an erasure reaches it there, too", async () => {
  const [a, b] = await Promise.all([start("one"), start("one")]);
  await ask(a, "/one.bmp?w=20");
  await until(async () => objects("one").length === 1, "it is in the bucket");
  expect(objects("one")[0]).toMatch(/^(..)\/(..)\/\1\2/);
  // B knows the original first, or its answer would tell of that.
  await ask(b, "/one.bmp?w=24");
  const { came, version } = await ask(b, "/one.bmp?w=20");
  expect([came, version]).toEqual(["freshet; hit; detail=shared", 1]);
  expect(await renders(b)).toBe(1);
  expect((await ask(b, "/one.bmp?w=20")).came).toBe("freshet; hit; detail=memory");

  origin.state.version = 2;
  await invalidate(purge, { scope: "original", urls: [pathTo("/one.bmp")], mode: "erase" });
  expect(objects("one")).toEqual([]);
  expect((await ask(a, "/one.bmp?w=20")).version).toBe(2);
  await a.stop();
  await b.stop();
}, 60_000);

test("an erasure takes away what was just being written, by whichever server", async () => {
  const [a, b] = await Promise.all([start("two"), start("two")]);
  front.state.mode = "holding";
  origin.state.version = 3;
  await ask(a, "/two.bmp?w=20");
  await until(async () => front.seen.at(-1) === "PUT", "it is being written");
  const { release } = front.state;
  let isDone = false;
  const erasing = invalidate(purge, {
    scope: "original",
    urls: [pathTo("/two.bmp")],
    mode: "erase",
  }).then(() => (isDone = true));
  // The other has nothing of it, and acknowledges; the job waits for the one that is writing.
  await until(async () => (await counted(b, "removed")) >= 0 && !isDone, "the job is not DONE");
  front.state.mode = "ok";
  release();
  await erasing;
  expect(objects("two")).toEqual([]);
  await a.stop();
  await b.stop();
}, 60_000);

test.each(["failing", "hanging", "torn"] as const)(
  "a bucket that is %s keeps no picture from being made, and is left alone if it does not answer",
  async (mode) => {
    const [a, b] = await Promise.all([start(mode), start(mode)]);
    origin.state.version = 4 + ["failing", "hanging", "torn"].indexOf(mode);
    for (let width = 20; width < 30; width++) await ask(a, `/${mode}.bmp?w=${width}`);
    await until(async () => (await counted(a, "written")) === 10, "all are in the bucket");
    front.state.mode = mode;
    const before = front.seen.length;
    for (let width = 20; width < 30; width++) {
      const { status, version } = await ask(b, `/${mode}.bmp?w=${width}`);
      expect([status, version]).toEqual([200, origin.state.version]);
    }
    // Three failures in a row, and it is not asked any more; what is torn is told at once.
    const asked = front.seen.slice(before).filter((method) => method === "GET").length;
    // What it had to write counts as well.
    if (mode === "torn") expect(asked).toBe(10);
    else expect(asked).toBeLessThanOrEqual(3);
    const told = b.output().split("error: the shared storage is not asked any more").length - 1;
    expect(told).toBe(mode === "torn" ? 0 : 1);
    front.state.mode = "ok";
    if (mode !== "torn") {
      // It is asked again every five seconds, behind the back of a request.
      let width = 100;
      await until(
        async () => {
          await ask(a, `/${mode}.bmp?w=${++width}`);
          const written = await counted(a, "written");
          await Bun.sleep(50);
          return written > 10 && (await ask(b, `/${mode}.bmp?w=${width}`)).came.includes("shared");
        },
        "it is asked again",
        b.output,
      );
    }
    await a.stop();
    await b.stop();
  },
  60_000,
);

test("an erasure is not DONE before the bucket says that it is gone", async () => {
  const a = await start("three");
  origin.state.version = 9;
  await ask(a, "/three.bmp?w=20");
  await until(async () => objects("three").length > 0, "it is in the bucket");
  front.state.mode = "failing";
  let isDone = false;
  const erasing = invalidate(purge, { scope: "all", mode: "erase" }).then(() => (isDone = true));
  await until(async () => a.output().includes("500"), "it was refused", a.output);
  expect(isDone).toBe(false);
  front.state.mode = "ok";
  await erasing;
  expect(objects("three")).toEqual([]);
  await a.stop();
}, 60_000);
