import type { PurgeMode, TokenSettings } from "@freshet/core";
import { type Job, type JobFilter, noFilter, type Reach, type Scope } from "./job.ts";
import type { Order } from "./order.ts";
import type { Shown } from "./pictures.ts";
import type { Problem } from "./problem.ts";
import type { Texts } from "./texts/en.ts";

/** Whether a key was accepted, and what it opens. Only an accepted key carries a token to read lines with. */
export type Access =
  | { readonly kind: "none" }
  | { readonly kind: "checking" }
  | { readonly kind: "accepted"; readonly key: string; readonly token: TokenSettings }
  | { readonly kind: "refused"; readonly problem: Problem };

/** An order that waits for a person's yes. */
export interface Confirmation {
  readonly order: Order;
  /** It means everything of the token: its name has to be typed. */
  readonly isAll: boolean;
  /** What it reaches; `null` while that is counted, `unknown` if it cannot be. */
  readonly reach: Reach | "unknown" | null;
}

/** The invalidation that is looked at. */
export interface OpenJob {
  readonly uuid: string;
  /** `null` until purge-api has told of it. */
  readonly job: Job | null;
  readonly problem: Problem | null;
}

/** A picture of one line of an invalidation, before and after. */
export interface Proof {
  /** Of the line: see `keyOf` of `pictures.ts`. */
  readonly key: string;
  readonly before: Shown;
  /** `null` until the invalidation is DONE. */
  readonly after: Shown | null;
}

/** Everything that the page shows follows from this value. */
export interface State {
  readonly texts: Texts;
  readonly access: Access;
  readonly scope: Scope;
  readonly text: string;
  /** Addresses are read as v6. */
  readonly isV6: boolean;
  /** `null`: what purge-api does by itself. */
  readonly mode: PurgeMode | null;
  /** Pictures are made again before DONE. */
  readonly rewarm: boolean;
  readonly confirmation: Confirmation | null;
  readonly sending: boolean;
  /** The job that was sent last from this page: what became of it is told next to the button. */
  readonly latest: string | null;
  /** Why the last invalidation was not accepted. */
  readonly refusal: Problem | null;
  /** Why purge-api cannot be reached at present: what is shown may be out of date. */
  readonly trouble: Problem | null;
  readonly filter: JobFilter;
  /** Newest first. */
  readonly jobs: readonly Job[];
  /** What to ask for older ones with; `null` if there are none. */
  readonly next: string | null;
  readonly open: OpenJob | null;
  /** What is kept now of the first lines, by their keys. */
  readonly kept: ReadonlyMap<string, Shown>;
  /** By uuid, of what was sent from this page. */
  readonly proofs: ReadonlyMap<string, readonly Proof[]>;
}

export function initialState(texts: Texts): State {
  return { ...inputs, ...signedOut, texts };
}

const inputs = { scope: "original", text: "", isV6: false, mode: null, rewarm: false } as const;

/** All that belongs to a key. */
export const signedOut = {
  access: { kind: "none" },
  confirmation: null,
  sending: false,
  latest: null,
  refusal: null,
  trouble: null,
  filter: noFilter,
  jobs: [],
  next: null,
  open: null,
  kept: new Map(),
  proofs: new Map(),
} as const;

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
