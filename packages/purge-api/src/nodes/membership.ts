import type { Clock, FencePolicy, NodeMessage } from "@freshet/core";
import { type CatchingUp, catchUp, newSession } from "./catch-up.ts";
import { createLapsed } from "./lapsed.ts";
import { checkRemovable, type NodeView, viewOf } from "./node-view.ts";
import { createStrangers, type SealedRecord } from "./strangers.ts";

/** A server process that may answer from its cache. */
export interface Holder {
  readonly boot: string;
  readonly node: string;
  readonly fence: FencePolicy;
}

/** A holder on record. */
export interface RecordedHolder extends Holder {
  /** When it was seen to have neither lease nor connection, ms since 1970; `null` if it may hold a lease. */
  readonly lapsedAt: number | null;
}

/** What a job still has to wait for, one entry per process. */
export interface HolderState {
  readonly node: string;
  readonly state: "acked" | "lapsed" | "waiting";
}

/** One connection of a process. A process that reconnects begins a new session, and the old one is void. */
export interface Session {
  readonly holder: Holder;
}

type Hello = Extract<NodeMessage, { type: "hello" }>;

export interface Member extends Holder, CatchingUp {
  acked: number;
  /** Log's own view of the lease, in its monotonic time; always later than the node's view of the same lease. */
  leaseUntilMs: number;
  session: Session | null;
  lapsedAt: number | null;
}

/** Where processes are remembered across a restart of purge-api. */
export interface HolderStore extends SealedRecord {
  all(): RecordedHolder[];
  /** Before a process is given a lease. */
  add(holder: Holder): void;
  lapse(boot: string, lapsedAt: number): void;
  remove(boot: string): void;
}

export interface Membership {
  /** @param acked how far the node has carried out this log; 0 if it followed another log */
  hello(message: Hello, acked: number): Promise<Session>;
  /**
   * @param head of the log; a membership that several processes share looks itself
   * @returns length of the lease that is granted, in ms, or `null`: the node must catch up first
   * @throws Error if the session is over although its connection is not: the node must say hello again
   */
  beat(session: Session, applied: number, head: number): Promise<number | null>;
  ack(session: Session, applied: number): Promise<void>;
  leave(session: Session): Promise<void>;
  /**
   * How far everybody is, for deciding. Whoever it calls lapsed gets a lease only after applying everything that was
   * in the log when it was asked for.
   */
  look(): Promise<StatesFor>;
  /** For showing: as of the last look, or newer. */
  readonly statesFor: StatesFor;
  /** Whether the record is known to name everybody who may hold a lease; before that nothing is DONE. */
  isSettled(): boolean;
  /** The log turned out to be an older copy of itself: there may be processes with a lease that it knows nothing of. */
  doubt(): Promise<void>;
  list(): Promise<NodeView[]>;
  /**
   * Takes a node off the record.
   * @throws FreshetError `node_unknown`, or `node_in_use` while a process of it is connected or may hold a lease
   */
  remove(node: string): Promise<void>;
}

/** @param seq last row of a job */
export type StatesFor = (seq: number) => HolderState[];

/** Stands for processes that hold a lease of which the record may know nothing. */
export const strangers = "any process from before this start";

/**
 * The log's clock runs a fifth longer than the node's: the node counts from before it sent its heartbeat and the log
 * from after it granted, so on equal clocks the node's lease always ends first; the margin is for clocks that differ.
 */
export const margin = 1.2;

/**
 * Knows which processes may be answering from their caches, and how far each has followed the log.
 *
 * Rules (DESIGN section 4; the model in reference/purge.md section 5.3 breaks without any of them):
 * - a lease is given to a process only when it has caught up (see `catchUp`), and renewed while it is valid;
 * - a new session counts as not caught up, since the process may have lost what it knew;
 * - after a restart of the log every process that is on record is taken to hold a lease that was just granted;
 * - if the record may be an older copy, or there is none, processes that it does not name are taken to hold one, too:
 *   nothing is DONE before one lease has passed.
 *
 * Processes stay on record until another one of their node replaces them, or the node is removed.
 */
