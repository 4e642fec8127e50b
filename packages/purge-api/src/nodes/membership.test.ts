import { describe, expect, test } from "bun:test";
import type { FreshetError } from "@freshet/core";
import { loadConfig } from "../config.ts";
import { fakeClock } from "../fake-clock.fixture.ts";
import { settleEveryMs } from "../serve.ts";
import { lookEveryMs } from "../storage.ts";
import { joiningSuite } from "./joining.suite.ts";
import { createMembership, type Holder, margin, type RecordedHolder, strangers } from "./membership.ts";

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

test("a process that is behind the head gets no lease, and one that is at it does", async () => {
  const { membership } = setUp();
  const session = await membership.hello(hello, 0);
  expect(await membership.beat(session, 6, 7)).toBeNull();
  expect(await membership.beat(session, 7, 7)).toBe(leaseMs);
});

joiningSuite("in one process", async () => {
  const { membership, clock } = setUp();
  let head = 0;
  const append = async () => void head++;
  return { membership, leaseMs, append, head: () => head, advance: clock.advance };
});

test("a valid lease is renewed although the head moved on: what is new is waited for by its acknowledgement", async () => {
  const { membership, clock } = setUp();
  const session = await membership.hello(hello, 0);
  await membership.beat(session, 0, 0);
  clock.advance(marginMs - 1);
  expect(await membership.beat(session, 0, 1)).toBe(leaseMs);
  clock.advance(marginMs - 1);
  expect(membership.statesFor(1)).toEqual([{ node: "n1", state: "waiting" }]);
});

test("a process whose lease lapsed must catch up again before the next one", async () => {
  const { membership, clock } = setUp();
  const session = await membership.hello(hello, 0);
  await membership.beat(session, 0, 0);
  clock.advance(marginMs);
  expect(await membership.beat(session, 0, 1)).toBeNull();
  expect(states(membership.statesFor(1))).toEqual(["lapsed"]);
  expect(await membership.beat(session, 1, 1)).toBe(leaseMs);
});

test("the log counts a fifth longer than the node, so the node's lease ends first", async () => {
  const { membership, clock } = setUp();
  const session = await membership.hello(hello, 0);
  const sentAtMs = clock.monotonicMs();
  clock.advance(40); // on its way
  expect(await membership.beat(session, 0, 0)).toBe(leaseMs);
  clock.advance(leaseMs + 999);
  expect(clock.monotonicMs()).toBeGreaterThan(sentAtMs + leaseMs);
  expect(states(membership.statesFor(1))).toEqual(["waiting"]);
  clock.advance(1);
  expect(states(membership.statesFor(1))).toEqual(["lapsed"]);
});

test("the same process on a new connection is not caught up, but its valid lease still counts", async () => {
  const { membership } = setUp();
  await membership.beat(await membership.hello(hello, 0), 0, 0);
  const second = await membership.hello(hello, 0);
  expect(await membership.beat(second, 0, 1)).toBeNull();
  expect(states(membership.statesFor(1))).toEqual(["waiting"]);
});

test("a connection that was replaced can neither renew nor acknowledge nor leave", async () => {
  const { membership, clock } = setUp();
  const first = await membership.hello(hello, 0);
  const second = await membership.hello(hello, 0);
  await membership.beat(second, 0, 0);
  expect(await membership.beat(first, 0, 0)).toBeNull();
  await membership.ack(first, 1);
  await membership.leave(first);
  expect(states(membership.statesFor(1))).toEqual(["waiting"]);
  clock.advance(marginMs);
  expect(states(membership.statesFor(1))).toEqual(["lapsed"]);
});

test("a process of the same name does not supersede a valid lease, and does once it lapsed", async () => {
  const { membership, clock, record } = setUp();
  await membership.beat(await membership.hello(hello, 0), 0, 0);
  const twin = await membership.hello({ ...hello, boot: "b2" }, 0);
  await membership.beat(twin, 0, 0);
  await membership.ack(twin, 1);
  expect(states(membership.statesFor(1)).sort()).toEqual(["acked", "waiting"]);
  clock.advance(marginMs);
  await membership.hello({ ...hello, boot: "b3" }, 0);
  expect([...record.keys()]).toEqual(["b3"]);
});

test("a new cursor of 0, after another log, takes back what was acknowledged", async () => {
  const { membership } = setUp();
  const session = await membership.hello(hello, 9);
  await membership.beat(session, 9, 9);
  await membership.hello(hello, 0);
  expect(states(membership.statesFor(1))).toEqual(["waiting"]);
});

test("acknowledgements only ever rise, whatever order they come in", async () => {
  const { membership } = setUp();
  const session = await membership.hello(hello, 0);
  await membership.beat(session, 0, 0);
  await membership.ack(session, 5);
  await membership.ack(session, 3);
  await membership.beat(session, 4, 5);
  expect(states(membership.statesFor(5))).toEqual(["acked"]);
});

test("after a restart of the log everybody on record counts as leased just now", async () => {
  const { restart, clock, membership } = setUp();
  await membership.hello(hello, 0);
  const again = restart();
  expect(again.statesFor(1)).toEqual([{ node: "n1", state: "waiting" }]);
  clock.advance(marginMs - 1);
  expect(states(again.statesFor(1))).toEqual(["waiting"]);
  clock.advance(1);
  expect(states(again.statesFor(1))).toEqual(["lapsed"]);
  expect(states(restart().statesFor(1))).toEqual(["lapsed"]);
});

test("after a restart a known process must catch up, and its hello does not shorten the lease it may hold", async () => {
  const { membership, clock } = setUp([{ ...node, lapsedAt: null }]);
  const session = await membership.hello(hello, 0);
  clock.advance(marginMs - 1);
  expect(states(membership.statesFor(1))).toEqual(["waiting"]);
  expect(await membership.beat(session, 0, 1)).toBeNull();
});

