import { describe, expect, test } from "bun:test";
import type { WarmupStore } from "../warmups/warmup.ts";

/** What every store of warm-ups must do. @param open a new, empty one */
export function warmupSuite(name: string, open: () => Promise<WarmupStore>): void {
  const uuid = "11111111-1111-4111-8111-111111111111";
  const second = "22222222-2222-4222-8222-222222222222";
  const warmup = {
    uuid,
    token: "doc",
    accept: "image/webp",
    addedAt: 5,
    urls: ["/v7/a", "/v7/b\u0000", "/v7/c"],
  };
  const rendered = (url: string) => ({ url, state: "rendered", reason: "" }) as const;
  const failed = (url: string) => ({ url, state: "failed", reason: "no such file" }) as const;

  describe(`${name}: warm-ups`, () => {
    test("come back as they were added, and only to their token", async () => {
      const store = await open();
      const { warmup: added, knownBodyHash } = await store.add(warmup, null);
      const { urls, ...rest } = warmup;
      const expected = { ...rest, total: 3, waiting: 3, nodes: {}, failures: [], doneAt: null };
      expect([added as unknown, knownBodyHash]).toMatchObject([expected, null]);
      expect(await store.get("doc", uuid)).toMatchObject(expected);
      expect([await store.get("shop", uuid), await store.get("doc", second)]).toEqual([null, null]);
    });

    test("are worked off in order, and say what became of them on each node", async () => {
      const store = await open();
      await store.add(warmup, null);
      await store.add({ ...warmup, uuid: second, urls: ["/v7/d"] }, null);
      const first = await store.next(2);
      expect(first?.warmup).toMatchObject({ uuid, token: "doc", accept: "image/webp" });
      expect(first?.lines).toEqual([
        { number: 0, url: "/v7/a" },
        { number: 1, url: "/v7/b\u0000" },
      ]);
      // What was not noted comes again.
      const again = await store.next(2);
      expect(again?.lines).toEqual(first?.lines as []);
      if (!again) throw new Error("there is none");
      const one = new Map([["n1", [rendered("/v7/a"), failed("/v7/b")]]]);
      await store.note(again, one, 9);
      expect(await store.get("doc", uuid)).toMatchObject({
        waiting: 1,
        nodes: { n1: { rendered: 1, there: 0, failed: 1 } },
        failures: [{ url: "/v7/b", node: "n1", reason: "no such file" }],
        doneAt: null,
      });
      const rest = await store.next(2);
      if (!rest) throw new Error("there is none");
      const two = new Map([...["n1", "n2"].map((node) => [node, [rendered("/v7/c")]] as const)]);
      await store.note(rest, two, 9);
      expect(await store.get("doc", uuid)).toMatchObject({
        waiting: 0,
        nodes: { n1: { rendered: 2, there: 0, failed: 1 }, n2: { rendered: 1, there: 0, failed: 0 } },
        doneAt: 9,
      });
      expect((await store.next(2))?.warmup.uuid).toBe(second);
    });

    test("with a key that is known are the first one, whatever is in them; keys are each token's own", async () => {
      const store = await open();
      const once = { key: "k", bodyHash: "one" };
      await store.add(warmup, once);
      const again = await store.add({ ...warmup, uuid: second }, { ...once, bodyHash: "two" });
      expect([again.warmup.uuid, again.knownBodyHash]).toEqual([uuid, "one"]);
      expect(await store.get("doc", second)).toBeNull();
      const other = await store.add({ ...warmup, uuid: second, token: "shop" }, once);
      expect([other.warmup.uuid, other.knownBodyHash]).toEqual([second, null]);
    });

    test("are forgotten when they are old and done", async () => {
      const store = await open();
      await store.add({ ...warmup, urls: ["/v7/a"] }, null);
      await store.forget(6);
      expect(await store.get("doc", uuid)).not.toBeNull();
      const batch = await store.next(9);
      if (batch) await store.note(batch, new Map([["n", [rendered("/v7/a")]]]), 7);
      await store.forget(5);
      expect(await store.get("doc", uuid)).not.toBeNull();
      await store.forget(6);
      expect([await store.get("doc", uuid), await store.next(9)]).toEqual([null, null]);
    });
  });
}
