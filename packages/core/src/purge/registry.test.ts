import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { LogRow } from "./log-row.ts";
import { createRegistry } from "./registry.ts";
import type { PurgedAt } from "./stamp.ts";

interface Lookup {
  readonly token: string;
  readonly path: string;
  readonly query: string;
  readonly plan: string;
}

/** The definition, without any cleverness: the maximum over all rows that match. */
function oracle(rows: readonly LogRow[], { token, path, query, plan }: Lookup): PurgedAt {
  const pathKey = `${token}|//h${path}`;
  const matches: Record<LogRow["kind"], (pattern: string) => boolean> = {
    all: () => true,
    prefix: (pattern) => pathKey.startsWith(pattern),
    original: (pattern) => pattern === pathKey || pattern === pathKey + query,
    url: (pattern) => pattern === `${pathKey}${query}\n\n${plan}`,
  };
  const matching = rows.filter((row) => row.token === token && matches[row.kind](row.pattern));
  const newest = (some: readonly LogRow[]) => some.reduce((seq, row) => Math.max(seq, row.seq), 0);
  return { any: newest(matching), hard: newest(matching.filter((row) => row.mode === "hard")) };
}

const token = fc.constantFrom("a", "b");
const path = fc
  .array(fc.constantFrom("x", "xy", "y", "z"), { minLength: 1, maxLength: 4 })
  .map((parts) => `/${parts.join("/")}`);
const query = fc.constantFrom("", "", "?v=1");
const plan = fc.constantFrom("", "w=1");
const lookup: fc.Arbitrary<Lookup> = fc.record({ token, path, query, plan });

const rows: fc.Arbitrary<LogRow[]> = fc
  .array(
    fc.record({
      at: lookup,
      kind: fc.constantFrom(
        "all" as const,
        "prefix" as const,
        "original" as const,
        "original" as const,
        "url" as const,
      ),
      mode: fc.constantFrom("hard" as const, "soft" as const),
      cut: fc.nat(8),
    }),
    { maxLength: 40 },
  )
  .map((wishes) =>
    wishes.map(({ at, kind, mode, cut }, index): LogRow => {
      const pathKey = `${at.token}|//h${at.path}`;
      const patterns = {
        all: "",
        // Never shorter than the host: core's reader makes no such prefix.
        prefix: pathKey.slice(0, Math.max(`${at.token}|//h/`.length, pathKey.length - cut)),
        original: pathKey + at.query,
        url: `${pathKey}${at.query}\n\n${at.plan}`,
      };
      return { seq: index + 1, job: "j", token: at.token, kind, pattern: patterns[kind], mode };
    }),
  );

function ask(
  registry: ReturnType<typeof createRegistry>,
  { token: name, path: at, query: search, plan: wish }: Lookup,
): PurgedAt {
  const pathKey = `${name}|//h${at}`;
  return registry.purgedAt(name, { pathKey, key: pathKey + search }, `${pathKey}${search}\n\n${wish}`);
}

describe("registry", () => {
  test("agrees with a naive search of all rows", () => {
    fc.assert(
      fc.property(rows, fc.array(lookup, { minLength: 1, maxLength: 10 }), (log, lookups) => {
        const registry = createRegistry();
        for (const row of log) registry.apply(row);
        for (const at of lookups) expect(ask(registry, at)).toEqual(oracle(log, at));
      }),
      { numRuns: 2_000 },
    );
  });

  test("when it is full, purges too much and never too little, and stays within its bound", () => {
    fc.assert(
      fc.property(
        rows,
        fc.array(lookup, { minLength: 1, maxLength: 10 }),
        fc.integer({ min: 1, max: 12 }),
        (log, lookups, max) => {
          const registry = createRegistry(max);
          for (const row of log) {
            registry.apply(row);
            expect(registry.size).toBeLessThanOrEqual(max + 2);
          }
          for (const at of lookups) {
            const got = ask(registry, at);
            const least = oracle(log, at);
            expect(got.any >= least.any && got.hard >= least.hard).toBe(true);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test("one token's purges never concern another's", () => {
    const registry = createRegistry(1);
    for (let seq = 1; seq <= 50; seq++) {
      registry.apply({ seq, job: "j", token: "a", kind: "original", pattern: `a|//h/${seq}`, mode: "hard" });
    }
    expect(registry.purgedAt("b", { pathKey: "b|//h/1", key: "b|//h/1" }, null)).toEqual({ any: 0, hard: 0 });
  });
});
