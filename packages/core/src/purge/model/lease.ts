import type { Model } from "./explore.ts";

/*
 * Why the node's view of a lease always ends before the log's, which `protocol.ts` takes for granted. Time goes in
 * fifths of a lease, counted as what is left or has passed, so that the number of states is finite.
 */

/** What the lease's clocks do otherwise than they must. */
export const leaseMutants = {
  noMargin: "the log waits no longer than the lease",
  countFromArrival: "the node counts from when the grant arrived",
  monotonicOnly: "the node looks only at its monotonic clock, which stops while the machine sleeps",
  wallOnly: "the node looks only at its wall clock, which may be set back",
} as const;

export type LeaseMutant = keyof typeof leaseMutants;

const leaseTicks = 5;
const marginTicks = 1;

/** A heartbeat and its answer; how long ago it was sent, by each of the node's clocks. */
interface Beat {
  readonly isGranted: boolean;
  readonly monotonic: number;
  readonly wall: number;
}

interface LeaseState {
  /** Ticks of the node's lease that are left by each clock. */
  readonly monotonic: number;
  readonly wall: number;
  /** By the log's clock. */
  readonly log: number;
  readonly beat: Beat | null;
  /** Ticks until the node's clocks may miss another one: they run up to a fifth slower than the log's. */
  readonly evenFor: number;
  /** What else happened to the node's clocks; one of them may be wrong, not both. */
  readonly fault: "none" | "slept" | "set back";
}

export function leaseClocks(mutant: LeaseMutant | null): Model<LeaseState> {
  const logTicks = mutant === "noMargin" ? leaseTicks : leaseTicks + marginTicks;

  function isValid({ monotonic, wall }: LeaseState): boolean {
    return (monotonic > 0 || mutant === "wallOnly") && (wall > 0 || mutant === "monotonicOnly");
  }

  function next(state: LeaseState, emitAny: (action: string, next: LeaseState | null) => void): void {
    const emit = (action: string, to: LeaseState) => emitAny(action, isValid(to) && to.log <= 0 ? null : to);
    emit("tick", pass(state, 1, 1));
    if (state.evenFor === 0)
      emit("the node's clocks miss a tick", { ...pass(state, 0, 0), evenFor: leaseTicks });
    if (state.fault !== "set back") emit("the machine sleeps", { ...pass(state, 0, 1), fault: "slept" });
    if (state.fault === "none" && state.log > 0)
      emit("the wall clock is set back", { ...setBack(state), fault: "set back" });
    const { beat } = state;
    if (!beat) emit("beat", { ...state, beat: { isGranted: false, monotonic: 0, wall: 0 } });
    else if (!beat.isGranted) emit("grant", { ...state, beat: { ...beat, isGranted: true }, log: logTicks });
    else emit("lease arrives", { ...state, ...counted(beat), beat: null });
    if (beat) emit("the connection breaks", { ...state, beat: null });
  }

  function counted(beat: Beat): Pick<LeaseState, "monotonic" | "wall"> {
    if (mutant === "countFromArrival") return { monotonic: leaseTicks, wall: leaseTicks };
    return { monotonic: leaseTicks - beat.monotonic, wall: leaseTicks - beat.wall };
  }

  return {
    initial: { monotonic: 0, wall: 0, log: 0, beat: null, evenFor: leaseTicks, fault: "none" },
    next,
    key: JSON.stringify,
  };
}

/** One tick of the log's clock. */
function pass(state: LeaseState, monotonic: number, wall: number): LeaseState {
  const { beat } = state;
  const later = beat && {
    ...beat,
    monotonic: Math.min(beat.monotonic + monotonic, leaseTicks),
    wall: Math.min(beat.wall + wall, leaseTicks),
  };
  return {
    ...state,
    monotonic: Math.max(state.monotonic - monotonic, 0),
    wall: Math.max(state.wall - wall, 0),
    log: Math.max(state.log - 1, 0),
    beat: later,
    evenFor: Math.max(state.evenFor - 1, 0),
  };
}

/** By as much as a lease: what has passed has not, and what was over is not. */
function setBack(state: LeaseState): LeaseState {
  const { beat } = state;
  return { ...state, wall: state.wall + leaseTicks, beat: beat && { ...beat, wall: beat.wall - leaseTicks } };
}
