import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  anyTag,
  createTokenTable,
  type PurgeTarget,
  parseRequest,
  plainToken,
  printRequest,
  readInvalidation,
  surrogateTags,
} from "@freshet/core";
import { openBooks } from "../cache/books.ts";
import { openDiskStore } from "../cache/disk.ts";
import { createInventory } from "../cache/inventory.ts";
import { createLineage } from "../cache/lineage.ts";
import { createMemoryStore } from "../cache/memory.ts";
import { createTieredStore } from "../cache/tiered.ts";
import { hashText } from "../hash.ts";
import { openPointerTable } from "../origin/pointer-table.ts";
import { createTouched } from "./touched.ts";

const doc = plainToken("doc");
const tokens = createTokenTable([plainToken("shop")], "doc", []);
const name = (text: string) => hashText(text).slice(0, 32);
const entry = { bytes: new Uint8Array(100), type: "image/png" };
/** On the disk, with what is stored beside the bytes. */
const bytesEach = 123;

let folder: string;
let node: Awaited<ReturnType<typeof setUp>>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "freshet-touched-"));
  node = await setUp();
});
afterEach(() => {
  node.table.close();
  node.books.close();
  rmSync(folder, { recursive: true });
});

async function setUp() {
  const books = openBooks(join(folder, "books.sqlite"));
  const open = async (store: "originals" | "variants") => {
    const place = { books, store, folder: join(folder, store), maxBytes: 1e6, named: true, forgets: false };
    return createTieredStore(createMemoryStore(1e6), await openDiskStore({ ...place, now: Date.now }));
  };
  const [originals, variants] = [await open("originals"), await open("variants")];
  const lineage = createLineage(books);
  const table = openPointerTable(join(folder, "pointers.sqlite"));
  const clock = { ms: 0 };
  const touched = createTouched({
    ...{ table, inventory: createInventory(books), originals, variants, folder: "here" },
    tokens: () => tokens,
    now: () => clock.ms,
  });

  const stamp = { logId: "x", seq: 0 };

  /** As if these pictures had been asked for, in order. */
  async function ask(url: string, { token = "doc", tags = [] as string[], content = "" } = {}) {
    const request = parseRequest(url, tokens.byName(token) ?? doc);
    const { origin, version } = request;
    const hash = name(content || `${origin.key} ${version}`);
    const validators = { etag: null, lastModified: null };
    const fetched = { stamp, fetchedAtMs: 0, mediaType: null, validators };
    table.set(origin.key, version, { ...fetched, content: hash, format: "png", tags });
    lineage.addOriginal(origin.key, hash, stamp);
    await originals.put(hash, entry);
    const variant = name(`${hash} ${url}`);
    lineage.addVariant([hash], variant, stamp, printRequest(request));
    await variants.put(variant, entry);
    return { hash, variant };
  }

  const count = async (targets: readonly PurgeTarget[], sample = 10) =>
    touched({ kind: "touched", targets, sample });
  const countOf = (body: object, token = doc) =>
    count(readInvalidation(body, token).rows.map(({ target }) => target));
  return { books, table, lineage, originals, variants, clock, ask, count, countOf };
}

/** Three originals of one host, one of them in two versions, and one of another token. */
async function fill(): Promise<void> {
  await node.ask("/h.io/img/a.jpg?w=100");
  await node.ask("/h.io/img/a.jpg?w=200&q=50");
  await node.ask("/h.io/img/a.jpg?w=100&vh=2");
  await node.ask("/h.io/img/b.jpg?w=100", { tags: ["red", "big"] });
  await node.ask("/h.io/c.jpg?id=7&w=100", { tags: ["red"] });
  await node.ask("/h.io/img/a.jpg?w=100", { token: "shop" });
}

const ownTag = surrogateTags(
  "doc",
  [{ key: "doc|//h.io/c.jpg?id=7", pathKey: "doc|//h.io/c.jpg" }],
  hashText,
)[1];