test("a process that serves without a lease is never lapsed and never forgotten", async () => {
  const { membership, clock, record } = setUp();
  const session = await membership.hello({ ...hello, fence: "serve" }, 0);
  expect(states(membership.statesFor(1))).toEqual(["waiting"]);
  await membership.beat(session, 0, 0);
  await membership.leave(session);
  clock.advance(marginMs * 100);
  expect(states(membership.statesFor(1))).toEqual(["waiting"]);
  expect(record.size).toBe(1);
});

test("a process that left is waited for until its lease ends, and stays on record as lapsed", async () => {
  const { membership, clock, record } = setUp();
  const session = await membership.hello(hello, 0);
  await membership.beat(session, 0, 0);
  await membership.leave(session);
  expect(states(membership.statesFor(1))).toEqual(["waiting"]);
  clock.advance(marginMs);
  expect(membership.statesFor(1)).toEqual([{ node: "n1", state: "lapsed" }]);
  expect(record.get("b1")?.lapsedAt).toBe(Math.round(clock.wallMs()));
  expect(await membership.list()).toMatchObject([{ node: "n1", state: "lapsed", leaseLeftMs: 0 }]);
});

test("a process that never had a lease is waited for by nobody", async () => {
  const { membership } = setUp();
  await membership.hello(hello, 0);
  expect(states(membership.statesFor(1))).toEqual(["lapsed"]);
});

test("a lapsed process that comes back may hold a lease again after a restart", async () => {
  const { membership, restart, clock, record } = setUp();
  await membership.leave(await membership.hello(hello, 0));
  expect(states(membership.statesFor(1))).toEqual(["lapsed"]);
  await membership.beat(await membership.hello(hello, 0), 0, 0);
  expect(record.get("b1")?.lapsedAt).toBeNull();
  clock.advance(1);
  expect(states(restart().statesFor(1))).toEqual(["waiting"]);
});

test("of processes that lapsed, only the last hundred stay on record", async () => {
  const { membership, clock, record } = setUp();
  for (let at = 0; at < 105; at++) {
    await membership.leave(await membership.hello({ ...hello, node: `n${at}`, boot: `b${at}` }, 0));
    clock.advance(1);
    membership.statesFor(1);
  }
  expect([record.size, record.has("b4"), record.has("b5")]).toEqual([100, false, true]);
});

describe("a record that may be an older copy", () => {
  test("nothing is DONE before one lease has passed, whoever acknowledged", async () => {
    const { membership, clock } = setUp([], false);
    const session = await membership.hello(hello, 0);
    await membership.beat(session, 1, 1);
    clock.advance(marginMs - 1);
    expect(membership.statesFor(1)).toContainEqual({ node: strangers, state: "waiting" });
    clock.advance(1);
    expect(membership.statesFor(1)).toEqual([{ node: "n1", state: "acked" }]);
  });

  test("is not taken for whole before that lease has passed, even if nodes come meanwhile", async () => {
    const { membership, clock, seals } = setUp([], false);
    await membership.hello(hello, 0);
    membership.statesFor(1);
    expect(seals).toEqual([]);
    clock.advance(marginMs);
    membership.statesFor(1);
    membership.statesFor(1);
    expect(seals).toEqual([clock.monotonicMs()]);
  });

  test("a log that turns out to be one later waits from then on", async () => {
    const { membership, clock, seals } = setUp();
    expect(membership.statesFor(1)).toEqual([]);
    await membership.doubt();
    expect(states(membership.statesFor(1))).toEqual(["waiting"]);
    clock.advance(marginMs);
    expect(membership.statesFor(1)).toEqual([]);
    expect(seals).toEqual([-1_000, 1_000 + marginMs]);
  });

  test("each process that comes anew makes copies from before it recognizable", async () => {
    const { membership, seals } = setUp();
    await membership.hello(hello, 0);
    await membership.hello(hello, 0);
    await membership.hello({ ...hello, boot: "b2" }, 0);
    expect(seals.length).toBe(2);
  });
});

describe("removing a node", () => {
  const refused = async (remove: () => Promise<void>) => {
    try {
      await remove();
      return "removed";
    } catch (error) {
      return (error as FreshetError).code;
    }
  };

  test("is refused while it is connected or may hold a lease, and for a node that there is not", async () => {
    const { membership, clock, record } = setUp();
    const session = await membership.hello(hello, 0);
    const remove = () => refused(() => membership.remove("n1"));
    expect(await refused(() => membership.remove("n2"))).toBe("node_unknown");
    expect(await remove()).toBe("node_in_use");
    await membership.beat(session, 0, 0);
    await membership.leave(session);
    clock.advance(marginMs - 1);
    expect(await remove()).toBe("node_in_use");
    clock.advance(1);
    expect(await remove()).toBe("removed");
    expect([record.size, await membership.list()]).toEqual([0, []]);
  });

  test("is how a node that serves without a lease stops holding jobs up", async () => {
    const { membership } = setUp();
    await membership.leave(await membership.hello({ ...hello, fence: "serve" }, 0));
    expect(states(membership.statesFor(1))).toEqual(["waiting"]);
    await membership.remove("n1");
    expect(membership.statesFor(1)).toEqual([]);
  });
});

test("with the settings that nobody changed, a node that is cut off costs a purge six seconds at most", () => {
  const { leaseMs: byDefault } = loadConfig({ env: {}, file: {}, readFile: () => "" });
  expect(byDefault * margin + lookEveryMs + settleEveryMs).toBeLessThanOrEqual(6_000);
});
