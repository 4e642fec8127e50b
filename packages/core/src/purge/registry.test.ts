import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { nameOf } from "./name-of.ts";
import { ask, hash, lookup, oracle, rows } from "./registry.fixture.ts";
import { createRegistry } from "./registry.ts";

describe("registry", () => {
  test("agrees with a naive search of all rows", () => {
    fc.assert(
      fc.property(rows, fc.array(lookup, { minLength: 1, maxLength: 10 }), (log, lookups) => {
        const registry = createRegistry(1_000, hash);
        for (const row of log) registry.apply(row);
        for (const at of lookups) expect(ask(registry, at)).toEqual(oracle(log, at, 0));
        registry.settle(log.length);
        for (const at of lookups) expect(ask(registry, at)).toEqual(oracle(log, at, log.length));
      }),
      { numRuns: 2_000 },
    );
  });

  test("windows of soft purges that end at any time: never too late, and not before the first of a run ends", () => {
    fc.assert(
      fc.property(
        rows,
        fc.array(lookup, { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(9)),
        (log, lookups, lags) => {
          const registry = createRegistry(1_000, hash);
          let settled = 0;
          for (const [at, row] of log.entries()) {
            registry.apply(row);
            settled = Math.max(settled, row.seq - (lags[at % lags.length] ?? 9));
            registry.settle(settled);
            for (const one of lookups) {
              const got = ask(registry, one);
              const least = oracle(log.slice(0, at + 1), one, settled);
              expect([got.any, got.hard]).toEqual([least.any, least.hard]);
              expect(got.due >= least.due && got.due <= got.any).toBe(true);
            }
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("a soft purge after another whose window runs leaves what is between them to be served", () => {
    const registry = createRegistry();
    const soft = { job: "j", token: "a", kind: "all", pattern: "", mode: "soft" } as const;
    registry.apply({ ...soft, seq: 5 });
    registry.apply({ ...soft, seq: 9 });
    registry.settle(4);
    const got = () => registry.purgedAt("a", { pathKey: "a|//h/x", key: "a|//h/x" }, null);
    expect(got()).toMatchObject({ any: 9, due: 0 });
    registry.settle(5);
    expect(got()).toMatchObject({ any: 9, due: 9 });
  });

  test("when it is full, purges too much and never too little, and stays within its bound", () => {
    fc.assert(
      fc.property(
        rows,
        fc.array(lookup, { minLength: 1, maxLength: 10 }),
        fc.integer({ min: 1, max: 12 }),
        (log, lookups, max) => {
          const registry = createRegistry(max, hash);
          for (const row of log) {
            registry.apply(row);
            expect(registry.size).toBeLessThanOrEqual(max + 4);
          }
          for (const at of lookups) {
            const got = ask(registry, at);
            const least = oracle(log, at, 0);
            expect(got.any >= least.any && got.hard >= least.hard && got.due >= least.due).toBe(true);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test("when many keys have one name, purges too much and never too little, whatever room there is", () => {
    fc.assert(
      fc.property(
        rows,
        fc.array(lookup, { minLength: 1, maxLength: 10 }),
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom(3, 1_000),
        (log, lookups, names, max) => {
          const registry = createRegistry(max, hash, (key) => nameOf(key) % names);
          for (const row of log) registry.apply(row);
          for (const at of lookups) {
            const got = ask(registry, at);
            const least = oracle(log, at, 0);
            expect(got.any >= least.any && got.hard >= least.hard && got.due >= least.due).toBe(true);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test("a URL that is folded still reaches its watermarks, wherever they lie", () => {
    const registry = createRegistry(1);
    const url = "a|//h/x/p.jpg\n\nw=1\na|//h/y/logo.png";
    for (const seq of [1, 2]) {
      const pattern = seq === 1 ? url : `a|//h/z/${seq}.jpg\n\nw=1`;
      registry.apply({ seq, job: "j", token: "a", kind: "url", pattern, mode: "hard" });
    }
    for (const key of ["a|//h/x/p.jpg", "a|//h/y/logo.png"]) {
      expect(registry.purgedAt("a", { pathKey: key, key }, url).any).toBeGreaterThanOrEqual(1);
    }
  });

  test("one token's purges never concern another's", () => {
    const registry = createRegistry(1);
    for (let seq = 1; seq <= 50; seq++) {
      registry.apply({ seq, job: "j", token: "a", kind: "original", pattern: `a|//h/${seq}`, mode: "hard" });
    }
    registry.apply({ seq: 51, job: "j", token: "a", kind: "tag", pattern: "a|#red", mode: "hard" });
    const found = registry.purgedAt("b", { pathKey: "b|//h/1", key: "b|//h/1" }, null, ["red", "*"]);
    expect({ ...found }).toEqual({ any: 0, hard: 0, due: 0 });
  });

  test("a folder is found however deep it lies", () => {
    for (const depth of [0, 30, 31, 32, 33, 70]) {
      for (const end of ["/", "/x"]) {
        const registry = createRegistry();
        const pattern = `a|//h${"/d".repeat(depth)}${end}`;
        registry.apply({ seq: 1, job: "j", token: "a", kind: "prefix", pattern, mode: "hard" });
        const [inside, beside] = [`${pattern}x/y.jpg`, `a|//h${"/d".repeat(depth)}.jpg`];
        expect(registry.purgedAt("a", { pathKey: inside, key: inside }, null).any).toBe(1);
        expect(registry.purgedAt("a", { pathKey: beside, key: beside }, null).any).toBe(0);
      }
    }
  });

  test("when it is full, each token gives up the same share of its tags", () => {
    const registry = createRegistry(100);
    const row = (seq: number, token: string, tag: number) =>
      ({ seq, job: "j", token, kind: "tag", pattern: `${token}|#${tag}`, mode: "hard" }) as const;
    for (let seq = 1; seq <= 10; seq++) registry.apply(row(seq, "a", seq));
    for (let seq = 11; seq <= 101; seq++) registry.apply(row(seq, "b", seq));
    const of = (token: string) =>
      registry.purgedAt(token, { pathKey: `${token}|//h/x`, key: `${token}|//h/x` }, null).any;
    expect([of("a"), of("b")]).toEqual([1, 20]);
  });
});
