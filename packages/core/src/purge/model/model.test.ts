/**
 * Every behavior of the protocol within small bounds, and the mutants that show that the search would find a mistake.
 * `bun run model` searches larger worlds; ARCHITECTURE.md says what the rules are.
 */
import { describe, expect, test } from "bun:test";
import { explore } from "./explore.ts";
import { type LeaseMutant, leaseClocks, leaseMutants } from "./lease.ts";
import { protocol } from "./protocol.ts";
import { type Mutant, mutants } from "./rules.ts";
import { caughtIn, smallWorlds, type WorldName } from "./worlds.ts";

const withinMs = 120_000;

describe("no behavior breaks the promise", () => {
  for (const name of Object.keys(smallWorlds) as WorldName[]) {
    test(
      `in the world of ${name}`,
      () => {
        const explored = explore(protocol({ ...smallWorlds[name], mutant: null }));
        const { counterexample, states, isComplete } = explored;
        expect([counterexample, isComplete]).toEqual([null, true]);
        expect(states).toBeGreaterThan(1_000);
      },
      withinMs,
    );
  }

  test("of the lease's clocks", () => {
    expect(explore(leaseClocks(null)).counterexample).toBeNull();
  });
});

test("a search that is cut short says so, and up to where it has looked", () => {
  const model = protocol({ ...smallWorlds.nodes, mutant: null });
  const { isComplete, states, depth, counterexample } = explore(model, (states) => states < 2_000);
  expect([isComplete, counterexample]).toEqual([false, null]);
  expect(states).toBeGreaterThanOrEqual(2_000);
  expect(depth).toBeGreaterThan(3);
  // What was looked at before is whole: one that is found within that depth is found, too.
  const mutant = protocol({ ...caughtIn.doneWithoutAcks, mutant: "doneWithoutAcks" });
  expect(explore(mutant, () => true).isComplete).toBe(true);
});

describe("the promise is broken if", () => {
  for (const [mutant, sentence] of Object.entries(mutants) as [Mutant, string][]) {
    test(
      sentence,
      () => {
        const { counterexample } = explore(protocol({ ...caughtIn[mutant], mutant }));
        expect(counterexample).not.toBeNull();
        console.log(`${mutant}: ${counterexample?.length} steps`);
      },
      withinMs,
    );
  }

  for (const [mutant, sentence] of Object.entries(leaseMutants) as [LeaseMutant, string][]) {
    test(sentence, () => {
      const { counterexample } = explore(leaseClocks(mutant));
      expect(counterexample).not.toBeNull();
      console.log(`${mutant}: ${counterexample?.length} steps`);
    });
  }
});