test.each<[string, object, { originals: number; variants: number; files: number }]>([
  ["all of a token", { scope: "all" }, { originals: 3, variants: 5, files: 9 }],
  ["a folder", { scope: "original", urls: ["/h.io/img/*"] }, { originals: 2, variants: 4, files: 7 }],
  ["half a name", { scope: "original", urls: ["/h.io/img/b*"] }, { originals: 1, variants: 1, files: 2 }],
  [
    "an original in all versions",
    { scope: "original", urls: ["/h.io/img/a.jpg"] },
    { originals: 1, variants: 3, files: 5 },
  ],
  [
    "an original under every query",
    { scope: "original", urls: ["/h.io/c.jpg"] },
    { originals: 1, variants: 1, files: 2 },
  ],
  [
    "an original under another query",
    { scope: "original", urls: ["/h.io/c.jpg?id=8"] },
    { originals: 0, variants: 0, files: 0 },
  ],
  [
    "what lies in each other, once",
    { scope: "original", urls: ["/h.io/img/*", "/h.io/img/a.jpg", "/h.io/*"] },
    { originals: 3, variants: 5, files: 9 },
  ],
  [
    "one picture",
    { scope: "urls", urls: ["/h.io/img/a.jpg?width=100"] },
    { originals: 1, variants: 1, files: 3 },
  ],
  [
    "one picture by v6",
    { scope: "urls", api: "v6", urls: ["/width/100/n/h.io/img/a.jpg"] },
    { originals: 1, variants: 1, files: 3 },
  ],
  [
    "a picture that nobody asked for",
    { scope: "urls", urls: ["/h.io/img/a.jpg?w=9"] },
    { originals: 1, variants: 0, files: 2 },
  ],
  [
    "pictures with a transformation",
    { scope: "original", urls: ["/h.io/img/a.jpg"], transformations: ["?w=200"] },
    { originals: 1, variants: 1, files: 3 },
  ],
  ["a tag of the origin's", { scope: "tag", tags: ["red"] }, { originals: 2, variants: 2, files: 4 }],
  ["a tag of Freshet's", { scope: "tag", tags: [ownTag] }, { originals: 1, variants: 1, files: 2 }],
  ["nothing", { scope: "original", urls: ["/x.io/*"] }, { originals: 0, variants: 0, files: 0 }],
])("%s", async (_, body, { originals, variants, files }) => {
  await fill();
  const touched = await node.countOf(body);
  expect(touched).toMatchObject({ originals, variants, bytes: files * bytesEach, atLeast: false });
});

test("a sample names some of them", async () => {
  await fill();
  const { sample } = await node.countOf({ scope: "original", urls: ["/h.io/img/a.jpg"] });
  expect(sample.originals).toEqual(["doc|//h.io/img/a.jpg"]);
  expect(sample.urls.toSorted()).toEqual([
    "/v7/h.io/img/a.jpg?w=100",
    "/v7/h.io/img/a.jpg?w=100&vh=2",
    "/v7/h.io/img/a.jpg?w=200&q=50",
  ]);
  const few = await node.count([{ token: "doc", kind: "all", pattern: "" }], 2);
  expect([few.sample.originals.length, few.sample.urls.length]).toEqual([2, 2]);
});

test("of all there is on the node the books say how much, also if there is not time to look at each", async () => {
  await node.ask("/h.io/a.jpg?w=1");
  await node.ask("/h.io/b.jpg?w=1");
  node.clock.ms = 0;
  const touched = await node.countOf({ scope: "all" });
  expect(touched).toMatchObject({ originals: 2, variants: 2, bytes: 4 * bytesEach, atLeast: false });
});

test("what has left the disk is not counted, and bytes that two originals have in common once", async () => {
  const { variant } = await node.ask("/h.io/a.jpg?w=1", { content: "same" });
  await node.ask("/h.io/b.jpg?w=1", { content: "same" });
  await node.ask("/h.io/c.jpg?w=1");
  await node.variants.remove(variant);
  const touched = await node.countOf({ scope: "original", urls: ["/h.io/a.jpg", "/h.io/b.jpg"] });
  expect(touched).toMatchObject({ originals: 2, variants: 1, bytes: 2 * bytesEach });
});

