import { expect, test } from "bun:test";
import { fakeClock } from "./fake-clock.fixture.ts";
import type { FrontHealth } from "./fronts/tour.ts";
import { createReadiness } from "./readiness.ts";

const working: FrontHealth = {
  ...{ front: "edge", requests: 1, retries: 0, failures: 0, failing: 0, waiting: 0, lastSuccessAt: 1 },
};

function setUp() {
  const clock = fakeClock();
  const state = {
    probe: async (): Promise<void> => {},
    isSettled: true,
    isStopping: false,
    fronts: [] as FrontHealth[],
    probes: 0,
  };
  const readiness = createReadiness({
    clock,
    probe() {
      state.probes++;
      return state.probe();
    },
    isSettled: () => state.isSettled,
    fronts: () => state.fronts,
    isStopping: () => state.isStopping,
  });
  async function look() {
    const { isReady, checks } = await readiness();
    return {
      isReady,
      failed: checks.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`),
    };
  }
  return { clock, state, look };
}

test("a database that can be written to, and nothing else wrong", async () => {
  expect(await setUp().look()).toEqual({ isReady: true, failed: [] });
});

test("a database that cannot be written to is not ready, and is again when it can", async () => {
  const { clock, state, look } = setUp();
  state.probe = async () => {
    throw new Error("database or disk is full\nat some place of ours");
  };
  expect(await look()).toEqual({
    isReady: false,
    failed: ["database: it cannot be written to: database or disk is full"],
  });
  state.probe = async () => {};
  clock.advance(1_000);
  expect((await look()).isReady).toBe(true);
});

test("a database that does not answer is not waited for", async () => {
  const { state, look } = setUp();
  state.probe = () => new Promise(() => {});
  expect((await look()).failed).toEqual(["database: it cannot be written to: it did not answer within 2 s"]);
});

test("whoever asks often costs one look a second", async () => {
  const { clock, state, look } = setUp();
  await Promise.all(Array.from({ length: 100 }, look));
  expect(state.probes).toBe(1);
  clock.advance(1_000);
  await look();
  expect(state.probes).toBe(2);
});

test("who was told to stop is not ready", async () => {
  const { state, look } = setUp();
  state.isStopping = true;
  expect(await look()).toEqual({ isReady: false, failed: ["running: it was told to stop"] });
});

test("a log that is not settled, and fronts that fail, are told and keep nobody away", async () => {
  const { state, look } = setUp();
  state.isSettled = false;
  state.fronts = [working, { ...working, front: "far", failing: 3, waiting: 7 }];
  expect(await look()).toEqual({
    isReady: true,
    failed: [
      "log: it may be an older copy, or new: nothing is DONE before one lease has passed",
      "front far: its last 3 calls failed; 7 purges wait",
    ],
  });
});
