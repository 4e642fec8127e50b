import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Compaction, compact } from "./compact.ts";
import type { LogRow } from "./log-row.ts";
import { ask, hash, lookup, oracle, rows } from "./registry.fixture.ts";
import { createRegistry } from "./registry.ts";
import type { PurgeMode, PurgeTarget } from "./target.ts";

function finish(work: Generator<void, Compaction, void>): Compaction {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** What is left of a log whose first rows are compacted. */
function leftOf(log: readonly LogRow[], { widened, dropped }: Compaction): LogRow[] {
  const wider = new Map(widened.map((row) => [row.seq, row]));
  return log.filter(({ seq }) => !dropped.includes(seq)).map((row) => wider.get(row.seq) ?? row);
}

const compacted = (log: readonly LogRow[], max: number) => leftOf(log, finish(compact(log, max)));

/** As a node reads rows that came while it was away: the windows of soft purges among them are over. */
function read(log: readonly LogRow[], isLeased: boolean) {
  const registry = createRegistry(1_000, hash);
  for (const row of log) {
    registry.apply(row);
    if (!isLeased) registry.settle(row.seq);
  }
  return registry;
}

/** Rows 1, 2, 3 … of the token `t`. */
function logOf(...lines: readonly (readonly [PurgeTarget["kind"], string, PurgeMode])[]): LogRow[] {
  return lines.map(([kind, rest, mode], at) => {
    const pattern = kind === "all" ? "" : kind === "tag" ? `t|#${rest}` : `t|//h${rest}`;
    return { seq: at + 1, job: `j${at + 1}`, token: "t", kind, pattern, mode };
  });
}
const numbers = (log: readonly LogRow[]) => log.map(({ seq }) => seq);
const noBound = Number.POSITIVE_INFINITY;

describe("what is left of a log purges", () => {
  const size = fc.nat(30);
  const lookups = fc.array(lookup, { minLength: 1, maxLength: 10 });

  test("exactly the same, if rows are only dropped that newer ones cover", () => {
    fc.assert(
      fc.property(rows, size, lookups, (log, some, wanted) => {
        const left = [...compacted(log.slice(0, some), noBound), ...log.slice(some)];
        const [leased, unleased] = [read(left, true), read(left, false)];
        for (const at of wanted) {
          expect(ask(leased, at)).toEqual(oracle(log, at, 0));
          expect(ask(unleased, at)).toEqual(oracle(log, at, log.length));
        }
      }),
      { numRuns: 3_000 },
    );
  });

  test("as much or more, if the oldest are folded, also when it is done again and again", () => {
    fc.assert(
      fc.property(rows, fc.array(size, { maxLength: 4 }), fc.nat(10), lookups, (log, cuts, max, wanted) => {
        let left = log;
        for (const upTo of cuts.toSorted((a, b) => a - b)) {
          const old = left.filter(({ seq }) => seq <= upTo);
          left = [...compacted(old, max), ...left.filter(({ seq }) => seq > upTo)];
        }
        const [leased, unleased] = [read(left, true), read(left, false)];
        for (const at of wanted) {
          for (const [registry, settled] of [
            [leased, 0],
            [unleased, log.length],
          ] as const) {
            const [got, least] = [ask(registry, at), oracle(log, at, settled)];
            expect(got.any >= least.any && got.hard >= least.hard && got.due >= least.due).toBe(true);
            expect(got.any).toBeLessThanOrEqual(log.length);
          }
        }
      }),
      { numRuns: 3_000 },
    );
  });

  test("as much or more at every moment while it is made so: wider rows first, then one row less after the other", () => {
    fc.assert(
      fc.property(rows, fc.nat(10), lookups, (log, max, wanted) => {
        const { widened, dropped } = finish(compact(log, max));
        for (const shuffled of [dropped, dropped.toReversed()]) {
          for (let gone = 0; gone <= shuffled.length; gone++) {
            const registry = read(leftOf(log, { widened, dropped: shuffled.slice(0, gone) }), false);
            for (const at of wanted) {
              const [got, least] = [ask(registry, at), oracle(log, at, log.length)];
              expect(got.any >= least.any && got.hard >= least.hard && got.due >= least.due).toBe(true);
            }
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test("what it purged for a node that has the first rows already and reads on from there", () => {
    fc.assert(
      fc.property(rows, size, size, fc.nat(10), lookups, (log, has, some, max, wanted) => {
        const left = [...compacted(log.slice(0, some), max), ...log.slice(some)];
        const known = log.slice(0, has);
        const registry = read([...known, ...left.filter(({ seq }) => seq > has)], false);
        for (const at of wanted) {
          const [got, least] = [ask(registry, at), oracle(log, at, log.length)];
          expect(got.any >= least.any && got.hard >= least.hard && got.due >= least.due).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("what is erased: no erasure goes but for a newer one that reaches as much", () => {
    fc.assert(
      fc.property(rows, fc.nat(10), (log, max) => {
        const left = compacted(log, max).filter(({ mode }) => mode === "erase");
        for (const { seq, token, kind, pattern } of log.filter(({ mode }) => mode === "erase")) {
          const reaches = (row: LogRow) =>
            row.token === token &&
            (row.kind === "all" ||
              (row.kind === kind && row.pattern === pattern) ||
              (kind !== "tag" && row.kind === "prefix" && pattern.startsWith(row.pattern)) ||
              (row.kind === "original" &&
                /^[?\n]/.test(pattern.slice(row.pattern.length)) &&
                pattern.startsWith(row.pattern)));
          expect(left.some((row) => row.seq >= seq && reaches(row))).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("compact", () => {
  test("drops what a newer row of the same or a wider target covers", () => {
    const log = logOf(
      ["original", "/a/x", "hard"],
      ["original", "/a/x?v=1", "hard"],
      ["variants", "/a/x\nw=1", "hard"],
      ["prefix", "/a/b/", "hard"],
      ["original", "/a/x", "hard"],
      ["tag", "red", "hard"],
      ["prefix", "/a/", "hard"],
      ["tag", "red", "hard"],
    );
    expect(numbers(compacted(log.slice(0, 5), noBound))).toEqual([4, 5]);
    expect(numbers(compacted(log, noBound))).toEqual([7, 8]);
    expect(
      numbers(compacted([...log, { ...(log[0] as LogRow), seq: 9, kind: "all", pattern: "" }], noBound)),
    ).toEqual([9]);
  });

  test.each<[PurgeMode, PurgeMode, boolean]>([
    ["soft", "revalidate", true],
    ["revalidate", "hard", true],
    ["hard", "hard", true],
    ["hard", "erase", true],
    ["erase", "erase", true],
    ["revalidate", "soft", false],
    ["hard", "soft", false],
    ["hard", "revalidate", false],
    ["erase", "hard", false],
  ])("%s, then %s of the same original: the first goes: %p", (first, second, goes) => {
    const log = logOf(["original", "/x", first], ["original", "/x", second]);
    expect(numbers(compacted(log, noBound))).toEqual(goes ? [2] : [1, 2]);
  });

  test("keeps of many soft purges of one target the oldest, whose window ends first, and the newest", () => {
    const log = logOf(...Array.from({ length: 5 }, () => ["all", "", "soft"] as const));
    expect(numbers(compacted(log, noBound))).toEqual([1, 5]);
  });

  test("a transformed URL with watermarks is covered by nothing that its original lies in, nor folded into it", () => {
    const url = ["url", "/a/x\n\nw=1\nt|//h/b/logo.png", "hard"] as const;
    const log = logOf(url, ["original", "/a/x", "hard"], ["prefix", "/a/", "hard"], url);
    expect(numbers(compacted(log, noBound))).toEqual([3, 4]);
    expect(compacted(logOf(url, ["url", "/a/x\n\nw=2", "hard"], url, url), 1)).toMatchObject([
      { seq: 4, kind: "all", mode: "hard" },
    ]);
  });

  test("folds the oldest into their folder until few enough are left, under the number of the newest of them", () => {
    const log = logOf(
      ...Array.from(
        { length: 6 },
        (_, at) => ["original", `/a/${at}`, at === 1 ? "hard" : "revalidate"] as const,
      ),
    );
    const left = compacted(log, 4);
    expect(left).toHaveLength(4);
    expect(left[0]).toEqual({
      seq: 3,
      job: "j3",
      token: "t",
      kind: "prefix",
      pattern: "t|//h/a/",
      mode: "hard",
    });
    expect(numbers(left)).toEqual([3, 4, 5, 6]);
  });

  test("folders and tags go into their token, and each token keeps to itself", () => {
    const one = logOf(["prefix", "/a/", "hard"], ["tag", "red", "soft"], ["original", "/b/x", "hard"]);
    const other: LogRow = {
      seq: 4,
      job: "j4",
      token: "u",
      kind: "original",
      pattern: "u|//h/x",
      mode: "soft",
    };
    expect(compacted([...one, other], 1)).toEqual([
      { seq: 3, job: "j3", token: "t", kind: "all", pattern: "", mode: "hard" },
      other,
    ]);
  });

  test("erasures are folded last, and among themselves", () => {
    const log = logOf(
      ["original", "/a/1", "erase"],
      ["original", "/a/2", "hard"],
      ["original", "/a/3", "erase"],
      ["original", "/a/4", "hard"],
    );
    const at = (max: number) => compacted(log, max).map(({ seq, kind, mode }) => [seq, kind, mode]);
    expect(at(3)).toEqual([
      [1, "original", "erase"],
      [3, "original", "erase"],
      [4, "prefix", "hard"],
    ]);
    expect(at(1)).toEqual([
      [3, "prefix", "erase"],
      [4, "prefix", "hard"],
    ]);
  });

  test("the newest row stays, whatever the bound", () => {
    fc.assert(
      fc.property(rows, fc.nat(3), (log, max) => {
        expect(compacted(log, max).at(-1)?.seq).toBe(log.at(-1)?.seq);
      }),
    );
  });
});
