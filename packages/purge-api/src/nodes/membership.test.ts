import { describe, expect, test } from "bun:test";
import type { FreshetError } from "@freshet/core";
import { fakeClock } from "../fake-clock.fixture.ts";
import { createMembership, type Holder, type RecordedHolder, strangers } from "./membership.ts";

const leaseMs = 5_000;
const marginMs = 6_000;

/** Membership over holders on record; `restart` makes another one over the same record, as a restart does. */
function setUp(recorded: RecordedHolder[] = [], isWhole = true) {
  const clock = fakeClock();
  const record = new Map(recorded.map((holder) => [holder.boot, holder]));
  const store = {
    all: () => [...record.values()],
    add: (holder: Holder) => void record.set(holder.boot, { ...holder, lapsedAt: null }),
    lapse: (boot: string, lapsedAt: number) =>
      void record.set(boot, { ...(record.get(boot) as Holder), lapsedAt }),
    remove: (boot: string) => void record.delete(boot),
    isWhole,
    seal: () => void seals.push(clock.monotonicMs()),
    unseal: () => void seals.push(-clock.monotonicMs()),
  };
  /** When the record was sealed, and, negative, when it was unsealed. */
  const seals: number[] = [];
  const restart = () => createMembership({ clock, store, leaseMs });
  return { clock, record, restart, seals, membership: restart() };
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
  expect(states(again.statesFor(1))).toEqual(["lapsed"]);
  expect(states(restart().statesFor(1))).toEqual(["lapsed"]);
});

test("after a restart a known process must catch up, and its hello does not shorten the lease it may hold", () => {
  const { membership, clock } = setUp([{ ...node, lapsedAt: null }]);
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

test("a process that left is waited for until its lease ends, and stays on record as lapsed", () => {
  const { membership, clock, record } = setUp();
  const session = membership.hello(hello, 0);
  membership.beat(session, 0, 0);
  membership.leave(session);
  expect(states(membership.statesFor(1))).toEqual(["waiting"]);
  clock.advance(marginMs);
  expect(membership.statesFor(1)).toEqual([{ node: "n1", state: "lapsed" }]);
  expect(record.get("b1")?.lapsedAt).toBe(clock.wallMs());
  expect(membership.list()).toMatchObject([{ node: "n1", state: "lapsed", leaseLeftMs: 0 }]);
});

test("a process that never had a lease is waited for by nobody", () => {
  const { membership } = setUp();
  membership.hello(hello, 0);
  expect(states(membership.statesFor(1))).toEqual(["lapsed"]);
});

test("a lapsed process that comes back may hold a lease again after a restart", () => {
  const { membership, restart, clock, record } = setUp();
  membership.leave(membership.hello(hello, 0));
  expect(states(membership.statesFor(1))).toEqual(["lapsed"]);
  membership.beat(membership.hello(hello, 0), 0, 0);
  expect(record.get("b1")?.lapsedAt).toBeNull();
  clock.advance(1);
  expect(states(restart().statesFor(1))).toEqual(["waiting"]);
});

test("of processes that lapsed, only the last hundred stay on record", () => {
  const { membership, clock, record } = setUp();
  for (let at = 0; at < 105; at++) {
    membership.leave(membership.hello({ ...hello, node: `n${at}`, boot: `b${at}` }, 0));
    clock.advance(1);
    membership.statesFor(1);
  }
  expect([record.size, record.has("b4"), record.has("b5")]).toEqual([100, false, true]);
});

describe("a record that may be an older copy", () => {
  test("nothing is DONE before one lease has passed, whoever acknowledged", () => {
    const { membership, clock } = setUp([], false);
    const session = membership.hello(hello, 0);
    membership.beat(session, 1, 1);
    clock.advance(marginMs - 1);
    expect(membership.statesFor(1)).toContainEqual({ node: strangers, state: "waiting" });
    clock.advance(1);
    expect(membership.statesFor(1)).toEqual([{ node: "n1", state: "acked" }]);
  });

  test("is not taken for whole before that lease has passed, even if nodes come meanwhile", () => {
    const { membership, clock, seals } = setUp([], false);
    membership.hello(hello, 0);
    membership.statesFor(1);
    expect(seals).toEqual([]);
    clock.advance(marginMs);
    membership.statesFor(1);
    membership.statesFor(1);
    expect(seals).toEqual([clock.monotonicMs()]);
  });

  test("a log that turns out to be one later waits from then on", () => {
    const { membership, clock, seals } = setUp();
    expect(membership.statesFor(1)).toEqual([]);
    membership.doubt();
    expect(states(membership.statesFor(1))).toEqual(["waiting"]);
    clock.advance(marginMs);
    expect(membership.statesFor(1)).toEqual([]);
    expect(seals).toEqual([-1_000, 1_000 + marginMs]);
  });

  test("each process that comes anew makes copies from before it recognizable", () => {
    const { membership, seals } = setUp();
    membership.hello(hello, 0);
    membership.hello(hello, 0);
    membership.hello({ ...hello, boot: "b2" }, 0);
    expect(seals.length).toBe(2);
  });
});

describe("removing a node", () => {
  const refused = (remove: () => void) => {
    try {
      remove();
      return "removed";
    } catch (error) {
      return (error as FreshetError).code;
    }
  };

  test("is refused while it is connected or may hold a lease, and for a node that there is not", () => {
    const { membership, clock, record } = setUp();
    const session = membership.hello(hello, 0);
    const remove = () => refused(() => membership.remove("n1"));
    expect(refused(() => membership.remove("n2"))).toBe("node_unknown");
    expect(remove()).toBe("node_in_use");
    membership.beat(session, 0, 0);
    membership.leave(session);
    clock.advance(marginMs - 1);
    expect(remove()).toBe("node_in_use");
    clock.advance(1);
    expect(remove()).toBe("removed");
    expect([record.size, membership.list()]).toEqual([0, []]);
  });

  test("is how a node that serves without a lease stops holding jobs up", () => {
    const { membership } = setUp();
    membership.leave(membership.hello({ ...hello, fence: "serve" }, 0));
    expect(states(membership.statesFor(1))).toEqual(["waiting"]);
    membership.remove("n1");
    expect(membership.statesFor(1)).toEqual([]);
  });
});
