/** What a newcomer does first, against the real services: the documentation's own examples, and invalidating them. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { inspect } from "../packages/server/src/origin/inspect.ts";
import { invalidate } from "./invalidate.ts";
import { dataFolder, type Running, startPurge, startServer } from "./processes.ts";

const data = dataFolder();
let purge: Running;
let server: Running;

beforeAll(async () => {
  purge = await startPurge({ dataDir: `${data.path}/purge` });
  server = await startServer({ dataDir: `${data.path}/server`, purgeUrl: purge.url });
});
afterAll(async () => {
  await server?.stop();
  await purge?.stop();
  data.remove();
});

interface Picture {
  readonly etag: string | null;
  readonly hash: string;
  readonly cacheStatus: string | null;
}

async function get(path: string): Promise<Picture> {
  const response = await fetch(server.url + path);
  expect(response.status).toBe(200);
  const hash = new Bun.CryptoHasher("sha256").update(await response.bytes()).digest("hex");
  return { etag: response.headers.get("etag"), hash, cacheStatus: response.headers.get("cache-status") };
}

describe("a newcomer", () => {
  test("sees a real photograph, resized", async () => {
    const response = await fetch(`${server.url}/sample.li/flat.jpg?w=500`);
    expect(response.headers.get("content-type")).toBe("image/jpeg");
    expect(await inspect(await response.bytes())).toMatchObject({ format: "jpeg", width: 500 });
  });

  test("sees the time of making in a picture, the same at every reload", async () => {
    const first = await get("/sample.li/now.php?width=500");
    const again = await get("/sample.li/now.php?width=500");
    expect(again.hash).toBe(first.hash);
    expect(again.cacheStatus).toContain("hit");
  });

  test("adds &vh=1 and gets a new time, while the URL without it keeps the old one", async () => {
    const old = await get("/sample.li/now.php?width=500");
    const marked = await get("/sample.li/now.php?width=500&vh=1");
    expect(marked.hash).not.toBe(old.hash);
    expect((await get("/sample.li/now.php?width=500")).hash).toBe(old.hash);
    expect((await get("/sample.li/now.php?width=500&vh=1")).hash).toBe(marked.hash);
  });

  test.each([
    ["the original", { scope: "original", urls: ["/sample.li/now.php"] }],
    [
      "the original by the address of the picture",
      { scope: "original", urls: ["https://doc.cloudimg.io/v7/sample.li/now.php"] },
    ],
    ["the exact URL", { scope: "urls", urls: ["/sample.li/now.php?width=500"] }],
    ["the exact URL in another spelling", { scope: "urls", urls: ["/v7/http://sample.li/now.php?w=500"] }],
    ["everything below a folder", { scope: "original", urls: ["/sample.li/*"] }],
    ["everything that starts like it", { scope: "original", urls: ["/sample.li/no*"] }],
    ["everything", { scope: "all" }],
  ])("invalidates %s and sees a new time at once", async (_name, body) => {
    const old = await get("/sample.li/now.php?width=500");
    await invalidate(purge, body);
    expect((await get("/sample.li/now.php?width=500")).hash).not.toBe(old.hash);
  });

  test("invalidates something else and keeps the picture", async () => {
    const old = await get("/sample.li/now.php?width=500");
    await invalidate(purge, {
      scope: "original",
      urls: ["/sample.li/flat.jpg", "/sample.li/now.phpx", "/sample.li/now/*"],
    });
    await invalidate(purge, { scope: "urls", urls: ["/sample.li/now.php?width=501"] });
    expect((await get("/sample.li/now.php?width=500")).hash).toBe(old.hash);
  });

  test("invalidates an unchanged photograph: the same bytes under the same ETag, and nothing is rendered", async () => {
    const path = "/sample.li/flat.jpg?w=320";
    const old = await get(path);
    await invalidate(purge, { scope: "original", urls: ["/sample.li/flat.jpg"] });
    const after = await get(path);
    expect(after).toMatchObject({ etag: old.etag, hash: old.hash });
    expect(after.cacheStatus).toContain("fwd=stale; fwd-status=200");
    const rendersBefore = await metric("freshet_renders_total");
    await invalidate(purge, { scope: "all" });
    await get(path);
    expect(await metric("freshet_renders_total")).toBe(rendersBefore);
  });
});

test("a server that was down while a purge came does not serve the old picture when it is back", async () => {
  const path = "/sample.li/now.php?width=300";
  const old = await get(path);
  await server.kill();
  await invalidate(purge, { scope: "original", urls: ["/sample.li/now.php"] });
  server = await startServer({ dataDir: `${data.path}/server`, purgeUrl: purge.url });
  expect((await get(path)).hash).not.toBe(old.hash);
}, 20_000);

test("a restart keeps what was cached", async () => {
  const path = "/sample.li/now.php?width=310";
  const old = await get(path);
  await server.stop();
  server = await startServer({ dataDir: `${data.path}/server`, purgeUrl: purge.url });
  const after = await get(path);
  expect(after.hash).toBe(old.hash);
  expect(after.cacheStatus).toContain("hit; detail=disk");
}, 20_000);

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const line = text
    .split("\n")
    .find((candidate) => candidate.startsWith(`${name} `) || candidate.startsWith(`${name}{`));
  expect(line).toBeDefined();
  return Number(line?.split(" ").at(-1));
}
