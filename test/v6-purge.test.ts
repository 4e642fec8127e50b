/** Purges of v6 URLs, as old back ends order them: they reach the v7 equivalent too, since both are one picture. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { photos } from "../packages/server/src/origin/sources/photos.ts";
import { invalidate } from "./invalidate.ts";
import { createKeeper } from "./keeper.ts";
import { type Running, startPurge, startServer } from "./processes.ts";

const keeper = createKeeper();
let photo = "flat.jpg";
const origin = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: () => new Response(Bun.file(photos[photo] as string)),
});
const host = `127.0.0.1:${origin.port}`;
let purge: Running;
let server: Running;

beforeAll(async () => {
  const folder = keeper.newFolder();
  const env = { FRESHET_ALLOW_LOCAL_ORIGINS: host, FRESHET_OWN_HOSTS: "img.example" };
  purge = await keeper.keep(startPurge({ dataDir: join(folder, "purge"), env }));
  const dataDir = join(folder, "server");
  server = await keeper.keep(startServer({ dataDir, purgeUrl: purge.url, env }));
}, 60_000);

afterAll(async () => {
  await keeper.end();
  await origin.stop(true);
});

/** ETags of both spellings of one picture; fails where they differ. */
async function etagOf(width: number): Promise<string> {
  const at = `http://${host}/a.jpg`;
  const paths = [
    `/width/${width}/n/${at}`,
    `/v6/width/${width}/none/${at}`,
    `/v7/${at}?w=${width}`,
    `/width/${width}/n/http://img.example/width/800/n/${at}`,
  ];
  const etags: (string | null)[] = [];
  for (const path of paths) {
    const response = await fetch(server.url + path);
    await response.bytes();
    expect([path, response.status]).toEqual([path, 200]);
    etags.push(response.headers.get("etag"));
  }
  expect(new Set(etags).size).toBe(1);
  return etags[0] as string;
}

/** The origin has another picture from now on, which nobody sees before a purge. */
async function change(to: string, ...widths: number[]): Promise<string[]> {
  const before = await Promise.all(widths.map(etagOf));
  photo = to;
  expect(await Promise.all(widths.map(etagOf))).toEqual(before);
  return before;
}

test("scope original: every picture that is made of it is new, in both grammars", async () => {
  const before = await change("boat.jpg", 90, 91);
  await invalidate(purge, { api: "v6", scope: "original", urls: [`/http://${host}/a.jpg`] });
  const after = [await etagOf(90), await etagOf(91)];
  expect(after[0]).not.toBe(before[0] as string);
  expect(after[1]).not.toBe(before[1] as string);
});

test("scope urls: the picture that a v6 URL names is new, in both grammars", async () => {
  const [before] = await change("mountains.jpg", 92);
  await invalidate(purge, { api: "v6", scope: "urls", urls: [`/width/92/n/http://${host}/a.jpg`] });
  expect(await etagOf(92)).not.toBe(before as string);
});

test("scope urls without the word v6: the path is read as v7, and that picture is new in both", async () => {
  const [before] = await change("flat.jpg", 93);
  await invalidate(purge, { scope: "urls", urls: [`/v7/http://${host}/a.jpg?w=93`] });
  expect(await etagOf(93)).not.toBe(before as string);
});

test("a v6 URL with the server's own address before it is purged as it is pasted", async () => {
  const [before] = await change("boat.jpg", 94);
  const pasted = `https://img.example/width/94/n/http://${host}/a.jpg`;
  await invalidate(purge, { api: "v6", scope: "urls", urls: [pasted] });
  expect(await etagOf(94)).not.toBe(before as string);
});
