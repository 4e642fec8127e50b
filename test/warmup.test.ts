/** Pictures that are ready on every server before anybody asks for them, whoever is killed meanwhile. */
import { afterAll, expect, test } from "bun:test";
import { sealUrl, signUrl } from "../packages/core/src/index.ts";
import { createKeeper } from "./keeper.ts";
import { keys, type Running, startPurge, startServer, until } from "./processes.ts";

const { newFolder, keep, end } = createKeeper();
afterAll(end);
const headers = { "x-client-key": keys.client };

async function warmUp(purge: Running, data: readonly string[]): Promise<string> {
  const body = JSON.stringify({ data });
  const response = await fetch(`${purge.url}/warmup/urls`, { method: "POST", headers, body });
  expect(response.status).toBe(201);
  return ((await response.json()) as { uuid: string }).uuid;
}

async function progress(purge: Running, uuid: string) {
  const response = await fetch(`${purge.url}/warmup/${uuid}`, { headers });
  // biome-ignore lint/suspicious/noExplicitAny: every member is compared with what a test expects
  return ((await response.json()) as any).warmup;
}

const done = (purge: Running, uuid: string) =>
  until(
    async () => (await progress(purge, uuid)).status === "DONE",
    "the warm-up is done",
    purge.output,
    60_000,
  );

const pictures = Array.from({ length: 40 }, (_, at) => `/sample.li/flat.jpg?w=${20 + at}`);

test("every server makes every picture, in the format that a browser gets, and says what it could not", async () => {
  const purge = await keep(startPurge({ dataDir: newFolder() }));
  const start = () => keep(startServer({ dataDir: newFolder(), purgeUrl: purge.url }));
  const servers = [await start(), await start()];
  const missing = "/sample.li/not-there.jpg?w=5";
  const chain = "/sample.li/boat.jpg?w=50&force_format=webp,jpeg";
  const first = await warmUp(purge, [
    ...pictures.slice(0, 3),
    "/width/60/n/sample.li/boat.jpg",
    chain,
    missing,
  ]);
  await done(purge, first);
  const { nodes, failures, ...counts } = await progress(purge, first);
  expect(counts).toMatchObject({ total: 6, waiting: 0, rendered: 10, there: 0, failed: 2 });
  expect(nodes.length).toBe(2);
  expect(failures.map(({ url }: { url: string }) => url)).toEqual(Array(2).fill(`/v7${missing}`));
  for (const server of servers) {
    for (const path of [pictures[0], "/v7/sample.li/boat.jpg?w=60", chain]) {
      const response = await fetch(server.url + path, { headers: { accept: "image/webp,*/*" } });
      await response.bytes();
      expect([path, response.headers.get("cache-status")]).toEqual([path, expect.stringContaining("hit")]);
    }
  }
  const again = await warmUp(purge, pictures.slice(0, 3));
  await done(purge, again);
  expect(await progress(purge, again)).toMatchObject({ rendered: 0, there: 6, failed: 0 });
}, 60_000);

test("what was accepted is made although purge-api is killed meanwhile, and although no server was there yet", async () => {
  const dataDir = newFolder();
  const first = await keep(startPurge({ dataDir }));
  const uuid = await warmUp(first, pictures);
  await first.kill();
  const second = await keep(startPurge({ dataDir }));
  expect(await progress(second, uuid)).toMatchObject({ status: "RUNNING", total: 40, waiting: 40 });
  const serverData = newFolder();
  const server = await keep(startServer({ dataDir: serverData, purgeUrl: second.url }));
  await until(async () => (await progress(second, uuid)).waiting < 40, "some are made");
  await second.kill();
  const port = Number(new URL(second.url).port);
  const third = await keep(startPurge({ dataDir, port }));
  await done(third, uuid);
  const { rendered, there, failed, waiting } = await progress(third, uuid);
  expect([rendered + there, failed, waiting]).toEqual([40, 0, 0]);
  const response = await fetch(server.url + pictures[39]);
  await response.bytes();
  expect(response.headers.get("cache-status")).toContain("hit");
}, 90_000);

const sha1 = (text: string) => new Bun.CryptoHasher("sha1").update(text).digest("hex");
const signing = { salt: "only-for-tests", sha1 };

test.each([
  ["signature", (path: string) => signUrl(path, signing)],
  ["seal", (path: string) => sealUrl(path, ["w", "force_format"], signing)],
])(
  "of a token whose URLs need a %s, a picture is made without, and given only with",
  async (security, close) => {
    const dataDir = newFolder();
    const config = `${dataDir}/freshet.toml`;
    await Bun.write(config, `[tokens.doc]\nsecurity = "${security}"\n`);
    const env = { FRESHET_CONFIG: config, FRESHET_TOKEN_DOC_SALTS: signing.salt };
    const purge = await keep(startPurge({ dataDir, env }));
    const server = await keep(startServer({ dataDir: newFolder(), purgeUrl: purge.url, env }));
    const [bare, closed] = ["/sample.li/flat.jpg?w=31", "/sample.li/flat.jpg?w=32"] as const;
    const uuid = await warmUp(purge, [bare, close(closed)]);
    await done(purge, uuid);
    expect(await progress(purge, uuid)).toMatchObject({ total: 2, rendered: 2, failed: 0 });
    for (const path of [bare, closed]) {
      expect((await fetch(server.url + path)).status).toBe(403);
      const response = await fetch(server.url + close(path));
      await response.bytes();
      expect([path, response.status, response.headers.get("cache-status")]).toEqual([
        path,
        200,
        expect.stringContaining("hit"),
      ]);
    }
  },
  60_000,
);
