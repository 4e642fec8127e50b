/** Three servers on one data folder, each a node of its own: nothing is lost, torn, too old or too much. */
import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { decodeEntry } from "../packages/server/src/cache/entry.ts";
import { hashContent } from "../packages/server/src/hash.ts";
import { bitmap, versionIn } from "./faults/versioned-origin.ts";
import { invalidate } from "./invalidate.ts";
import { createKeeper } from "./keeper.ts";
import { keptIn, type StoreName } from "./kept.ts";
import { type Running, startPurge, startServer, until } from "./processes.ts";

const { newFolder, keep, end } = createKeeper();
afterAll(end);

const variantBytes = 100_000;
const originalBytes = 60_000;

/** Each path has a version of its own, which its picture carries. */
function startOrigin() {
  const versions = new Map<string, number>();
  const counts = { fetches: 0 };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch({ url }) {
      counts.fetches++;
      return new Response(Buffer.from(bitmap(versions.get(new URL(url).pathname) ?? 0)));
    },
  });
  return {
    host: `127.0.0.1:${server.port}`,
    counts,
    set: (path: string, version: number) => versions.set(path, version),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

const bytesIn = (dataDir: string, store: StoreName) =>
  keptIn(dataDir, store).reduce((sum, { bytes }) => sum + bytes, 0);
/** What is kept of an original, in whatever store. */
const named = (dataDir: string, content: string) =>
  (["originals", "variants"] as const)
    .flatMap((store) => keptIn(dataDir, store))
    .filter(({ key }) => key.includes(content));

async function setUp() {
  const origin = startOrigin();
  const folder = newFolder();
  const purge = await keep(startPurge({ dataDir: join(folder, "purge") }));
  const dataDir = join(folder, "data");
  const env = {
    FRESHET_ALLOW_LOCAL_ORIGINS: origin.host,
    FRESHET_VARIANT_BYTES: String(variantBytes),
    FRESHET_ORIGINAL_BYTES: String(originalBytes),
    FRESHET_SOFT_WINDOW_SECONDS: "0",
    FRESHET_MEMORY_BYTES: "20000",
    FRESHET_ORIGINAL_MEMORY_BYTES: "0",
  };
  const start = () => keep(startServer({ dataDir, purgeUrl: purge.url, env }));
  const servers = await Promise.all([start(), start(), start()]);
  return { origin, purge, dataDir, servers, start };
}

test("mixed load, purges of all modes and kill -9: no old byte after DONE, and the folder is in order", async () => {
  const { origin, purge, dataDir, servers, start } = await setUp();
  await using _origin = origin;
  const paths = Array.from({ length: 12 }, (_, at) => `/${at}.bmp`);
  /** The version of the newest job that is DONE, by path. */
  const done = new Map<string, number>();
  const violations: string[] = [];
  const counts = { answers: 0, failed: 0, purges: 0, kills: 0, looks: 0 };
  const modes = new Map<string, number>();
  let isOver = false;

  const alive = new Set(servers.keys());
  const load = servers.flatMap((_, at) =>
    [0, 1].map(async (client) => {
      for (let turn = client; !isOver; turn++) {
        const path = paths[(turn * 5 + at) % paths.length] as string;
        const need = done.get(path) ?? 0;
        const killed = counts.kills;
        const width = 16 + ((turn * 7) % 40);
        const wish = `w=${width}&force_format=${turn % 2 ? "png" : "webp"}`;
        try {
          const response = await fetch(
            `${(servers[at] as Running).url}/http://${origin.host}${path}?${wish}`,
          );
          const bytes = await response.bytes();
          if (response.status !== 200) violations.push(`${response.status} for ${path}`);
          const version = await versionIn(bytes);
          if (version < need) violations.push(`${path}: version ${version} after ${need} was DONE`);
          counts.answers++;
        } catch (error) {
          // Only of a server that was killed.
          if (alive.has(at) && counts.kills === killed) violations.push(String(error));
          counts.failed++;
          await Bun.sleep(10);
        }
      }
    }),
  );
  const look = (async () => {
    while (!isOver) {
      counts.looks++;
      for (const [store, most] of [
        ["variants", variantBytes],
        ["originals", originalBytes],
      ] as const) {
        const bytes = bytesIn(dataDir, store);
        if (bytes > most) violations.push(`${bytes} bytes of ${store}`);
      }
      await Bun.sleep(20);
    }
  })();
  const purges = (async () => {
    for (let version = 1; !isOver; version++) {
      const path = paths[version % paths.length] as string;
      const mode = ["hard", "erase", "soft"][version % 3] as string;
      const all = version % 10 === 0;
      for (const each of all ? paths : [path]) origin.set(each, version);
      const order = all ? { scope: "all" } : { scope: "original", urls: [`/http://${origin.host}${path}`] };
      await invalidate(purge, { ...order, mode });
      for (const each of all ? paths : [path]) done.set(each, version);
      modes.set(mode, (modes.get(mode) ?? 0) + 1);
      counts.purges++;
    }
  })();
  const kills = (async () => {
    // As long as it takes on this machine to have seen enough.
    const isEnough = () => counts.answers > 200 && counts.purges > 10;
    for (let round = 0; round < 5 || !isEnough(); round++) {
      const at = round % servers.length;
      await Bun.sleep(1_500);
      alive.delete(at);
      counts.kills++;
      await servers[at]?.kill();
      servers[at] = await start();
      counts.kills++;
      alive.add(at);
    }
  })();
  await kills;
  isOver = true;
  await Promise.all([...load, look, purges]);
  console.log(counts, Object.fromEntries(modes));
  expect(violations).toEqual([]);

  // What is written down is there, and the other way round; every file is whole.
  for (const server of servers) await server.stop();
  const books = new Database(join(dataDir, "books.sqlite"), { readonly: true });
  for (const store of ["originals", "variants"] as const) {
    const lines = books
      .query<{ key: string; bytes: number; whole: number }, [string]>(
        "SELECT key, bytes, whole FROM file WHERE store = ?",
      )
      .all(store);
    const kept = keptIn(dataDir, store);
    const torn = kept.filter((one) => decodeEntry(one.read() as Uint8Array, one.key) === null);
    expect(torn.map(({ key }) => key)).toEqual([]);
    const whole = lines.filter((line) => line.whole).map(({ key }) => key);
    const keys = kept.map(({ key }) => key);
    expect(keys.filter((key) => !lines.some((line) => line.key === key))).toEqual([]);
    expect(whole.filter((key) => !keys.includes(key))).toEqual([]);
    const sum = books.query<{ bytes: number }, [string]>("SELECT bytes FROM store WHERE name = ?").get(store);
    expect(sum?.bytes).toBe(lines.reduce((all, { bytes }) => all + bytes, 0));
  }
  books.close();
}, 120_000);

test("an erasure that is DONE has left nothing in the folder, whoever put it, and each process has said so", async () => {
  const { origin, purge, dataDir, servers } = await setUp();
  await using _origin = origin;
  const ask = async (server: Running, path: string, width: number) => {
    const response = await fetch(`${server.url}/http://${origin.host}${path}?w=${width}`);
    const body = await response.bytes();
    expect([response.status, response.status === 200 ? "" : Buffer.from(body).toString()]).toEqual([200, ""]);
  };
  for (let round = 1; round <= 20; round++) {
    origin.set("/gone.bmp", round);
    const secret = await hashContent(bitmap(round));
    for (const [at, server] of servers.entries()) await ask(server, "/gone.bmp", 20 + at);
    const inFlight = servers.map((server, at) => ask(server, "/gone.bmp", 100 + at + round));
    // From now on the origin gives other bytes: what is refetched after the erasure is no remnant of it.
    origin.set("/gone.bmp", 10_000 + round);
    await invalidate(purge, { scope: "original", urls: [`/http://${origin.host}/gone.bmp`], mode: "erase" });
    expect(named(dataDir, secret)).toEqual([]);
    const books = new Database(join(dataDir, "books.sqlite"), { readonly: true });
    expect(books.query("SELECT 1 FROM variant WHERE content = ?").all(secret)).toEqual([]);
    expect(books.query("SELECT 1 FROM doomed WHERE gone = 0").all()).toEqual([]);
    books.close();
    await Promise.all(inFlight);
    expect(named(dataDir, secret)).toEqual([]);
  }
  const names = readdirSync(join(dataDir, "processes")).filter((name) => name.endsWith("erased.json"));
  expect(names.sort()).toEqual(["0-erased.json", "1-erased.json", "2-erased.json"]);
}, 60_000);

test("what one has fetched and made, the others need not: a purge costs one fetch, not three", async () => {
  const { origin, purge, servers } = await setUp();
  await using _origin = origin;
  const ask = async (server: Running) =>
    (await fetch(`${server.url}/http://${origin.host}/one.bmp?w=20`)).headers.get("cache-status");
  for (const server of servers) await ask(server);
  expect(origin.counts.fetches).toBe(1);
  expect(await ask(servers[2] as Running)).toContain("hit");
  await invalidate(purge, { scope: "original", urls: [`/http://${origin.host}/one.bmp`] });
  for (const server of servers) await ask(server);
  expect(origin.counts.fetches).toBe(2);
}, 60_000);

test("a folder that is deleted under three servers is begun anew, and nobody notices but the operator", async () => {
  const { origin, dataDir, servers } = await setUp();
  await using _origin = origin;
  const ask = async (server: Running, path: string) =>
    (await fetch(`${server.url}/http://${origin.host}${path}?w=20`)).status;
  for (const server of servers) expect(await ask(server, "/a.bmp")).toBe(200);
  rmSync(dataDir, { recursive: true });
  for (const server of servers) expect(await ask(server, "/b.bmp")).toBe(200);
  await until(
    async () => servers.every((server) => server.output().includes("was taken away")),
    "all say so",
  );
  let path = 0;
  await until(
    async () => {
      origin.set(`/c${++path}.bmp`, path);
      await ask(servers[0] as Running, `/c${path}.bmp`);
      return keptIn(dataDir, "originals").length > 0 && keptIn(dataDir, "variants").length > 0;
    },
    "files are kept again",
    (servers[0] as Running).output,
  );
}, 60_000);