export function createMembership(deps: { clock: Clock; store: HolderStore; leaseMs: number }): Membership {
  const { clock, store, leaseMs } = deps;
  const members = new Map<string, Member>();
  for (const holder of store.all()) {
    const leaseUntilMs = holder.lapsedAt === null ? leaseFromNowMs() : Number.NEGATIVE_INFINITY;
    members.set(holder.boot, { ...holder, ...newSession, acked: 0, leaseUntilMs, session: null });
  }
  const unnamed = createStrangers(clock, store, leaseMs * margin);

  function leaseFromNowMs(): number {
    return clock.monotonicMs() + leaseMs * margin;
  }

  async function hello({ boot, node, fence }: Hello, applied: number): Promise<Session> {
    forgetPredecessors(node, boot);
    const known = members.get(boot);
    const session: Session = { holder: { boot, node, fence } };
    if (!known || known.lapsedAt !== null) {
      store.add(session.holder);
      unnamed.recorded();
    }
    const leaseUntilMs = known?.leaseUntilMs ?? Number.NEGATIVE_INFINITY;
    const member = { boot, node, fence, acked: applied, leaseUntilMs, session, ...newSession };
    members.set(boot, { ...member, lapsedAt: null });
    return session;
  }

  /** A dead process of a node that came back would stay on record for ever; its lease must have run out, though. */
  function forgetPredecessors(node: string, boot: string): void {
    for (const member of [...members.values()]) {
      if (member.node === node && member.boot !== boot && isLapsed(member)) forget(member);
    }
  }

  const lapsed = createLapsed(clock, store, forget);

  function forget(member: Member): void {
    members.delete(member.boot);
    store.remove(member.boot);
  }

  async function beat(session: Session, applied: number, head: number): Promise<number | null> {
    const member = current(session);
    if (!member) return null;
    member.acked = Math.max(member.acked, applied);
    const isWaitedFor = !isLapsed(member);
    if (!isWaitedFor) member.caughtUp = false;
    const given = catchUp(member, applied, head, isWaitedFor);
    if (given !== "nothing") member.leaseUntilMs = leaseFromNowMs();
    return given === "lease" ? leaseMs : null;
  }

  function current(session: Session): Member | null {
    const member = members.get(session.holder.boot);
    return member?.session === session ? member : null;
  }

  function isLapsed(member: Member): boolean {
    return member.leaseUntilMs <= clock.monotonicMs();
  }

  function stateOf(member: Member, seq: number): HolderState["state"] {
    if (member.acked >= seq) return "acked";
    // A node that serves without a lease must be waited for: its lease says nothing about what it serves.
    return isLapsed(member) && member.fence !== "serve" ? "lapsed" : "waiting";
  }

  function statesFor(seq: number): HolderState[] {
    lapsed.note(members);
    const known = [...members.values()].map((member) => ({ node: member.node, state: stateOf(member, seq) }));
    return unnamed.mayBe() ? [...known, { node: strangers, state: "waiting" }] : known;
  }

  return {
    hello,
    beat,
    async ack(session, applied) {
      const member = current(session);
      if (member) member.acked = Math.max(member.acked, applied);
    },
    async leave(session) {
      const member = current(session);
      if (member) member.session = null;
    },
    look: async () => statesFor,
    statesFor,
    isSettled: () => !unnamed.mayBe(),
    async doubt() {
      unnamed.doubt();
    },
    async list() {
      lapsed.note(members);
      return [...members.values()].map((member) => viewOf(member, clock.monotonicMs()));
    },
    async remove(node) {
      const processes = [...members.values()].filter((member) => member.node === node);
      checkRemovable(node, processes, clock.monotonicMs());
      for (const member of processes) forget(member);
    },
  };
}
