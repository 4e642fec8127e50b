import type { AddressGuard } from "./address-guard.ts";
import { beforeAbort } from "./before-abort.ts";

export interface GuardedInit {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * GETs a URL, and nothing else: redirects are handed back, so that whoever follows them asks again.
 * @throws FreshetError as {@link AddressGuard.resolve} does; anything else means that there was no usable connection
 */
export type GuardedFetch = (url: URL, init: GuardedInit) => Promise<Response>;

/** The door through which everything goes out whose address somebody else may choose. */
export function createGuardedFetch(guard: AddressGuard): GuardedFetch {
  /** Asks at the host's addresses in turn, until one of them answers. */
  return async (url, init) => {
    let failure: unknown;
    // A name server may be silent for longer than the whole request may take.
    for (const address of await beforeAbort(guard.resolve(url), init.signal)) {
      try {
        return await fetchAt(address, url, init);
      } catch (error) {
        if (init.signal.aborted) throw error;
        failure = error;
      }
    }
    throw failure;
  };
}

/** Connects to an address that was checked; the certificate must be the name's, not the address's. */
function fetchAt(address: string, url: URL, { headers, signal }: GuardedInit): Promise<Response> {
  const pinned = new URL(url);
  pinned.hostname = address.includes(":") ? `[${address}]` : address;
  return fetch(pinned.href, {
    redirect: "manual",
    signal,
    headers: { ...headers, host: url.host },
    tls: { serverName: url.hostname },
  });
}
