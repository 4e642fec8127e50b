import { FreshetError } from "@freshet/core";
import type { GuardedFetch } from "@freshet/outbound/guarded-fetch";
import { serverLimits } from "../../limits.ts";
import type { Asking, OriginAnswer, Source, Validators } from "../source.ts";
import { conditions } from "./conditions.ts";
import { explainFailure } from "./explain-failure.ts";
import { originHeaders } from "./origin-headers.ts";
import { readAnswer } from "./read-answer.ts";
import type { BodyBounds } from "./read-body.ts";
import { redirectTarget } from "./redirect-target.ts";
import { refuseStatus } from "./refuse-status.ts";

export interface HttpSourceOptions extends BodyBounds {
  readonly guardedFetch: GuardedFetch;
  /** By which a server knows a request of its own again (RFC 8586). */
  readonly loopName: string;
  /** From the first connection to the last byte, redirects included. */
  readonly timeoutMs: number;
}

/** What a request says beside its URL, and where it may be sent on to. */
interface Sent extends Asking {
  readonly known: Validators | null;
}

/** Fetches originals over HTTP; every hop of a redirect is checked like the first, by the address and by the token. */
export function createHttpSource(options: HttpSourceOptions): Source {
  const { guardedFetch, loopName, timeoutMs } = options;

  async function follow(start: string, sent: Sent, signal: AbortSignal): Promise<OriginAnswer> {
    const first = new URL(start);
    let url = first;
    for (let hop = 0; hop <= serverLimits.redirects; hop++) {
      // Headers of a token may be secrets: a redirect must not carry them to another server, nor out of TLS.
      const own = url.origin === first.origin ? sent.headers : {};
      const headers = { ...originHeaders, "cdn-loop": loopName, ...own, ...conditions(sent.known) };
      const response = await guardedFetch(url, { headers, signal });
      const location = redirectTarget(response);
      if (location === null) return readAnswer(response, sent.known, options, refuseStatus);
      await response.body?.cancel();
      url = nextUrl(location, url);
      sent.checkRedirect(first, url);
    }
    throw new FreshetError("origin_redirects", `more than ${serverLimits.redirects} redirects`);
  }

  return {
    async fetch(url, known, asking) {
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        return await follow(url, { ...asking, known }, signal);
      } catch (error) {
        throw explainFailure(error, new URL(url).host, signal, timeoutMs);
      }
    },
  };
}

function nextUrl(location: string, base: URL): URL {
  const url = URL.parse(location, base.href);
  const isFetched = url?.protocol === "http:" || url?.protocol === "https:";
  if (!url || !isFetched || url.username !== "" || url.password !== "") {
    throw new FreshetError("origin_failed", "the origin redirects to something that is not fetched");
  }
  return url;
}
