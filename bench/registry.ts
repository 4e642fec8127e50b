/**
 * What one look-up of the registry costs while 100,000 purges are active: originals, folders, variants and tags, keys
 * of six segments. It counts processor time, not time on the wall. Run it with `bun bench/registry.ts`.
 */
import { createRegistry, type LogRow } from "../packages/core/src/index.ts";
import { hashText } from "../packages/server/src/hash.ts";
import { markdownTable, percentile } from "./report.ts";

const purges = 100_000;
const lookups = 200_000;
const rounds = 15;

/** A key of six segments. */
const keyOf = (number: number) => `doc|//img.example/a/${number % 97}/b/${number % 1_009}/c/${number}.jpg`;

function rowOf(seq: number): LogRow {
  const base = { seq, job: "j", token: "doc", mode: seq % 3 === 0 ? "soft" : "hard" } as const;
  const key = keyOf(seq);
  if (seq % 20 === 0) return { ...base, kind: "tag", pattern: `doc|#tag${seq}` };
  if (seq % 20 === 1) return { ...base, kind: "variants", pattern: `${key}\nw=200` };
  if (seq % 10 === 2) return { ...base, kind: "prefix", pattern: key.slice(0, key.lastIndexOf("/") + 1) };
  return { ...base, kind: "original", pattern: key };
}

const registry = createRegistry(purges * 2, hashText);
for (let seq = 1; seq <= purges; seq++) registry.apply(rowOf(seq));
const asked = Array.from({ length: lookups }, (_, at) => {
  const key = keyOf((at * 7_919) % (purges * 2));
  return { origin: { key, pathKey: key }, requestKey: `${key}\n\nw=200`, tags: [`tag${at}`, "red"] };
});

let sum = 0;
const nanoseconds: number[] = [];
for (let round = 0; round < rounds; round++) {
  const before = process.cpuUsage();
  for (const { origin, requestKey, tags } of asked) {
    sum += registry.purgedAt("doc", origin, requestKey, tags).any;
  }
  nanoseconds.push((process.cpuUsage(before).user * 1000) / lookups);
}
console.log(`${registry.size} entries, ${lookups} look-ups a round, ${rounds} rounds (sum ${sum})\n`);
const cells = [50, 100].map((percent) => percentile(nanoseconds, percent).toFixed(0));
console.log(markdownTable(["", "median of rounds, ns", "slowest round, ns"], [["one look-up", ...cells]]));
