import type { Rules } from "./rules.ts";
import type { Job, Log, NodeState, State } from "./state.ts";
import { type Emit, mayHappen, unlinked, use } from "./step.ts";

/** The original changes at its origin, and the change is purged; one purge for each change. */
export function purge(state: State, rules: Rules, emit: Emit): void {
  const { jobs, log } = state;
  const scripted = rules.script[jobs.length];
  // What happens to something else is of no interest, nor when.
  const version = scripted === "other" ? Math.max(state.version, jobs.length + 1) : state.version;
  if (version === jobs.length && version < rules.purges) emit("update", { ...state, version: version + 1 });
  if (version === jobs.length || jobs.length === rules.purges) return;
  for (const mode of scripted ? [scripted] : rules.modes) {
    const job: Job = { status: "open", mode, windowIsOver: false, isLost: false };
    const rows = [...log.rows, version];
    emit(`accept ${mode}`, { ...state, version, jobs: [...jobs, job], log: { ...log, rows } });
  }
}

/** A job goes on: to the fronts when no node can serve old bytes any more, and from there to DONE. */
export function settle(state: State, rules: Rules, emit: Emit): void {
  state.jobs.forEach((job, at) => {
    if (job.isLost) return;
    const nodesAreDone = areNodesDone(state, rules, state.log.rows.indexOf(at + 1) + 1);
    if (!rules.hasFront) {
      if (job.status === "open" && nodesAreDone) emit(`done ${at + 1}`, withStatus(state, at, "done"));
    } else if (job.status === "open" && (nodesAreDone || rules.mutant === "frontsBeforeNodes")) {
      emit(`purge front ${at + 1}`, purgeFront(state, at));
    } else if (job.status === "front purged" && (nodesAreDone || rules.mutant !== "frontsBeforeNodes")) {
      // The rebound comes when every answer has arrived that was on its way at the first purge.
      const isQuiet = state.wires.every(({ overtakenBy }) => (overtakenBy & (1 << at)) === 0);
      const done = withStatus(state, at, "done");
      if (rules.mutant === "noRebound") emit(`done ${at + 1}`, done);
      else if (rules.mutant === "frontsBeforeNodes") emit(`done ${at + 1}`, done);
      else if (isQuiet) emit(`rebound ${at + 1}`, { ...done, front: null });
    }
  });
}

function areNodesDone({ nodes, log }: State, { mutant }: Rules, seq: number): boolean {
  if (mutant === "doneWithoutAcks") return true;
  return !log.grace && nodes.every(({ acked, logLease }) => acked >= seq || !logLease);
}

function purgeFront(state: State, at: number): State {
  const wires = state.wires.map((wire) => ({ ...wire, overtakenBy: wire.overtakenBy | (1 << at) }));
  return { ...withStatus(state, at, "front purged"), wires, front: null };
}

function withStatus(state: State, at: number, status: Job["status"]): State {
  const jobs = state.jobs.map((job, other) => (other === at ? { ...job, status } : job));
  return { ...state, jobs };
}

/** Time passes: the window of a soft purge ends, the older one first. */
export function endWindows(state: State, { mutant }: Rules, emit: Emit): void {
  state.jobs.forEach((job, at) => {
    const isFirst = state.jobs
      .slice(0, at)
      .every(({ mode, windowIsOver }) => mode !== "soft" || windowIsOver);
    if (job.mode !== "soft" || job.windowIsOver || !isFirst) return;
    const jobs = state.jobs.map((other, index) => (index === at ? { ...job, windowIsOver: true } : other));
    // The mutant's nodes count for themselves: those that apply the row later will open the window anew.
    const ends = ({ staleSince }: NodeState) => mutant === "windowFromApply" && staleSince === at + 1;
    const nodes = state.nodes.map((node) => (ends(node) ? { ...node, staleSince: null } : node));
    emit(`window ${at + 1} ends`, { ...state, jobs, nodes });
  });
}

/** The log's process is killed and starts again: what it had in memory is gone. */
export function restart(state: State, rules: Rules, emit: Emit): void {
  if (!mayHappen(rules, state, "restarts")) return;
  const isHeld = rules.mutant !== "holdersForgotten";
  emit("restart log", restartOn(use(state, "restarts"), state.log, isHeld, rules));
}

