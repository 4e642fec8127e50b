import type { Model } from "./explore.ts";
import * as log from "./log-actions.ts";
import * as node from "./node-actions.ts";
import * as request from "./request-actions.ts";
import type { Rules } from "./rules.ts";
import { initialState, keyOf, type State } from "./state.ts";
import type { Emit } from "./step.ts";

type Action = (state: State, rules: Rules, emit: Emit) => void;
type NodeAction = (state: State, at: number, rules: Rules, emit: Emit) => void;

/** Everything that can happen in the world, each in any order and at any time that its own rule allows. */
const actions: readonly Action[] = [
  ...[log.purge, log.settle, log.endWindows, log.restart, log.restore, log.endGrace, log.compact],
  ...[request.ask, request.arrive],
];

/** And to each node. */
const nodeActions: readonly NodeAction[] = [
  ...[node.hello, node.apply, node.ack, node.grant, node.receiveLease, node.loseLease, node.endLease],
  ...[node.waitFor, node.drop, node.crash],
  ...[request.readOrigin, request.land],
];

/**
 * The protocol of DESIGN section 4, step by step as the real classes take them. Messages that are late, lost or
 * repeated are steps that are not taken yet; a partition is a node that takes none.
 */
export function protocol(rules: Rules): Model<State> {
  return {
    initial: initialState(rules.nodes, rules.begun),
    next(state, emit) {
      for (const action of actions) action(state, rules, emit);
      for (const at of state.nodes.keys()) {
        for (const action of nodeActions) action(state, at, rules, emit);
      }
    },
    key: keyOf,
  };
}
