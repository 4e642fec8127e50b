import { expect, test } from "bun:test";
import { createMemoryGuard } from "./memory-guard.ts";

function setUp() {
  const state = { nowMs: 0, own: 100, children: [] as number[], did: [] as string[] };
  const guard = createMemoryGuard({
    ceilingBytes: 1_000,
    now: () => state.nowMs,
    ownBytes: () => state.own,
    children: {
      bytes: () => state.children.reduce((sum, each) => sum + each, 0),
      forget: () => void state.did.push("forget"),
      endLargest: () => {
        const largest = Math.max(...state.children);
        state.did.push(`end ${largest}`);
        state.children = state.children.filter((each) => each !== largest);
        return Number.isFinite(largest);
      },
    },
  });
  const later = () => {
    state.nowMs += 50;
  };
  return { state, guard, later };
}

test("far from the ceiling everything may begin, and nobody is disturbed", () => {
  const { state, guard } = setUp();
  state.children = [300, 399];
  guard.look();
  expect([guard.hasRoom(), guard.bytes, state.did]).toEqual([true, 799, []]);
});

test("near it nothing more begins, and what is kept for later is given back", () => {
  const { state, guard } = setUp();
  state.children = [300, 400];
  guard.look();
  expect([guard.hasRoom(), state.did]).toEqual([false, ["forget"]]);
});

test("above it those that take most are ended, one after the other, until there is room", () => {
  const { state, guard, later } = setUp();
  state.children = [300, 500, 400, 200];
  for (let times = 0; times < 4; times++) {
    guard.look();
    later();
  }
  expect(state.did).toEqual(["end 500", "end 400"]);
  expect(guard.hasRoom()).toBe(true);
});

test("without children it gives back what there is", () => {
  const { state, guard } = setUp();
  state.own = 2_000;
  guard.look();
  expect(state.did).toEqual(["end -Infinity", "forget"]);
});

test("memory is read at most every 50 ms", () => {
  const { state, guard, later } = setUp();
  expect(guard.hasRoom()).toBe(true);
  state.own = 2_000;
  expect(guard.hasRoom()).toBe(true);
  later();
  expect(guard.hasRoom()).toBe(false);
});
