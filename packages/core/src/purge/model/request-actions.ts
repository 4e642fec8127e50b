import { holds, isServable, keepsPromise, newestDone } from "./judge.ts";
import { staleSinceOf } from "./node-actions.ts";
import type { Rules } from "./rules.ts";
import type { Entry, Flight, NodeState, Stamp, State } from "./state.ts";
import { type Emit, mayHappen, use, withNode } from "./step.ts";

/** A request comes, through the front if there is one. */
export function ask(state: State, rules: Rules, emit: Emit): void {
  if (!mayHappen(rules, state, "requests")) return;
  const asked = use(state, "requests");
  const need = newestDone(state);
  if (rules.hasFront && state.front !== null) {
    emit("hit front", keepsPromise(state, state.front, need, false) ? asked : null);
    return;
  }
  state.wires.forEach((wire, index) => {
    // Caches in front collapse requests, too: this one waits for an answer that is on its way.
    if (wire.need < need) emit("join front", withWire(asked, index, { ...wire, need }));
  });
  for (const at of state.nodes.keys()) askNode(asked, at, need, rules, emit);
}

function withWire(state: State, at: number, wire: State["wires"][number]): State {
  return { ...state, wires: state.wires.with(at, wire) };
}

function askNode(state: State, at: number, need: number, rules: Rules, emit: Emit): void {
  const node = state.nodes[at] as NodeState;
  const { entry, flights } = node;
  const { mutant } = rules;
  if (!node.lease && mutant !== "serveAfterLease") {
    begin(state, at, { need, fenced: true }, rules, emit);
    return;
  }
  if (entry && (holds(node, entry.stamp) || mutant === "deleteOnApply")) {
    answer(state, entry.version, need, { ...how(rules, node, entry.stamp), action: `hit ${at}` }, emit);
    return;
  }
  if (entry && isServable(rules, state, node, entry)) serveStale(state, at, entry, need, rules, emit);
  const joinable = flights.findIndex(
    ({ stamp, fenced }) =>
      !fenced && (mutant === "joinAnyFlight" || mutant === "deleteOnApply" || holds(node, stamp)),
  );
  if (joinable < 0) begin(state, at, { need, fenced: false }, rules, emit);
  else {
    const flight = flights[joinable] as Flight;
    const joined = flights.with(joinable, { ...flight, need: Math.max(flight.need, need) });
    emit(`join ${at}`, withNode(state, at, { flights: joined }));
  }
}

/** The stamp is the position at which the fetch begins. */
function begin(
  state: State,
  at: number,
  who: Pick<Flight, "need" | "fenced">,
  rules: Rules,
  emit: Emit,
): void {
  const { flights, log, applied, lastJob } = state.nodes[at] as NodeState;
  if (flights.length >= rules.flights) return;
  const flight = { ...who, stamp: { log, seq: applied, job: lastJob }, version: null };
  emit(`${who.fenced ? "bypass" : "fetch"} ${at}`, withNode(state, at, { flights: [...flights, flight] }));
}

/** Within the window of a soft purge, while somebody asks the origin. */
function serveStale(state: State, at: number, entry: Entry, need: number, rules: Rules, emit: Emit): void {
  const isMarked = rules.mutant !== "staleUnmarked";
  const isStorable = rules.hasFront && rules.mutant === "staleIsStorable";
  answer(state, entry.version, need, { isMarked, isStorable, action: `serve stale ${at}` }, emit);
}

interface How {
  readonly isMarked: boolean;
  readonly isStorable: boolean;
  readonly action: string;
}

/** What leaves a node tells the front, as of that moment, whether it may be kept. */
function how(rules: Rules, node: NodeState, stamp: Stamp): { isMarked: false; isStorable: boolean } {
  const isLate = !holds(node, stamp) && rules.mutant !== "lateIsStorable";
  const isFenced = !node.lease && rules.mutant !== "fencedIsStorable";
  return { isMarked: false, isStorable: rules.hasFront && !isLate && !isFenced };
}

function answer(state: State, version: number, need: number, how: How, emit: Emit): void {
  const { isMarked, isStorable, action } = how;
  const isKept = keepsPromise(state, version, need, isMarked);
  const wire = { version, need: 0, overtakenBy: 0 };
  const left = isStorable ? { ...state, wires: [...state.wires, wire] } : state;
  emit(action, isKept ? left : null);
}

/** The origin reads its file, or cannot. */
export function readOrigin(state: State, at: number, rules: Rules, emit: Emit): void {
  const node = state.nodes[at] as NodeState;
  node.flights.forEach((flight, index) => {
    if (flight.version !== null) return;
    const flights = node.flights.with(index, { ...flight, version: state.version });
    emit(`origin reads for ${at}`, withNode(state, at, { flights }));
    if (mayHappen(rules, state, "failures")) failOrigin(use(state, "failures"), at, index, rules, emit);
  });
}

/** What fails is answered with an error, or with what is old and still servable. */
function failOrigin(state: State, at: number, index: number, rules: Rules, emit: Emit): void {
  const node = state.nodes[at] as NodeState;
  const failed = withNode(state, at, { flights: node.flights.toSpliced(index, 1) });
  const isServed = node.entry && node.lease && isServable(rules, state, node, node.entry);
  if (isServed)
    serveStale(failed, at, node.entry as Entry, (node.flights[index] as Flight).need, rules, emit);
  else emit(`origin fails for ${at}`, failed);
}

/** A fetch lands: those who wait are answered, and it is stored if its stamp still holds. */
export function land(state: State, at: number, rules: Rules, emit: Emit): void {
  const node = state.nodes[at] as NodeState;
  node.flights.forEach((flight, index) => {
    const { version, need } = flight;
    if (version === null) return;
    const isOld = rules.mutant === "stampAtStore";
    const stamp = isOld ? { log: node.log, seq: node.applied, job: node.lastJob } : flight.stamp;
    const isKept = holds(node, stamp) || rules.mutant === "deleteOnApply";
    const kept = isKept ? { entry: { version, stamp }, staleSince: staleSinceOf(node, stamp) } : {};
    const landed = withNode(state, at, { flights: node.flights.toSpliced(index, 1), ...kept });
    answer(landed, version, need, { ...how(rules, node, stamp), action: `land ${at}` }, emit);
  });
}

/** An answer arrives at the front, which keeps it and gives it to those who wait there. */
export function arrive(state: State, _rules: Rules, emit: Emit): void {
  state.wires.forEach(({ version, need }, index) => {
    const arrived = { ...state, wires: state.wires.toSpliced(index, 1), front: version };
    emit("arrive at front", keepsPromise(state, version, need, false) ? arrived : null);
  });
}
