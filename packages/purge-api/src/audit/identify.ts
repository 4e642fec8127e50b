import { type Clock, FreshetError } from "@freshet/core";
import type { Caller } from "../keys/grant.ts";
import { createGuesses } from "../keys/guesses.ts";
import type { Authorize } from "../routes/authorize.ts";
import { anyKeyOf } from "../routes/keys-of.ts";
import { hasNodeKey } from "../routes/node-key.ts";
import type { AddressOf } from "./address-of.ts";
import type { Refusals } from "./refusals.ts";

/** Statuses that say that somebody may not do what they tried, or not so often. */
const refusing = new Set([401, 403, 429]);

/** Knows who is asking, also when the answer turns out to be a refusal. */
export interface Identify {
  readonly authorize: Authorize;
  /** To be waited for before anything else is done with a request. @throws FreshetError `too_many_guesses` */
  pause(request: Request): Promise<void>;
  /** Writes down a refusal; any other error is none of its business. */
  noteRefusal(request: Request, error: unknown): void;
}

export function createIdentify(deps: {
  authorize: Authorize;
  addressOf: AddressOf;
  refusals: Pick<Refusals, "note">;
  clock: Clock;
  /** Nodes prove who they are by this one, which is not held up for wrong client keys: it is made, and not guessed. */
  nodeKey: string | null;
}): Identify {
  const { authorize, addressOf, refusals, clock, nodeKey } = deps;
  const guesses = createGuesses(clock);
  const callers = new WeakMap<Request, Caller>();
  return {
    async pause(request) {
      const key = anyKeyOf(request);
      if (key !== null && !hasNodeKey(request, nodeKey)) await guesses.pause(addressOf(request), key);
    },
    authorize(request, key = request.headers.get("x-client-key")) {
      const caller = { ...authorize(request, key), address: addressOf(request) };
      guesses.right(key as string);
      callers.set(request, caller);
      return caller;
    },
    noteRefusal(request, error) {
      if (!(error instanceof FreshetError) || !refusing.has(error.status)) return;
      if (error.code === "key_wrong") guesses.wrong(addressOf(request));
      const caller = callers.get(request);
      refusals.note({
        code: error.code,
        request: `${request.method} ${new URL(request.url).pathname}`,
        address: addressOf(request),
        token: caller?.token.name ?? null,
        key: caller?.grant.key ?? null,
      });
    },
  };
}
