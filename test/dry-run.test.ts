/** What an invalidation would touch, asked of real servers: it says so, and touches nothing. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { createKeeper } from "./keeper.ts";
import { keys, type Running, startPurge, startServer } from "./processes.ts";

const { newFolder, keep, end } = createKeeper();
const headers = { "x-client-key": keys.client };
let purge: Running;
let servers: Running[];

beforeAll(async () => {
  purge = await keep(startPurge({ dataDir: newFolder() }));
  const start = () => keep(startServer({ dataDir: newFolder(), purgeUrl: purge.url }));
  servers = await Promise.all([start(), start()]);
  // The second server has one picture less.
  await picture(servers[0] as Running, "/sample.li/now.php?w=102");
  for (const server of servers) for (const path of paths) await picture(server, path);
}, 60_000);
afterAll(end);

const paths = [
  "/sample.li/now.php?w=100",
  "/sample.li/now.php?w=101&vh=2",
  "/sample.li/flat.jpg?w=100",
  "/width/100/q50/sample.li/flat.jpg",
];

async function picture(server: Running, path: string): Promise<string | null> {
  const response = await fetch(server.url + path);
  await response.bytes();
  expect(response.status).toBe(200);
  return response.headers.get("etag");
}

async function dryRun(order: object) {
  const body = JSON.stringify({ ...order, dry_run: true });
  const response = await fetch(`${purge.url}/invalidate`, { method: "POST", headers, body });
  expect(response.status).toBe(200);
  // biome-ignore lint/suspicious/noExplicitAny: every member is compared with what a test expects
  return ((await response.json()) as any).dry_run;
}

test.each([
  ["all", { scope: "all" }, { originals: 4, variants: 9 }],
  ["a folder", { scope: "original", urls: ["/sample.li/*"] }, { originals: 4, variants: 9 }],
  ["an original", { scope: "original", urls: ["/sample.li/flat.jpg"] }, { originals: 2, variants: 4 }],
  [
    "an original that a v6 path names",
    { scope: "original", api: "v6", urls: ["/width/7/n/sample.li/flat.jpg"] },
    { originals: 2, variants: 4 },
  ],
  ["one picture", { scope: "urls", urls: ["/sample.li/now.php?w=102"] }, { originals: 2, variants: 1 }],
  [
    "one picture that a v6 path names",
    { scope: "urls", api: "v6", urls: ["/v6/width/100/q50/sample.li/flat.jpg"] },
    { originals: 2, variants: 2 },
  ],
  [
    "pictures of an original with a transformation",
    { scope: "original", urls: ["/sample.li/flat.jpg"], transformations: ["?w=100"] },
    { originals: 2, variants: 4 },
  ],
  ["a tag that nothing has", { scope: "tag", tags: ["red"] }, { originals: 0, variants: 0 }],
])("%s: what is there is counted, on both servers", async (_, order, counts) => {
  const touched = await dryRun(order);
  expect(touched).toMatchObject({ ...counts, at_least: false });
  expect(touched.bytes > 0).toBe(counts.originals > 0);
  expect(touched.nodes.map(({ state }: { state: string }) => state)).toEqual(["answered", "answered"]);
});

test("the sample names what a person can ask for", async () => {
  const { sample } = await dryRun({ scope: "original", urls: ["/sample.li/flat.jpg"] });
  expect(sample.originals).toEqual(["/sample.li/flat.jpg"]);
  expect(sample.urls.toSorted()).toEqual([
    "/v7/sample.li/flat.jpg?w=100",
    "/v7/sample.li/flat.jpg?w=100&q=50",
  ]);
});

test("nothing is purged by it: pictures stay, and there is no job", async () => {
  const server = servers[0] as Running;
  const before = await picture(server, "/sample.li/now.php?w=100");
  for (const mode of ["hard", "erase"]) await dryRun({ scope: "all", mode });
  expect(await picture(server, "/sample.li/now.php?w=100")).toBe(before);
  const list = await fetch(`${purge.url}/invalidate`, { headers });
  expect(await list.json()).toMatchObject({ invalidations: [] });
});

test("a server that does not answer is named, and the counts are 'at least'", async () => {
  const stopped = servers[1] as Running;
  stopped.signal("SIGSTOP");
  try {
    const touched = await dryRun({ scope: "all" });
    expect(touched).toMatchObject({ originals: 2, variants: 5, at_least: true });
    expect(touched.nodes.map(({ state }: { state: string }) => state).toSorted()).toEqual([
      "answered",
      "silent",
    ]);
  } finally {
    stopped.signal("SIGCONT");
  }
});
