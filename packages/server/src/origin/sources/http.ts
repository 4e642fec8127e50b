import { FreshetError } from "@freshet/core";
import { serverLimits } from "../../limits.ts";
import type { AddressGuard } from "../address-guard.ts";
import type { OriginAnswer, Source, Validators } from "../source.ts";
import { readBody } from "./read-body.ts";

export interface HttpSourceOptions {
  readonly guard: AddressGuard;
  /** From the first connection to the last byte, redirects included. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** Fetches originals over HTTP; every hop of a redirect is checked like the first. */
export function createHttpSource({ guard, timeoutMs, maxBytes }: HttpSourceOptions): Source {
  async function follow(start: string, known: Validators | null, signal: AbortSignal): Promise<OriginAnswer> {
    let url = new URL(start);
    for (let hop = 0; hop <= serverLimits.redirects; hop++) {
      const response = await request(url, known, signal);
      const location = isRedirect(response.status) ? response.headers.get("location") : null;
      if (location === null) return read(response, known, maxBytes);
      await response.body?.cancel();
      url = nextUrl(location, url);
    }
    throw new FreshetError("origin_redirects", `more than ${serverLimits.redirects} redirects`);
  }

  /** Asks at the host's addresses in turn, until one of them answers. */
  async function request(url: URL, known: Validators | null, signal: AbortSignal): Promise<Response> {
    let failure: unknown;
    for (const address of await beforeAbort(guard.resolve(url), signal)) {
      try {
        return await requestAt(address, url, known, signal);
      } catch (error) {
        if (signal.aborted) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  return {
    async fetch(url, known) {
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        return await follow(url, known, signal);
      } catch (error) {
        throw explain(error, url, signal, timeoutMs);
      }
    },
  };
}

/** Connects to an address that was checked; the certificate must be the name's, not the address's. */
function requestAt(
  address: string,
  url: URL,
  known: Validators | null,
  signal: AbortSignal,
): Promise<Response> {
  const pinned = new URL(url);
  pinned.hostname = address.includes(":") ? `[${address}]` : address;
  const headers = { host: url.host, "user-agent": "Freshet/0.1", accept: "image/*,*/*;q=0.1" };
  return fetch(pinned.href, {
    redirect: "manual",
    signal,
    headers: { ...headers, ...conditions(known) },
    tls: { serverName: url.hostname },
  });
}

/** A copy without validators is asked for anew; `no-cache` makes caches of the origin's own ask for it too. */
function conditions(known: Validators | null): Record<string, string> {
  if (known?.etag) return { "if-none-match": known.etag };
  if (known?.lastModified) return { "if-modified-since": known.lastModified };
  return { "cache-control": "no-cache" };
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

function nextUrl(location: string, base: URL): URL {
  const url = URL.parse(location, base.href);
  const isFetched = url?.protocol === "http:" || url?.protocol === "https:";
  if (!url || !isFetched || url.username !== "" || url.password !== "") {
    throw new FreshetError("origin_failed", "the origin redirects to something that is not fetched");
  }
  return url;
}

async function read(response: Response, known: Validators | null, maxBytes: number): Promise<OriginAnswer> {
  const { status, headers } = response;
  if (status === 304 && known !== null) return { kind: "not-modified", status };
  if (status !== 200) {
    await response.body?.cancel();
    throw refusal(status);
  }
  const bytes = await readBody(response, maxBytes);
  const validators = { etag: headers.get("etag"), lastModified: headers.get("last-modified") };
  return { kind: "body", bytes, validators, status };
}

function refusal(status: number): FreshetError {
  if (status === 404) return new FreshetError("origin_not_found", "the origin answered 404");
  if (status === 410) return new FreshetError("origin_gone", "the origin answered 410");
  return new FreshetError("origin_failed", `the origin answered ${status}`);
}

/** A look-up of a name cannot be stopped, but it need not be waited for. */
function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

function explain(error: unknown, url: string, signal: AbortSignal, timeoutMs: number): FreshetError {
  if (error instanceof FreshetError) return error;
  const { host } = new URL(url);
  if (signal.aborted) {
    return new FreshetError("origin_timeout", `${host} did not send the original within ${timeoutMs} ms`, {
      cause: error,
    });
  }
  return new FreshetError("origin_unreachable", `no usable connection to ${host}`, { cause: error });
}
