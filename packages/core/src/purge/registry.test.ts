import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { surrogateTags } from "../http/tags.ts";
import type { LogRow } from "./log-row.ts";
import { createRegistry } from "./registry.ts";
import type { PurgedAt } from "./stamp.ts";

interface Lookup {
  readonly token: string;
  readonly path: string;
  readonly query: string;
  readonly plan: string;
  readonly tags: readonly string[];
}

const hash = (text: string) => Bun.hash(text).toString(16).padStart(16, "0");

/**
 * The definition, without any cleverness: the maximum over all rows that match.
 * @param settled soft purges up to here are past their window
 */
function oracle(
  rows: readonly LogRow[],
  { token, path, query, plan, tags }: Lookup,
  settled: number,
): PurgedAt {
  const pathKey = `${token}|//h${path}`;
  const matches: Record<LogRow["kind"], (pattern: string) => boolean> = {
    all: () => true,
    prefix: (pattern) => pathKey.startsWith(pattern),
    original: (pattern) => pattern === pathKey || pattern === pathKey + query,
    variants: (pattern) => {
      const [key, filter = ""] = pattern.split("\n");
      const parts = filter.split(";").filter(Boolean);
      return (
        [pathKey, pathKey + query].includes(key as string) &&
        parts.every((part) => plan.split(";").includes(part))
      );
    },
    tag: (pattern) =>
      tags.includes("*") ||
      [...tags, ...surrogateTags(token, [{ pathKey, key: pathKey + query }], hash)].some(
        (tag) => pattern === `${token}|#${tag}`,
      ),
    url: (pattern) => pattern === `${pathKey}${query}\n\n${plan}`,
  };
  const matching = rows.filter((row) => row.token === token && matches[row.kind](row.pattern));
  const newest = (some: readonly LogRow[]) => some.reduce((seq, row) => Math.max(seq, row.seq), 0);
  const isDue = (row: LogRow) => row.mode !== "soft" || row.seq <= settled;
  return {
    any: newest(matching),
    hard: newest(matching.filter((row) => row.mode === "hard" || row.mode === "erase")),
    due: newest(matching.filter(isDue)),
  };
}

const token = fc.constantFrom("a", "b");
const path = fc
  .array(fc.constantFrom("x", "xy", "y", "z"), { minLength: 1, maxLength: 4 })
  .map((parts) => `/${parts.join("/")}`);
const query = fc.constantFrom("", "", "?v=1");
const plan = fc.constantFrom("", "w=1", "q=5", "w=1;q=5", "h=1;q=5");
const tags = fc.subarray(["red", "blue", "*"]);
const lookup: fc.Arbitrary<Lookup> = fc.record({ token, path, query, plan, tags });

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
        "variants" as const,
        "tag" as const,
      ),
      mode: fc.constantFrom(
        "hard" as const,
        "revalidate" as const,
        "soft" as const,
        "soft" as const,
        "erase" as const,
      ),
      cut: fc.nat(8),
      tag: fc.constantFrom("red", "blue", "path", "key", "folder"),
    }),
    { maxLength: 40 },
  )
  .map((wishes) =>
    wishes.map(({ at, kind, mode, cut, tag }, index): LogRow => {
      const pathKey = `${at.token}|//h${at.path}`;
      const patterns = {
        all: "",
        // Never shorter than the host: core's reader makes no such prefix.
        prefix: pathKey.slice(0, Math.max(`${at.token}|//h/`.length, pathKey.length - cut)),
        original: pathKey + at.query,
        url: `${pathKey}${at.query}\n\n${at.plan}`,
        variants: `${pathKey}${at.query}\n${at.plan}`,
        tag: `${at.token}|#${ownTag(tag, pathKey, at.query)}`,
      };
      return { seq: index + 1, job: "j", token: at.token, kind, pattern: patterns[kind], mode };
    }),
  );

/** A tag that an origin gives, or one that Freshet gives itself. */
function ownTag(tag: string, pathKey: string, search: string): string {
  const own = surrogateTags(pathKey.slice(0, 1), [{ pathKey, key: pathKey + search }], hash);
  const found = { path: own[1], key: own[2], folder: own.at(-1) }[tag];
  return found ?? tag;
}

function ask(
  registry: ReturnType<typeof createRegistry>,
  { token: name, path: at, query: search, plan: wish, tags: given }: Lookup,
): PurgedAt {
  const pathKey = `${name}|//h${at}`;
  const key = `${pathKey}${search}\n\n${wish}`;
  return { ...registry.purgedAt(name, { pathKey, key: pathKey + search }, key, given) };
}

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