/** The same on an older copy of its data, which may or may not have heard of the processes that are there now. */
export function restore(state: State, rules: Rules, emit: Emit): void {
  if (!mayHappen(rules, state, "restores")) return;
  const { log } = state;
  for (let length = 0; length < log.rows.length; length++) {
    const rows = log.rows.slice(0, length);
    const bits = (1 << length) - 1;
    const left = {
      ...log,
      rows,
      dropped: log.dropped & bits,
      forgotten: log.forgotten & bits,
      wide: log.wide & bits,
    };
    // Rows that are only covered by later ones were dropped after the copy was made.
    const isWhole = rows.every(
      (_, at) => (left.dropped & (1 << at)) === 0 || isCovered(state, left, at + 1, length, null),
    );
    const kept = isWhole ? left : { ...left, dropped: 0, forgotten: 0, wide: 0 };
    const jobs = state.jobs.map((job, at) => (rows.includes(at + 1) ? job : { ...job, isLost: true }));
    const restored = { ...use(state, "restores"), jobs };
    for (const isKnown of [true, false]) {
      const what = `restore ${length} rows ${isKnown ? "with" : "without"} nodes`;
      emit(what, restartOn(restored, kept, isKnown, rules));
    }
  }
}

/** @param isHeld whether every process is taken to hold a lease that was just granted */
function restartOn(state: State, log: Log, isHeld: boolean, { mutant }: Rules): State {
  const nodes = state.nodes.map((node): NodeState => {
    const forgotten = { acked: 0, caughtUp: false, goal: null };
    return { ...node, ...unlinked, ...forgotten, logLease: isHeld, leaseIsOld: node.lease };
  });
  // Its own restart looks the same to it, so it waits then, too; it is left out to see that holders are remembered.
  const grace = state.used.restores > 0 && mutant !== "noGrace";
  return { ...state, nodes, log: { ...log, grace } };
}

/** As long as the longest lease has passed since the log started. */
export function endGrace(state: State, _rules: Rules, emit: Emit): void {
  if (!state.log.grace || state.nodes.some(({ lease, leaseIsOld }) => lease && leaseIsOld)) return;
  emit("grace ends", { ...state, log: { ...state.log, grace: false } });
}

/**
 * One row less, or one that is wider than it was: in this order, and one at a time, since the log may be killed in
 * between. Only rows before the first job that runs are touched, and only for such: a node that is waited for until it
 * has reached its goal has applied what has ended since, and may not have applied what still runs.
 */
export function compact(state: State, rules: Rules, emit: Emit): void {
  if (!mayHappen(rules, state, "compactions")) return;
  const { log, jobs } = state;
  const running = log.rows.findIndex((job) => jobs[job - 1]?.status !== "done");
  const ended = running < 0 ? log.rows.length : running + (rules.mutant === "dropsRunning" ? 1 : 0);
  const used = use(state, "compactions");
  for (let seq = 1; seq <= ended; seq++) {
    const bit = 1 << (seq - 1);
    if ((log.dropped & bit) !== 0) continue;
    if ((log.wide & bit) === 0) emit(`widen ${seq}`, { ...used, log: { ...log, wide: log.wide | bit } });
    const isLax = rules.mutant === "coveredByRunning" || rules.mutant === "dropsRunning";
    const upTo = isLax ? log.rows.length : ended;
    if (seq === log.rows.length || !isCovered(state, log, seq, upTo, rules.mutant)) continue;
    const dropped = log.dropped | bit;
    emit(`drop ${seq}`, { ...used, log: { ...log, dropped } });
    emit(`drop and forget ${seq}`, { ...used, log: { ...log, dropped, forgotten: log.forgotten | bit } });
  }
}

/** Whether a row that stays, up to one, purges what this one does: a newer one that is wide or of the same, and no weaker. */
function isCovered(
  { jobs }: State,
  { rows, dropped, wide }: Log,
  seq: number,
  upTo: number,
  mutant: Rules["mutant"],
): boolean {
  if (mutant === "dropsUncovered") return true;
  const modeOf = (at: number) =>
    (wide & (1 << (at - 1))) !== 0 ? "wide" : jobs[(rows[at - 1] as number) - 1]?.mode;
  const own = modeOf(seq);
  return rows.slice(0, upTo).some((_, index) => {
    const other = index + 1;
    if (other === seq || (dropped & (1 << index)) !== 0) return false;
    const mode = modeOf(other);
    if (other < seq) return mutant === "foldsIntoOldest" && mode === "wide";
    if (mode === "wide") return true;
    if (own === "soft") return mode === "hard";
    return mode === own || (mutant === "softCoversHard" && own === "hard" && mode === "soft");
  });
}
