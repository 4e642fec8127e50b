import { type Clock, reachedBy } from "@freshet/core";
import {
  type HolderState,
  type Membership,
  margin,
  type Session,
  type StatesFor,
  strangers,
} from "./membership.ts";
import { checkRemovable, viewOf } from "./node-view.ts";
import { type Observed, observeHolders } from "./observed-holders.ts";
import type { SharedHolder, SharedHolders, SharedSession } from "./shared-holders.ts";

/** A session of this replica's, and how far its acknowledgements have come. */
interface OpenSession extends Session {
  readonly shared: SharedSession;
  acked: number;
  writing: Promise<void> | null;
}

export interface SharedMembership extends Membership {
  /** Another replica says how far processes have acknowledged: for showing, and to know when to look. */
  heard(acks: Readonly<Record<string, number>>): void;
}

/**
 * Membership for several replicas: any of them grants leases, and any decides DONE.
 *
 * No clock is compared with another, and the database's is not used at all. A replica measures by its own monotonic
 * clock for how long it has seen a process with the same lease, each lease having a name of its own. The rule is that
 * the log's count of a lease must end after the node's, and it does:
 * 1. the node counts from before it sent the heartbeat, so from before the lease was committed;
 * 2. the replica counts from after it read the lease, so from after it was committed;
 * 3. it counts a fifth longer than the node, which is what clocks may differ in speed. That a clock is set does not
 *    matter, nor that a replica sleeps: then it only waits longer.
 *
 * A process that has yet to catch up is waited for in the same way once it keeps pace: it is given a name of a lease on
 * the record, and none in the answer. So it lapses like any other, should it get no further.
 *
 * What it then calls lapsed it withdraws first, provided that the lease is still the same. Either the withdrawal comes
 * first: then the process is trusted no more, and its next lease takes having applied the whole log, this job
 * included. Or another lease comes first: then the withdrawal fails, and the job waits.
 *
 * A grant locks the head against appends (see `postgres-holders.ts`). So if a grant did not know a job's rows, it was
 * committed before them, and is seen by every look that begins after they were committed.
 *
 * @param store of the database that the log is in
 * @param logId of the log, as this replica knows it
 */
export function createSharedMembership(deps: {
  clock: Clock;
  store: SharedHolders;
  leaseMs: number;
  logId: () => string;
}): SharedMembership {
  const { clock, store, leaseMs } = deps;
  const countedMs = leaseMs * margin;
  let lastLogId = deps.logId();
  let strangersUntilMs = Number.NEGATIVE_INFINITY;
  const holders = observeHolders({ clock, store, countedMs, onLogId });

  function onLogId(logId: string): void {
    if (logId !== lastLogId) doubt();
    lastLogId = logId;
  }

  /** An older copy does not know which processes came later and which leases they were granted. */
  function doubt(): void {
    strangersUntilMs = clock.monotonicMs() + countedMs;
    holders.beginAnew();
  }

  function reader(observed: readonly Observed[]): StatesFor {
    const mayHaveStrangers = clock.monotonicMs() < strangersUntilMs;
    return (seq) => {
      const known = observed.map(({ holder }) => ({ node: holder.node, state: stateOf(holder, seq) }));
      return mayHaveStrangers ? [...known, { node: strangers, state: "waiting" }] : known;
    };
  }

  return {
    async hello(message, acked) {
      const { boot, node, fence, logId, job } = message;
      const holder = { boot, node, fence };
      const current = deps.logId();
      const at = logId === current ? { seq: reachedBy(message), job } : { seq: 0, job: "" };
      const shared = await store.open(holder, current, at, acked);
      holders.heard(boot, acked);
      const session: OpenSession = { holder, shared, acked, writing: null };
      return session;
    },
    async beat(session, applied) {
      const isGranted = await store.beat((session as OpenSession).shared, applied);
      return isGranted ? leaseMs : null;
    },
    async ack(session, applied) {
      const own = session as OpenSession;
      own.acked = Math.max(own.acked, applied);
      own.writing ??= writeAcks(store, own);
      await own.writing;
      holders.heard(own.holder.boot, own.acked);
    },
    heard(acks) {
      for (const [boot, acked] of Object.entries(acks)) holders.heard(boot, acked);
    },
    leave: (session) => store.leave((session as OpenSession).shared),
    look: async () => reader(await holders.look()),
    statesFor: (seq) => reader(holders.known())(seq),
    isSettled: () => clock.monotonicMs() >= strangersUntilMs,
    doubt: async () => doubt(),
    async list() {
      const members = (await holders.look()).map((entry) => memberOf(entry, countedMs));
      return members.map((member) => viewOf(member, clock.monotonicMs()));
    },
    async remove(node) {
      const ofNode = (await holders.look()).filter(({ holder }) => holder.node === node);
      const members = ofNode.map((entry) => memberOf(entry, countedMs));
      checkRemovable(node, members, clock.monotonicMs());
      for (const { boot } of members) await store.remove(boot);
      await holders.look();
    },
  };
}

/** One write at a time for each process: what is acknowledged meanwhile goes into the next. */
async function writeAcks(store: SharedHolders, session: OpenSession): Promise<void> {
  try {
    for (let written = -1; written < session.acked; ) {
      written = session.acked;
      await store.ack(session.shared, written);
    }
  } finally {
    session.writing = null;
  }
}

function stateOf(holder: SharedHolder, seq: number): HolderState["state"] {
  if (holder.acked >= seq) return "acked";
  // A node that serves without a lease must be waited for: its lease says nothing about what it serves.
  return holder.lease === null && holder.fence !== "serve" ? "lapsed" : "waiting";
}

/** In the terms in which nodes are shown. */
function memberOf({ holder, leaseSinceMs }: Observed, countedMs: number) {
  const hasLease = holder.lease !== null;
  const leaseUntilMs = hasLease ? leaseSinceMs + countedMs : Number.NEGATIVE_INFINITY;
  const session = holder.isConnected ? { holder } : null;
  return { ...holder, leaseUntilMs, session, caughtUp: hasLease, goal: null };
}
