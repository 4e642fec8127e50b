import { holds } from "./judge.ts";
import type { Rules } from "./rules.ts";
import type { Log, NodeState, Stamp, State } from "./state.ts";
import { type Emit, mayHappen, unlinked, use, withNode } from "./step.ts";

/** A node connects and says where it is; the log finds out by it whether it is an older copy of itself. */
export function hello(state: State, at: number, rules: Rules, emit: Emit): void {
  const node = state.nodes[at] as NodeState;
  if (node.linked) return;
  const { log } = state;
  const known = node.log === log.id ? knows(log, newestOf(node, rules), rules) : "yes";
  const renewed = { ...log, id: log.ids + 1, ids: log.ids + 1 };
  // Under a new identity everybody has to say hello again.
  const others = known === "no" ? state.nodes.map((other) => ({ ...other, ...unlinked })) : state.nodes;
  const greeting = { ...state, nodes: others, log: known === "no" ? renewed : log };
  const isSame = node.log === greeting.log.id && known === "yes" && node.applied <= log.rows.length;
  const changes = isSame ? {} : { ...beginAnew(node), log: greeting.log.id };
  const applied = isSame ? node.applied : 0;
  const session = { linked: true, granted: false, caughtUp: false, goal: null, acked: applied };
  emit(`hello ${at}`, withNode(greeting, at, { ...changes, ...session }));
}

const nothingKnown = { applied: 0, lastJob: 0, any: 0, hard: 0, staleSince: 0 } as const;

/** Stamps of another line count no more: 0 is the identity of no log. */
function beginAnew({ entry, flights }: NodeState): Partial<NodeState> {
  const voided = <T extends { readonly stamp: Stamp }>(of: T): T => ({
    ...of,
    stamp: { ...of.stamp, log: 0 },
  });
  return { ...nothingKnown, lease: false, entry: entry && voided(entry), flights: flights.map(voided) };
}

/** The newest position that anything of the node is stamped with, in memory or on its disk. */
function newestOf({ log, applied, lastJob, entry }: NodeState, { mutant }: Rules): Stamp {
  const isUntold = mutant === "cursorNotOnDisk" || mutant === "unstampedDisk";
  const isNewer = !isUntold && entry?.stamp.log === log && entry.stamp.seq > applied;
  return isNewer ? entry.stamp : { log, seq: applied, job: lastJob };
}

/** Whether the row there is still the one that the node applied. */
function knows({ rows, dropped, forgotten }: Log, { seq, job }: Stamp, { mutant }: Rules) {
  if (seq === 0 || mutant === "idNotRenewed") return "yes";
  if (seq > rows.length) return "no";
  const bit = 1 << (seq - 1);
  const isIt = rows[seq - 1] === job || mutant === "headOnly";
  if ((dropped & bit) === 0) return isIt ? "yes" : "no";
  return (isIt && (forgotten & bit) === 0) || mutant === "forgottenCounts" ? "yes" : "forgotten";
}

/** The next row that is left arrives. */
export function apply(state: State, at: number, rules: Rules, emit: Emit): void {
  const node = state.nodes[at] as NodeState;
  const { rows, dropped } = state.log;
  if (!node.linked) return;
  let next = node.applied + 1;
  while ((dropped & (1 << (next - 1))) !== 0) next++;
  if (next <= rows.length) emit(`apply ${at}`, withNode(state, at, fromRow(state, node, next, rules)));
}

function fromRow(state: State, node: NodeState, seq: number, { mutant }: Rules): Partial<NodeState> {
  const job = state.log.rows[seq - 1] as number;
  const isWide = (state.log.wide & (1 << (seq - 1))) !== 0;
  const mode = isWide ? "hard" : state.jobs[job - 1]?.mode;
  if (mode === "other") return { applied: seq, lastJob: job };
  const isSoft = mode === "soft";
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

/**
 * A node that is behind is waited for from now on, as if it held a lease, and told nothing. (The real log does that only
 * for one that keeps pace: it would wait needlessly for another.)
 */
export function waitFor(state: State, at: number, rules: Rules, emit: Emit): void {
  const { linked, caughtUp, applied, logLease, goal } = state.nodes[at] as NodeState;
  const head = state.log.rows.length;
  if (!linked || caughtUp || applied >= head || (logLease && goal === head)) return;
  if (!mayHappen(rules, state, "waits")) return;
  const isWaitedFor = logLease || rules.mutant !== "goalUnwaited";
  emit(`wait for ${at}`, withNode(use(state, "waits"), at, { logLease: isWaitedFor, goal: head }));
}

/**
 * A heartbeat is answered with a lease, if the node never lost its lease, or has applied the whole log, or all that was
 * there when jobs began to wait for it.
 */
export function grant(state: State, at: number, rules: Rules, emit: Emit): void {
  const node = state.nodes[at] as NodeState;
  if (!node.linked || node.granted || (node.lease && node.logLease && !node.leaseIsOld)) return;
  const isRenewal = node.caughtUp && node.logLease;
  const isAtGoal = node.applied >= (node.goal ?? state.log.rows.length);
  if (!isRenewal && !isAtGoal && rules.mutant !== "joinWithoutCatchingUp") return;
  const caughtUp = { caughtUp: true, goal: null, acked: node.applied };
  emit(`grant ${at}`, withNode(state, at, { logLease: true, granted: true, ...caughtUp }));
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
  emit(
    `log lets ${at} lapse`,
    withNode(state, at, { logLease: false, granted: false, caughtUp: false, goal: null }),
  );
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
  // What it says that it follows is what the entry is stamped with.
  const line = entry?.stamp.log ?? 0;
  const dead = { ...unlinked, log: line, ...nothingKnown, lease: false, leaseIsOld: false, flights: [] };
  emit(`crash ${at}`, withNode(use(state, "crashes"), at, { ...dead, ...found }));
}

/** @see NodeState.staleSince: what an entry that was just stored is older than */
export function staleSinceOf(node: NodeState, stamp: { log: number; seq: number; job: number }) {
  return holds(node, stamp) ? 0 : node.staleSince;
}
