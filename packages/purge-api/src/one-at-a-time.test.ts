import { expect, test } from "bun:test";
import { oneAtATime } from "./one-at-a-time.ts";

/** Work that ends when the test says so. */
function setUp() {
  const ends: (() => void)[] = [];
  let runs = 0;
  const ask = oneAtATime(() => {
    runs++;
    return new Promise((resolve) => ends.push(resolve));
  });
  const turn = () => new Promise(setImmediate);
  const end = () => {
    ends.shift()?.();
    return turn();
  };
  return { ask, runs: () => runs, end };
}

test("what is asked for while it runs is one run more, however often", async () => {
  const { ask, runs, end } = setUp();
  const asked = [ask(), ask(), ask()];
  expect(runs()).toBe(1);
  await end();
  expect(runs()).toBe(2);
  await end();
  await Promise.all(asked);
  expect(runs()).toBe(2);
});

test("whoever asks at the moment at which a run ends is not forgotten", async () => {
  const { ask, runs, end } = setUp();
  for (let turns = 0; turns < 8; turns++) {
    const before = runs();
    const first = ask();
    void end();
    // Somewhere among these turns the run ends.
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    const second = ask();
    await end();
    await end();
    await Promise.all([first, second]);
    expect(runs() - before).toBe(2);
  }
});
