import { FreshetError } from "@freshet/core";
import type { Caller } from "../keys/grant.ts";
import type { Authorize } from "../routes/authorize.ts";
import type { AddressOf } from "./address-of.ts";
import type { Refusals } from "./refusals.ts";

/** Statuses that say that somebody may not do what they tried, or not so often. */
const refusing = new Set([401, 403, 429]);

/** Knows who is asking, also when the answer turns out to be a refusal. */
export interface Identify {
  readonly authorize: Authorize;
  /** Writes down a refusal; any other error is none of its business. */
  noteRefusal(request: Request, error: unknown): void;
}

export function createIdentify(deps: {
  authorize: Authorize;
  addressOf: AddressOf;
  refusals: Pick<Refusals, "note">;
}): Identify {
  const { authorize, addressOf, refusals } = deps;
  const callers = new WeakMap<Request, Caller>();
  return {
    authorize(request, key) {
      const caller = { ...authorize(request, key), address: addressOf(request) };
      callers.set(request, caller);
      return caller;
    },
    noteRefusal(request, error) {
      if (!(error instanceof FreshetError) || !refusing.has(error.status)) return;
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
