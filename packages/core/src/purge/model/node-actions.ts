import { holds } from "./judge.ts";
import type { Rules } from "./rules.ts";
import type { NodeState, State } from "./state.ts";
import { type Emit, mayHappen, unlinked, use, withNode } from "./step.ts";

/** A node connects and says where it is; the log finds out by it whether it is an older copy of itself. */
export function hello(state: State, at: number, rules: Rules, emit: Emit): void {
  const node = state.nodes[at] as NodeState;
  if (node.linked) return;
  const { log } = state;
  const isKnown = isContinued(state, node, rules);
  const renewed = { ...log, id: log.ids + 1, ids: log.ids + 1 };
  // Under a new identity everybody has to say hello again.
  const others = isKnown ? state.nodes : state.nodes.map((other) => ({ ...other, ...unlinked }));
  const greeting = { ...state, nodes: others, log: isKnown ? log : renewed };
  const isSameLog = node.log === greeting.log.id && node.applied <= log.rows.length;
  const anew = { log: greeting.log.id, ...nothingKnown, lease: false };
  const applied = isSameLog ? node.applied : 0;
  const session = { linked: true, granted: false, caughtUp: false, acked: applied };
  emit(`hello ${at}`, withNode(greeting, at, { ...(isSameLog ? {} : anew), ...session }));
}

const nothingKnown = { applied: 0, lastJob: 0, any: 0, hard: 0, floor: 0, staleSince: 0 } as const;

/** Whether the rows at the node's cursor, and at the newest stamp on its disk, are still those that it applied. */
function isContinued({ log }: State, { log: id, applied, lastJob, entry }: NodeState, rules: Rules): boolean {
  if (rules.mutant === "idNotRenewed") return true;
  const isThere = (seq: number, job: number) =>
    // Nothing can be said of folded rows, and need not: what is stamped before the floor is void.
    seq <= log.floor || (rules.mutant === "headOnly" ? seq <= log.rows.length : log.rows[seq - 1] === job);
  if (id === log.id && !isThere(applied, lastJob)) return false;
  const isUntold = rules.mutant === "cursorNotOnDisk" || rules.mutant === "unstampedDisk";
  if (isUntold || entry?.stamp.log !== log.id) return true;
  return isThere(entry.stamp.seq, entry.stamp.job);
}

/** The next row arrives, or the snapshot that stands for those that are gone. */
export function apply(state: State, at: number, rules: Rules, emit: Emit): void {
  const node = state.nodes[at] as NodeState;
  const { rows, compacted } = state.log;
  if (!node.linked || node.applied >= rows.length) return;
  const isFolded = node.applied < compacted;
  const what = isFolded ? "snapshot" : "apply";
  const changes = isFolded ? fromSnapshot(state, node, rules) : fromRow(state, node, node.applied + 1, rules);
  emit(`${what} ${at}`, withNode(state, at, changes));
}

function fromSnapshot({ log, jobs }: State, node: NodeState, { mutant }: Rules): Partial<NodeState> {
  const { compacted, floor } = log;
  const cursor = { applied: compacted, lastJob: log.rows[compacted - 1] as number };
  if (mutant === "tailOnly") return cursor;
  const seqOf = (isMeant: (job: number) => boolean) =>
    log.rows.slice(0, compacted).findLastIndex(isMeant) + 1;
  const listed = (seq: number) => (seq > floor && mutant !== "snapshotLosesEntry" ? seq : 0);
  const any = Math.max(node.any, listed(compacted));
  const hard = listed(seqOf((job) => jobs[job - 1]?.mode === "hard"));
  return {
    ...cursor,
    ...{ any, hard: Math.max(node.hard, hard), floor: Math.max(node.floor, floor) },
    // Times of soft rows are not in the snapshot.
    staleSince: node.entry && node.entry.stamp.seq < any ? null : node.staleSince,
  };
}

