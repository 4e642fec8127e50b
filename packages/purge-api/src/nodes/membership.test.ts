import { expect, test } from "bun:test";
import { fakeClock } from "../fake-clock.fixture.ts";
import { createMembership, type Holder } from "./membership.ts";

const leaseMs = 5_000;
const marginMs = 6_000;

/** Membership over holders on record; `restart` makes another one over the same record, as a restart does. */
function setUp(recorded: Holder[] = []) {
  const clock = fakeClock();
  const record = new Map(recorded.map((holder) => [holder.boot, holder]));
  const store = {
    all: () => [...record.values()],
    add: (holder: Holder) => void record.set(holder.boot, holder),
    remove: (boot: string) => void record.delete(boot),
  };
  const restart = () => createMembership({ clock, store, leaseMs });
  return { clock, record, restart, membership: restart() };
}

const node = { boot: "b1", node: "n1", fence: "revalidate" } as const;
const hello = { type: "hello", logId: "log", applied: 0, job: "", ...node } as const;
const states = (list: readonly { state: string }[]) => list.map(({ state }) => state);

test("a process that is behind the head gets no lease, and one that is at it does", () => {
  const { membership } = setUp();
  const session = membership.hello(hello, 0);
  expect(membership.beat(session, 6, 7)).toBeNull();
  expect(membership.beat(session, 7, 7)).toBe(leaseMs);
});

test("a valid lease is renewed although the head moved on: what is new is waited for by its acknowledgement", () => {
  const { membership, clock } = setUp();
  const session = membership.hello(hello, 0);
  membership.beat(session, 0, 0);
  clock.advance(marginMs - 1);
  expect(membership.beat(session, 0, 1)).toBe(leaseMs);
  clock.advance(marginMs - 1);
  expect(membership.statesFor(1)).toEqual([{ node: "n1", state: "waiting" }]);
});

test("a process whose lease lapsed must catch up again before the next one", () => {
  const { membership, clock } = setUp();
  const session = membership.hello(hello, 0);
  membership.beat(session, 0, 0);
  clock.advance(marginMs);
  expect(membership.beat(session, 0, 1)).toBeNull();
  expect(states(membership.statesFor(1))).toEqual(["lapsed"]);
  expect(membership.beat(session, 1, 1)).toBe(leaseMs);
});

test("the log counts a fifth longer than the node, so the node's lease ends first", () => {
  const { membership, clock } = setUp();
  const session = membership.hello(hello, 0);
  const sentAtMs = clock.monotonicMs();
  clock.advance(40); // on its way
  expect(membership.beat(session, 0, 0)).toBe(leaseMs);
  clock.advance(leaseMs + 999);
  expect(clock.monotonicMs()).toBeGreaterThan(sentAtMs + leaseMs);
  expect(states(membership.statesFor(1))).toEqual(["waiting"]);
  clock.advance(1);
  expect(states(membership.statesFor(1))).toEqual(["lapsed"]);
});

test("the same process on a new connection is not caught up, but its valid lease still counts", () => {
  const { membership } = setUp();
  membership.beat(membership.hello(hello, 0), 0, 0);
  const second = membership.hello(hello, 0);
  expect(membership.beat(second, 0, 1)).toBeNull();
  expect(states(membership.statesFor(1))).toEqual(["waiting"]);
});

test("a connection that was replaced can neither renew nor acknowledge nor leave", () => {
  const { membership, clock } = setUp();
  const first = membership.hello(hello, 0);
  const second = membership.hello(hello, 0);
  membership.beat(second, 0, 0);
  expect(membership.beat(first, 0, 0)).toBeNull();
  membership.ack(first, 1);
  membership.leave(first);
  expect(states(membership.statesFor(1))).toEqual(["waiting"]);
  clock.advance(marginMs);
  expect(states(membership.statesFor(1))).toEqual(["lapsed"]);
});

test("a process of the same name does not supersede a valid lease, and does once it lapsed", () => {
  const { membership, clock, record } = setUp();
  membership.beat(membership.hello(hello, 0), 0, 0);
  const twin = membership.hello({ ...hello, boot: "b2" }, 0);
  membership.beat(twin, 0, 0);
  membership.ack(twin, 1);
  expect(states(membership.statesFor(1)).sort()).toEqual(["acked", "waiting"]);
  clock.advance(marginMs);
  membership.hello({ ...hello, boot: "b3" }, 0);
  expect([...record.keys()]).toEqual(["b3"]);
});

test("a new cursor of 0, after another log, takes back what was acknowledged", () => {
  const { membership } = setUp();
  const session = membership.hello(hello, 9);
  membership.beat(session, 9, 9);
  membership.hello(hello, 0);
  expect(states(membership.statesFor(1))).toEqual(["waiting"]);
});

test("acknowledgements only ever rise, whatever order they come in", () => {
  const { membership } = setUp();
  const session = membership.hello(hello, 0);
  membership.beat(session, 0, 0);
  membership.ack(session, 5);
  membership.ack(session, 3);
  membership.beat(session, 4, 5);
  expect(states(membership.statesFor(5))).toEqual(["acked"]);
});

test("after a restart of the log everybody on record counts as leased just now", () => {
  const { restart, clock, membership } = setUp();
  membership.hello(hello, 0);
  const again = restart();
  expect(again.statesFor(1)).toEqual([{ node: "n1", state: "waiting" }]);
  clock.advance(marginMs - 1);
  expect(states(again.statesFor(1))).toEqual(["waiting"]);
  clock.advance(1);
  expect(again.statesFor(1)).toEqual([]);
});

test("after a restart a known process must catch up, and its hello does not shorten the lease it may hold", () => {
  const { membership, clock } = setUp([node]);
  const session = membership.hello(hello, 0);
  clock.advance(marginMs - 1);
  expect(states(membership.statesFor(1))).toEqual(["waiting"]);
  expect(membership.beat(session, 0, 1)).toBeNull();
});

test("a process that serves without a lease is never lapsed and never forgotten", () => {
  const { membership, clock, record } = setUp();
  const session = membership.hello({ ...hello, fence: "serve" }, 0);
  expect(states(membership.statesFor(1))).toEqual(["waiting"]);
  membership.beat(session, 0, 0);
  membership.leave(session);
  clock.advance(marginMs * 100);
  expect(states(membership.statesFor(1))).toEqual(["waiting"]);
  expect(record.size).toBe(1);
});

test("a process that left is waited for until its lease ends, then forgotten", () => {
  const { membership, clock, record } = setUp();
  const session = membership.hello(hello, 0);
  membership.beat(session, 0, 0);
  membership.leave(session);
  expect(states(membership.statesFor(1))).toEqual(["waiting"]);
  clock.advance(marginMs);
  expect([membership.statesFor(1), record.size]).toEqual([[], 0]);
});

test("a process that never had a lease is waited for by nobody", () => {
  const { membership } = setUp();
  membership.hello(hello, 0);
  expect(states(membership.statesFor(1))).toEqual(["lapsed"]);
});
