/** `bun bench/purge/lookup.ts`: what a hit pays for asking whether it was purged, with 100,000 active purges. */
import { createRegistry, parseRequest, plainToken, requestKey } from "../../packages/core/src/index.ts";
import { markdownTable, median } from "../report.ts";

const rounds = 9;
const lookups = 200_000;
const token = plainToken("doc");

function registryOf(originals: number, prefixes: number) {
  const registry = createRegistry();
  for (let seq = 1; seq <= originals + prefixes; seq++) {
    const isPrefix = seq > originals;
    const folder = `doc|//shop.example/a/b/c/d/${seq % 1_000}/`;
    const target = isPrefix
      ? ({ kind: "prefix", pattern: `doc|//shop.example/p/${seq}/` } as const)
      : ({ kind: "original", pattern: `${folder}${seq}.jpg` } as const);
    registry.apply({ seq, job: "job", token: "doc", mode: "hard", ...target });
  }
  return registry;
}

const requests = Array.from({ length: 1_000 }, (_, at) => {
  const request = parseRequest(`/shop.example/a/b/c/d/${at}/${at * 7}.jpg?w=300`, token);
  return { origin: request.origin, key: requestKey(request) };
});

function nanoseconds(registry: ReturnType<typeof registryOf>): number {
  const startMs = performance.now();
  for (let at = 0; at < lookups; at++) {
    const { origin, key } = requests[at % requests.length] as (typeof requests)[number];
    registry.purgedAt("doc", origin, key);
  }
  return ((performance.now() - startMs) * 1e6) / lookups;
}

const registries = {
  "no purge": registryOf(0, 0),
  "90,000 originals, 10,000 folders": registryOf(90_000, 10_000),
};
const times = new Map(Object.keys(registries).map((name) => [name, [] as number[]]));
for (let round = 0; round < rounds; round++) {
  for (const [name, registry] of Object.entries(registries)) times.get(name)?.push(nanoseconds(registry));
}
const rows = [...times].map(([name, each]) => [name, `${median(each).toFixed(0)} ns`]);
console.log(`\n${markdownTable(["active purges", `one lookup, median of ${rounds} rounds`], rows)}`);