test("when its time is over it says what it has counted, and that there is more", async () => {
  await fill();
  // Time passes at each look at the clock.
  let looks = 0;
  Object.defineProperty(node.clock, "ms", { get: () => 100 * looks++ });
  const touched = await node.countOf({ scope: "original", urls: ["/h.io/img/*"] });
  expect(touched.atLeast).toBe(true);
  expect(touched.variants).toBeLessThan(4);
});

test("pictures of which nobody knows how they were asked for make a count of some pictures unsure", async () => {
  const { hash } = await node.ask("/h.io/a.jpg?w=1");
  node.lineage.addVariant([hash], name("before"), { logId: "x", seq: 0 });
  await node.variants.put(name("before"), entry);
  expect(await node.countOf({ scope: "urls", urls: ["/h.io/a.jpg?w=1"] })).toMatchObject({
    variants: 1,
    atLeast: true,
  });
  expect(await node.countOf({ scope: "original", urls: ["/h.io/a.jpg"] })).toMatchObject({
    variants: 2,
    atLeast: false,
  });
});

test("more originals than one page has are all counted", async () => {
  const pointer = { content: "c", format: null, mediaType: null, tags: ["red"], fetchedAtMs: 0 };
  const rest = { validators: { etag: null, lastModified: null }, stamp: { logId: "x", seq: 0 } };
  for (let at = 0; at < 12_001; at++)
    node.table.set(`doc|//h.io/${at}`, at % 2 ? "" : "v", { ...pointer, ...rest });
  node.table.set("doc|//h.io/0", "second version", { ...pointer, ...rest });
  for (const body of [{ scope: "all" }, { scope: "tag", tags: ["red"] }]) {
    expect((await node.countOf(body)).originals).toBe(12_001);
  }
}, 30_000);

test("an original with more tags than are kept is touched by each", async () => {
  await fill();
  await node.ask("/h.io/many.jpg?w=100", { tags: [anyTag] });
  expect(await node.countOf({ scope: "tag", tags: ["red"] })).toMatchObject({ originals: 3, variants: 3 });
  expect(await node.countOf({ scope: "tag", tags: ["none"] })).toMatchObject({ originals: 1, variants: 1 });
});

test("one picture of an original that is named whole adds nothing", async () => {
  await fill();
  const whole = await node.countOf({ scope: "original", urls: ["/h.io/img/a.jpg"] });
  const [one] = readInvalidation({ scope: "urls", urls: ["/h.io/img/a.jpg?w=100"] }, doc).rows;
  const [all] = readInvalidation({ scope: "original", urls: ["/h.io/img/a.jpg"] }, doc).rows;
  const both = await node.count([one?.target as PurgeTarget, all?.target as PurgeTarget]);
  expect(both).toEqual({ ...whole, sample: both.sample });
});

test("more pictures than one page has are all counted, of one original and of many", async () => {
  const { books, lineage } = node;
  const stamp = { logId: "x", seq: 0 };
  const file = books.db.query("INSERT INTO file VALUES ('variants', ?, 10, 0, '', 1)");
  // Some have none, and one has more than two pages.
  const counts = Array.from({ length: 600 }, (_, at) => (at === 300 ? 601 : at % 3));
  books.db.transaction(() => {
    for (const [at, pictures] of counts.entries()) {
      lineage.addOriginal(`doc|//h.io/${at}`, `content ${at}`, stamp);
      for (let picture = 0; picture < pictures; picture++) {
        // Later originals have the earlier names.
        const variant = `variant ${999 - at} ${picture}`;
        lineage.addVariant([`content ${at}`], variant, stamp, `/v7/h.io/${at}?w=${picture + 1}`);
        file.run(variant);
      }
    }
  })();
  lineage.addOriginal("doc|//other.io/a", "another", stamp);
  const { variants, bytes } = await node.countOf({ scope: "original", urls: ["/h.io/*"] });
  const all = counts.reduce((sum, each) => sum + each, 0);
  expect([variants, bytes]).toEqual([all, 10 * all]);
});
