import type { Rules } from "./rules.ts";
import type { Bounded, NodeState, State } from "./state.ts";

/** Told of everything that can happen next; `null` is a broken promise. */
export type Emit = (action: string, next: State | null) => void;

/** The state in which one node has changed. */
export function withNode(state: State, at: number, changes: Partial<NodeState>): State {
  const nodes = state.nodes.slice();
  nodes[at] = { ...(state.nodes[at] as NodeState), ...changes };
  return { ...state, nodes };
}

export function mayHappen({ limits }: Rules, { used }: State, what: Bounded): boolean {
  return used[what] < limits[what];
}

export function use(state: State, what: Bounded): State {
  return { ...state, used: { ...state.used, [what]: state.used[what] + 1 } };
}

/** Connections are gone, on both sides, and what was on its way with them. */
export const unlinked = { linked: false, granted: false } as const;
