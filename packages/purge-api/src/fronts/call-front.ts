import { FrontError } from "./front.ts";

/** `fetch`, as far as fronts need it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A front's own interface answers in well under a second; whoever is silent for longer is tried again. */
const timeoutMs = 10_000;

/** Characters of an answer that are quoted in an error. */
const quotedChars = 200;

/**
 * Calls a front and reads its answer.
 * @throws FrontError final for answers that will not be another one next time; with the pause that `Retry-After` (RFC
 *   9110 section 10.2.3) asks for
 */
export async function callFront(fetch: Fetch, url: string, init: RequestInit): Promise<string> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
    text = await response.text();
  } catch (error) {
    throw new FrontError(`${new URL(url).host} cannot be reached: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (response.ok) return text;
  const { status } = response;
  const said = text.replace(/\s+/g, " ").trim().slice(0, quotedChars);
  throw new FrontError(`${new URL(url).host} answered ${status}${said && `: ${said}`}`, {
    isFinal: status !== 429 && status !== 408 && status < 500,
    retryAfterMs: readPause(response.headers),
  });
}

function readPause(headers: Headers): number {
  const retryAfter = headers.get("retry-after");
  if (retryAfter !== null) {
    const seconds = /^\d+$/.test(retryAfter)
      ? Number(retryAfter)
      : secondsUntil(Date.parse(retryAfter), headers);
    return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : 0;
  }
  // Fastly's own: seconds since 1970 at which there is room again.
  const reset = Number(headers.get("fastly-ratelimit-reset") ?? Number.NaN);
  const seconds = secondsUntil(reset * 1000, headers);
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : 0;
}

/** By the answer's own clock, since ours may differ from it. */
function secondsUntil(atMs: number, headers: Headers): number {
  return (atMs - Date.parse(headers.get("date") ?? "")) / 1000;
}
