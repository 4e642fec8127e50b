/**
 * `bun run model`: searches every behavior of the purge protocol in the larger worlds, and prints for each how many states
 * there are, and whether these are all, or up to how many steps it came in the time that it has; then the shortest way to
 * a broken promise for each mutant. `bun run model nodes front` looks at those only; `--minutes 30` gives each so long
 * instead of three, `--small` looks at the worlds of the tests.
 */
import { parseArgs } from "node:util";
import { type Explored, explore, type Model } from "../packages/core/src/purge/model/explore.ts";
import { leaseClocks } from "../packages/core/src/purge/model/lease.ts";
import { protocol } from "../packages/core/src/purge/model/protocol.ts";
import type { Mutant, World } from "../packages/core/src/purge/model/rules.ts";
import { caughtIn, largeWorlds, smallWorlds } from "../packages/core/src/purge/model/worlds.ts";

const { values, positionals: wanted } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { minutes: { type: "string", default: "3" }, small: { type: "boolean", default: false } },
});
const minutes = Number(values.minutes);
const worlds: Readonly<Record<string, World>> = values.small ? smallWorlds : largeWorlds;
const unknown = wanted.filter((name) => !(name in worlds));
if (!(minutes > 0) || unknown.length > 0) {
  console.error(`freshet: bun run model [--minutes N] [--small] [${Object.keys(worlds).join(" | ")}]`);
  process.exit(1);
}

const found = { complete: [] as string[], cut: [] as string[], broken: [] as string[] };

function search<S>(name: string, model: Model<S>): void {
  const startMs = performance.now();
  const secondsSince = () => (performance.now() - startMs) / 1_000;
  const explored = explore(model, () => secondsSince() < minutes * 60);
  const list = explored.counterexample ? found.broken : explored.isComplete ? found.complete : found.cut;
  list.push(name);
  console.log(`${name}: ${verdictOf(explored)}, ${secondsSince().toFixed(0)} s`);
  // What one world filled, the next one needs.
  Bun.gc(true);
}

function verdictOf({ states, transitions, depth, isComplete, counterexample }: Explored): string {
  const numbers = `${states.toLocaleString("en")} states, ${transitions.toLocaleString("en")} transitions`;
  if (counterexample) return `${numbers}: BROKEN: ${counterexample.join(" > ")}`;
  return isComplete
    ? `complete: ${numbers}, ${depth} steps deep: no violation`
    : `NOT COMPLETE: ${numbers}, all of ${depth} steps and some of ${depth + 1}: no violation so far`;
}

if (wanted.length === 0) search("clocks of the lease", leaseClocks(null));
for (const [name, world] of Object.entries(worlds)) {
  if (wanted.length === 0 || wanted.includes(name)) search(name, protocol({ ...world, mutant: null }));
}
const caught: string[] = [];
const missed: string[] = [];
if (wanted.length === 0) {
  for (const [mutant, world] of Object.entries(caughtIn) as [Mutant, World][]) {
    const { counterexample } = explore(protocol({ ...world, mutant }));
    (counterexample ? caught : missed).push(mutant);
    const way = counterexample && `${counterexample.length} steps: ${counterexample.join(" > ")}`;
    console.log(`${mutant}: ${way ?? "NOT CAUGHT"}`);
  }
  console.log(`\n${caught.length} of ${caught.length + missed.length} mutants caught`);
}
for (const [what, names] of Object.entries({ ...found, missed })) {
  if (names.length > 0) console.log(`${what}: ${names.join(", ")}`);
}
process.exit(found.broken.length + missed.length > 0 ? 1 : 0);
