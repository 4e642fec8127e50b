/**
 * `bun run model`: searches every behavior of the purge protocol in the larger worlds, and prints how many states there
 * are; then the shortest way to a broken promise for each mutant. `bun run model nodes front` looks at those only.
 */
import { explore } from "../packages/core/src/purge/model/explore.ts";
import { leaseClocks } from "../packages/core/src/purge/model/lease.ts";
import { protocol } from "../packages/core/src/purge/model/protocol.ts";
import type { Mutant, World } from "../packages/core/src/purge/model/rules.ts";
import { caughtIn, largeWorlds, type WorldName } from "../packages/core/src/purge/model/worlds.ts";

const wanted = process.argv.slice(2);
const names = (Object.keys(largeWorlds) as WorldName[]).filter(
  (name) => wanted.length === 0 || wanted.includes(name),
);
let isBroken = false;

function report(
  name: string,
  { states, transitions, depth, counterexample }: ReturnType<typeof explore>,
): void {
  const numbers = `${states.toLocaleString("en")} states, ${transitions.toLocaleString("en")} transitions`;
  const verdict = counterexample ? `BROKEN: ${counterexample.join(" > ")}` : "no violation";
  console.log(`${name}: ${numbers}, ${depth} steps deep: ${verdict}`);
  isBroken ||= counterexample !== null;
}

if (wanted.length === 0) report("clocks of the lease", explore(leaseClocks(null)));
for (const name of names) report(name, explore(protocol({ ...largeWorlds[name], mutant: null })));
for (const [mutant, world] of Object.entries(caughtIn) as [Mutant, World][]) {
  if (wanted.length > 0) break;
  const { counterexample } = explore(protocol({ ...world, mutant }));
  isBroken ||= counterexample === null;
  console.log(
    `${mutant}: ${counterexample ? `${counterexample.length} steps: ${counterexample.join(" > ")}` : "NOT CAUGHT"}`,
  );
}
process.exit(isBroken ? 1 : 0);
