import type { TokenSettings } from "@freshet/core";
import { type Job, type JobReceipt, listLength, type Scope } from "./job.ts";

/** The calls of purge-api that the form makes. Each rejects with an `ApiError` and nothing else. */
export interface Api {
  token(key: string): Promise<TokenSettings>;
  invalidate(key: string, order: Order): Promise<JobReceipt>;
  job(key: string, uuid: string): Promise<Job>;
  jobs(key: string): Promise<readonly Job[]>;
}

export interface Order {
  readonly scope: Scope;
  /** Absent for scope `all`. */
  readonly urls?: readonly string[];
  /** Absent for v7. */
  readonly api?: "v6";
}

/**
 * `key`: this key opens nothing. `order`: what was asked for is wrong. `trouble`: no fault of the person's; the same
 * call may succeed later.
 */
export class ApiError extends Error {
  readonly kind: "key" | "order" | "trouble";

  constructor(kind: ApiError["kind"], sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.kind = kind;
  }
}

/** A healthy purge-api answers in milliseconds. */
const timeoutMs = 10_000;

/** The only place that calls fetch. Paths are relative, so that a proxy may put the form and the API below a folder. */
export function createApi(fetch: (url: string, init: RequestInit) => Promise<Response>): Api {
  async function call<Body>(key: string, path: string, init: RequestInit = {}): Promise<Body> {
    refuseImpossibleKey(key);
    const headers = { "X-Client-Key": key, ...init.headers };
    const request = { ...init, headers, cache: "no-store", signal: AbortSignal.timeout(timeoutMs) } as const;
    let response: Response;
    let body: Partial<Record<string, unknown>>;
    try {
      response = await fetch(path, request);
      body = Object(await response.json());
    } catch (cause) {
      throw new ApiError("trouble", "The purge service does not answer.", { cause });
    }
    if (response.ok && body.status === "success") return body as Body;
    // A key that is known, and does not reach so far, is not the wrong one.
    const status = body.code === "key_scope" ? 422 : response.status;
    throw errorOf(status, typeof body.detail === "string" ? body.detail : null);
  }

  return {
    token: async (key) => (await call<{ token: TokenSettings }>(key, "token")).token,
    job: async (key, uuid) => {
      const path = `invalidate/${encodeURIComponent(uuid)}`;
      return (await call<{ invalidation: Job }>(key, path)).invalidation;
    },
    jobs: async (key) => {
      const path = `invalidate?limit=${listLength}`;
      return (await call<{ invalidations: readonly Job[] }>(key, path)).invalidations;
    },
    invalidate: async (key, order) => {
      const init = {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(order),
      };
      return (await call<{ invalidation: JobReceipt }>(key, "invalidate", init)).invalidation;
    },
  };
}

/** A header takes no other characters: fetch would fail as if there were no network. */
function refuseImpossibleKey(key: string): void {
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new ApiError("key", "A key has only letters, digits and signs, without spaces. Copy it once more.");
  }
}

function errorOf(status: number, detail: string | null): ApiError {
  if (status === 401 || status === 403) {
    return new ApiError(
      "key",
      "This key is not known here. Check that all of it was copied, and that it is for this service.",
    );
  }
  if (status >= 400 && status < 500 && detail !== null) return new ApiError("order", asSentence(detail));
  const reason = detail === null ? `an answer that this page does not understand (${status})` : detail;
  return new ApiError("trouble", `The purge service has a problem: ${reason}.`);
}

function asSentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}
