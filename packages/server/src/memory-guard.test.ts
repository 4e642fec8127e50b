import { describe, expect, test } from "bun:test";
import type { FreshetError } from "@freshet/core";
import { createMemoryGuard } from "./memory-guard.ts";

function setUp() {
  const state = { nowMs: 0, own: 100, children: [] as number[], did: [] as string[] };
  const guard = createMemoryGuard({
    ceilingBytes: 1_000,
    now: () => state.nowMs,
    ownBytes: () => state.own,
    collect: () => void state.did.push("collect"),
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
  expect([guard.hasRoom(), state.did]).toEqual([false, ["forget", "collect"]]);
});

test("above it those that take most are ended, one after the other, until there is room", () => {
  const { state, guard, later } = setUp();
  state.children = [300, 500, 400, 200];
  for (let times = 0; times < 4; times++) {
    guard.look();
    later();
  }
  // What is not used any more is looked for once a second.
  expect(state.did).toEqual(["end 500", "collect", "end 400"]);
  expect(guard.hasRoom()).toBe(true);
});

test("without children it gives back what there is", () => {
  const { state, guard } = setUp();
  state.own = 2_000;
  guard.look();
  expect(state.did).toEqual(["end -Infinity", "forget", "collect"]);
});

test("memory is read at most every 50 ms", () => {
  const { state, guard, later } = setUp();
  expect(guard.hasRoom()).toBe(true);
  state.own = 2_000;
  expect(guard.hasRoom()).toBe(true);
  later();
  expect(guard.hasRoom()).toBe(false);
});

describe("what is on its way in", () => {
  const codeOf = (work: () => void) => {
    try {
      work();
      return "ok";
    } catch (error) {
      return (error as FreshetError).code;
    }
  };

  test("counts before it is here, so that nothing more begins", () => {
    const { guard } = setUp();
    const share = guard.open();
    share.expect(699);
    expect([guard.hasRoom(), guard.isFull()]).toEqual([true, false]);
    share.expect(1);
    expect([guard.hasRoom(), guard.isFull()]).toEqual([false, false]);
    share.expect(100);
    expect([guard.hasRoom(), guard.isFull()]).toEqual([false, true]);
  });

  test("is refused when there is no room for it, with a 503 that says when to come back", () => {
    const { guard } = setUp();
    const [first, second] = [guard.open(), guard.open()];
    first.expect(550);
    expect(codeOf(() => second.expect(99))).toBe("ok");
    expect(codeOf(() => second.expect(1))).toBe("overloaded");
    first.close();
    expect(codeOf(() => second.expect(1))).toBe("ok");
  });

  test("counts once, whether or not memory was read since it came", () => {
    const { state, guard, later } = setUp();
    const [share, other] = [guard.open(), guard.open()];
    share.expect(400);
    share.arrived(400);
    // 100 were there at the last reading.
    expect(codeOf(() => other.expect(250))).toBe("overloaded");
    expect(codeOf(() => other.expect(249))).toBe("ok");
    state.own = 501;
    later();
    expect(codeOf(() => other.expect(1))).toBe("overloaded");
    state.own = 300;
    later();
    expect(codeOf(() => other.expect(200))).toBe("ok");
  });

  test("goes on if it is the only one, or nothing ever would again", () => {
    const { state, guard } = setUp();
    state.own = 990;
    const only = guard.open();
    expect(codeOf(() => only.expect(5_000))).toBe("ok");
    expect(codeOf(() => guard.open().expect(1))).toBe("overloaded");
  });

  test("gives back what did not come, however often it is closed", () => {
    const { guard } = setUp();
    const [share, other] = [guard.open(), guard.open()];
    share.expect(500);
    share.arrived(200);
    for (let times = 0; times < 3; times++) share.close();
    expect(codeOf(() => other.expect(449))).toBe("ok");
    // `share` is not counted twice as gone: a third one finds two open.
    expect(codeOf(() => guard.open().expect(1))).toBe("overloaded");
  });
});

describe("another original", () => {
  test("is asked for if it would fit, by what those of late have taken", () => {
    const { guard, later, state } = setUp();
    state.own = 0;
    const mb = 1024 * 1024;
    const large = createMemoryGuard({
      ...{ ceilingBytes: 100 * mb, now: () => state.nowMs, ownBytes: () => state.own, collect() {} },
      children: { bytes: () => 0, forget() {}, endLargest: () => false },
    });
    // As many as 4 MB each go into six tenths of it.
    expect([0, 13, 15].map(large.hasRoomToAsk)).toEqual([true, true, false]);
    for (let times = 0; times < 200; times++) {
      const share = large.open();
      share.expect(mb);
      share.arrived(mb);
      share.close();
    }
    later();
    expect([0, 58, 60].map(large.hasRoomToAsk)).toEqual([true, true, false]);
    state.own = 55 * mb;
    later();
    expect([0, 3, 5].map(large.hasRoomToAsk)).toEqual([true, true, false]);
    expect(guard.hasRoomToAsk(0)).toBe(false);
  });

  test("is not judged by those that were broken off for want of room", () => {
    const guard = createMemoryGuard({
      ...{ ceilingBytes: 1000, now: () => 0, ownBytes: () => 0, collect() {} },
      children: { bytes: () => 0, forget() {}, endLargest: () => false },
    });
    for (let times = 0; times < 500; times++) guard.open().close();
    expect(guard.hasRoomToAsk(0)).toBe(true);
    const [other, share] = [guard.open(), guard.open()];
    share.expect(400);
    share.arrived(400);
    expect(() => share.expect(400)).toThrow("overloaded");
    share.close();
    other.close();
    expect(guard.hasRoomToAsk(90)).toBe(true);
  });
});
