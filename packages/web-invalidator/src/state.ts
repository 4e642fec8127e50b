import type { TokenSettings } from "@freshet/core";
import type { Job, Scope } from "./job.ts";

/** Whether a key was accepted, and what it opens. Only an accepted key carries a token to read lines with. */
export type Access =
  | { readonly kind: "none" }
  | { readonly kind: "checking" }
  | { readonly kind: "accepted"; readonly key: string; readonly token: TokenSettings }
  | { readonly kind: "refused"; readonly reason: string };

/** Everything that the page shows follows from this value. */
export interface State {
  readonly access: Access;
  readonly scope: Scope;
  readonly text: string;
  /** Addresses are read as v6. */
  readonly isV6: boolean;
  /** "Yes, everything" was ticked. */
  readonly confirmed: boolean;
  readonly sending: boolean;
  /** The job that was sent last from this page: what became of it is told next to the button. */
  readonly latest: string | null;
  /** Why the last invalidation was not accepted. */
  readonly refusal: string | null;
  /** Why purge-api cannot be reached at present: what is shown may be out of date. */
  readonly trouble: string | null;
  /** Newest first. */
  readonly jobs: readonly Job[];
}

export const initialState: State = {
  access: { kind: "none" },
  scope: "original",
  text: "",
  isV6: false,
  confirmed: false,
  sending: false,
  latest: null,
  refusal: null,
  trouble: null,
  jobs: [],
};

export interface Store {
  get(): State;
  set(change: Partial<State>): void;
  /** Calls back with the state as it is, and after each change. */
  subscribe(listener: (state: State) => void): void;
}

export function createStore(initial: State): Store {
  let state = initial;
  const listeners: ((state: State) => void)[] = [];
  return {
    get: () => state,
    set(change) {
      state = { ...state, ...change };
      for (const listener of listeners) listener(state);
    },
    subscribe(listener) {
      listeners.push(listener);
      listener(state);
    },
  };
}
