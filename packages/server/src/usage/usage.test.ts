import { expect, test } from "bun:test";
import { tellUsage } from "./tell-usage.ts";
import { createUsage } from "./usage.ts";

const dayMs = 86_400_000;

test("counts by token and day, and once only", () => {
  let nowMs = 20_000 * dayMs;
  const usage = createUsage(() => nowMs);
  usage.answered("doc", 10);
  usage.rendered("doc", 5);
  usage.answered("shop", 1);
  nowMs += dayMs;
  usage.answered("doc", 7);
  const none = { bytes: 0, renders: 0, downloads: 0, stored: 0 };
  expect(usage.take().sort((a, b) => a.day - b.day || a.bytes - b.bytes)).toEqual([
    { ...none, day: 20_000, token: "shop", bytes: 1 },
    { ...none, day: 20_000, token: "doc", bytes: 10, renders: 1, stored: 5 },
    { ...none, day: 20_001, token: "doc", bytes: 7 },
  ]);
  expect(usage.take()).toEqual([]);
});

test("originals that were fetched count, those that are as before do not", async () => {
  const usage = createUsage(() => 0);
  const asked = { settings: { name: "doc" } } as never;
  const validators = { etag: null, lastModified: null };
  const bytes = new Uint8Array(9);
  await usage.countFetches(async () => ({ kind: "body", bytes, validators, status: 200 }))(asked, null);
  await usage.countFetches(async () => ({ kind: "not-modified", status: 304 }))(asked, null);
  expect(usage.take()).toMatchObject([{ downloads: 1, stored: 9 }]);
});

test("a report is told until it was taken, under the same number, and what came meanwhile after it", async () => {
  const told: { number: number; used: { bytes: number }[] }[] = [];
  let isAway = true;
  const usage = createUsage(() => 0);
  usage.answered("doc", 1);
  const heard = Promise.withResolvers<void>();
  const end = tellUsage({
    ...{ usage, purgeUrl: "http://purge/", nodeKey: "k", boot: "b", everyMs: 5 },
    async fetch(url, { body }) {
      expect(url).toBe("http://purge/internal/usage");
      told.push(JSON.parse(body as string));
      if (told.length === 3) {
        isAway = false;
        usage.answered("doc", 2);
      }
      if (told.length === 4) heard.resolve();
      return new Response(null, { status: isAway ? 503 : 200 });
    },
  });
  await heard.promise;
  await end();
  expect(told.map(({ number, used }) => [number, used[0]?.bytes])).toEqual([
    [1, 1],
    [1, 1],
    [1, 1],
    [2, 2],
  ]);
});