function fromRow(state: State, node: NodeState, seq: number, { mutant }: Rules): Partial<NodeState> {
  const job = state.log.rows[seq - 1] as number;
  const isSoft = state.jobs[job - 1]?.mode === "soft";
  const isStale = node.entry !== null && node.entry.stamp.seq < seq;
  let { staleSince } = node;
  if (isSoft && isStale && (staleSince === 0 || mutant === "windowOfNewest")) staleSince = job;
  return {
    ...{ applied: seq, lastJob: job, any: seq, hard: isSoft ? node.hard : seq, staleSince },
    ...(mutant === "deleteOnApply" && { entry: null }),
  };
}

/** The log learns how far the node is. */
export function ack(state: State, at: number, _rules: Rules, emit: Emit): void {
  const { linked, acked, applied } = state.nodes[at] as NodeState;
  if (linked && acked < applied) emit(`ack ${at}`, withNode(state, at, { acked: applied }));
}

/** A heartbeat is answered with a lease, if the node has applied the whole log or never lost its lease. */
export function grant(state: State, at: number, rules: Rules, emit: Emit): void {
  const node = state.nodes[at] as NodeState;
  if (!node.linked || node.granted || (node.lease && node.logLease && !node.leaseIsOld)) return;
  const { rows, compacted } = state.log;
  const head = rules.mutant === "headOfWhatIsLeft" && compacted === rows.length ? 0 : rows.length;
  const isRenewal = node.caughtUp && node.logLease;
  if (!isRenewal && node.applied < head && rules.mutant !== "joinWithoutCatchingUp") return;
  emit(
    `grant ${at}`,
    withNode(state, at, { logLease: true, granted: true, caughtUp: true, acked: node.applied }),
  );
}

export function receiveLease(state: State, at: number, _rules: Rules, emit: Emit): void {
  const { granted } = state.nodes[at] as NodeState;
  if (granted) emit(`lease ${at}`, withNode(state, at, { granted: false, lease: true, leaseIsOld: false }));
}

/** By the node's clock: it was cut off, or stopped, or its clock was set. */
export function loseLease(state: State, at: number, _rules: Rules, emit: Emit): void {
  const { lease } = state.nodes[at] as NodeState;
  if (lease) emit(`node ${at} lapses`, withNode(state, at, { lease: false, leaseIsOld: false }));
}

/** By the log's clock, which ends it after the node's: `lease.ts` shows that it does. */
export function endLease(state: State, at: number, { mutant }: Rules, emit: Emit): void {
  const { logLease, lease } = state.nodes[at] as NodeState;
  if (!logLease || (lease && mutant !== "logClockFirst")) return;
  emit(`log lets ${at} lapse`, withNode(state, at, { logLease: false, granted: false, caughtUp: false }));
}

/** A connection breaks. One on which nothing arrives is a node that takes no step. */
export function drop(state: State, at: number, rules: Rules, emit: Emit): void {
  const { linked } = state.nodes[at] as NodeState;
  if (linked && mayHappen(rules, state, "drops"))
    emit(`drop ${at}`, withNode(use(state, "drops"), at, unlinked));
}

/** The node's process dies and another starts on its disk; one that stays away is one that nobody asks. */
export function crash(state: State, at: number, rules: Rules, emit: Emit): void {
  if (!mayHappen(rules, state, "crashes")) return;
  const { entry, log } = state.nodes[at] as NodeState;
  const isNew = rules.mutant === "unstampedDisk" && entry;
  const found = isNew ? { entry: { ...entry, stamp: { ...entry.stamp, log, seq: 99 } } } : {};
  const dead = { ...unlinked, log: 0, ...nothingKnown, lease: false, leaseIsOld: false, flights: [] };
  emit(`crash ${at}`, withNode(use(state, "crashes"), at, { ...dead, ...found }));
}

/** @see NodeState.staleSince: what an entry that was just stored is older than */
export function staleSinceOf(
  rules: Rules,
  node: NodeState,
  stamp: { log: number; seq: number; job: number },
) {
  return holds(rules, node, stamp) ? 0 : node.staleSince;
}
