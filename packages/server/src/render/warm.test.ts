import { expect, test } from "bun:test";
import { plainToken, printRequest } from "@freshet/core";
import { hashText } from "../hash.ts";
import type { Resolved, ResolveOptions } from "../origin/resolve.ts";
import { createNameVariant } from "../routes/name-variant.ts";
import { understandRequest } from "../routes/read-request.ts";
import type { VariantOrder } from "./make-variant.ts";
import { createWarm } from "./warm.ts";

const life = { browserSeconds: 1, sharedSeconds: 1 } as never;
const token = { ...plainToken("doc"), allowedDomains: ["h.io"] };
const read = (path: string) => understandRequest(path, token, life, hashText);

interface World {
  /** Pictures are in the cache. */
  isThere?: boolean;
  /** How often the original's bytes turn out to be gone. */
  timesLost?: number;
  /** A purge comes while the picture is made. */
  isPurged?: boolean;
  fetch?: Resolved["fetch"];
}

function setUp({ isThere = false, timesLost = 0, isPurged = false, fetch = null }: World = {}) {
  const asked: (ResolveOptions | undefined)[] = [];
  const orders: VariantOrder[] = [];
  const pointer = { content: "c", format: "jpeg", tags: [] } as never;
  const resolved = { pointer, cutOff: false, fetch, staleSeconds: null, bytes: null };
  const warm = createWarm({
    async resolve(_, __, options) {
      asked.push(options);
      return {
        ...resolved,
        get late() {
          return isPurged && orders.length > 0;
        },
      };
    },
    originals: {} as never,
    variants: { find: async () => (isThere ? {} : null) } as never,
    nameVariant: createNameVariant(hashText),
    async makeVariant(order) {
      orders.push(order);
      return orders.length > timesLost ? ({ value: {}, joined: false } as never) : null;
    },
    spareRetries: (_, __, work) => work(),
  });
  return { warm, asked, orders };
}

test("what is ready is not made; what is not, is, when nobody waits for anything else", async () => {
  const there = setUp({ isThere: true });
  expect([await there.warm(read("/h.io/a.jpg?w=5"), null), there.orders]).toEqual(["there", []]);
  const { warm, orders } = setUp();
  expect(await warm(read("/h.io/a.jpg?w=5"), null)).toBe("rendered");
  expect(orders.map(({ later, url }) => [later, url])).toEqual([
    [true, printRequest(read("/h.io/a.jpg?w=5"))],
  ]);
});

test("it is made for the Accept that it will be asked for with", async () => {
  const { warm, orders } = setUp();
  const asked = read("/h.io/a.jpg?w=5&force_format=webp,jpeg");
  for (const accept of ["image/webp", "*/*"]) await warm(asked, accept);
  expect(orders.map(({ output }) => output.format)).toEqual(["webp", "jpeg"]);
});

test("of what is old nothing is made, and bytes that are gone are fetched once more", async () => {
  const { warm, asked } = setUp({ timesLost: 1 });
  await warm(read("/h.io/a.jpg?w=5"), null);
  expect(asked).toEqual([{ isFreshWanted: true }, { isFreshWanted: true, bytesLost: true }]);
  const lost = setUp({ timesLost: 2 });
  await expect(lost.warm(read("/h.io/a.jpg?w=5"), null)).rejects.toThrow("dropped from the cache");
});

test("one that was purged while it was made is not ready", async () => {
  const { warm } = setUp({ isPurged: true });
  await expect(warm(read("/h.io/a.jpg?w=5"), null)).rejects.toThrow("purged while it was made");
});

test("of an original that is passed on, the original is fetched", async () => {
  const asked = read("/h.io/a.bin?func=proxy");
  const { warm, orders } = setUp();
  expect([await warm(asked, null), orders]).toEqual(["there", []]);
  const fetched = setUp({ fetch: { reason: "uri-miss", status: 200, collapsed: false } });
  expect(await fetched.warm(asked, null)).toBe("rendered");
  expect(fetched.asked).toEqual([{ isFreshWanted: true }]);
});
