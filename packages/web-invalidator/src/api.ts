import type { PathScope, PurgeApi, TokenSettings } from "@freshet/core";
import { readEvents } from "./follow/read-events.ts";
import type { Job, JobFilter, JobPage, JobReceipt, Reach } from "./job.ts";
import type { Order } from "./order.ts";
import type { Problem } from "./problem.ts";

/** The calls of purge-api that the form makes. Each rejects with an `ApiError` and nothing else. */
export interface Api {
  token(key: string): Promise<TokenSettings>;
  invalidate(key: string, order: Order): Promise<JobReceipt>;
  /** What an order would reach; nothing is purged. */
  reach(key: string, order: Order): Promise<Reach>;
  restart(key: string, uuid: string): Promise<JobReceipt>;
  job(key: string, uuid: string): Promise<Job>;
  /** Progress as it is made: the job at each change, and `null` at each sign of life. */
  stream(key: string, uuid: string, signal: AbortSignal): AsyncIterable<Job | null>;
  /** @param before the `next` of the page before */
  jobs(key: string, filter: JobFilter, before: string | null): Promise<JobPage>;
  picture(key: string, wish: PictureWish): Promise<PictureAnswer>;
}

/** A line whose picture is wanted. */
export interface PictureWish {
  readonly line: string;
  readonly scope: PathScope;
  readonly api: PurgeApi;
}

/** What the image server shows for it. */
export interface PictureAnswer {
  readonly blob: Blob;
  readonly etag: string;
  /** When the server fetched its original; `null` if it does not say. */
  readonly fetchedAt: string | null;
  /** The server had its original, and was not made to fetch it by this very question. */
  readonly wasKept: boolean;
}

/**
 * `key`: this key opens nothing. `order`: what was asked for is wrong, or there is no such thing. `trouble`: no fault
 * of the person's; the same call may succeed later.
 */
export class ApiError extends Error {
  readonly kind: "key" | "order" | "trouble";
  readonly problem: Problem;

  constructor(kind: ApiError["kind"], problem: Problem, options?: ErrorOptions) {
    super(problem.name, options);
    this.kind = kind;
    this.problem = problem;
  }
}

/** A healthy purge-api answers in milliseconds; a picture may have to be fetched from its website first. */
const timeoutMs = 10_000;
const pictureTimeoutMs = 25_000;

/** Jobs in one page of the history. */
const pageLength = 20;

/** The only place that calls fetch. Paths are relative, so that a proxy may put the form and the API below a folder. */
export function createApi(fetch: (url: string, init: RequestInit) => Promise<Response>): Api {
  async function request(
    key: string,
    path: string,
    init: RequestInit,
    signal: AbortSignal,
  ): Promise<Response> {
    refuseImpossibleKey(key);
    const headers = { "X-Client-Key": key, ...init.headers };
    try {
      return await fetch(path, { ...init, headers, cache: "no-store", signal });
    } catch (cause) {
      throw new ApiError("trouble", { name: "noAnswer" }, { cause });
    }
  }

  async function call<Body>(key: string, path: string, init: RequestInit = {}): Promise<Body> {
    const response = await request(key, path, init, AbortSignal.timeout(timeoutMs));
    const body = await readJson(response);
    if (response.ok && body.status === "success") return body as Body;
    throw errorOf(response, body);
  }

  function post<Body>(key: string, path: string, body: object): Promise<Body> {
    const headers = { "Content-Type": "application/json" };
    return call(key, path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  const pathOf = (uuid: string) => `invalidate/${encodeURIComponent(uuid)}`;

  return {
    token: async (key) => (await call<{ token: TokenSettings }>(key, "token")).token,
    job: async (key, uuid) => (await call<{ invalidation: Job }>(key, pathOf(uuid))).invalidation,
    async jobs(key, filter, before) {
      const asked = Object.entries({ limit: String(pageLength), before: before ?? "", ...filter });
      const query = new URLSearchParams(asked.filter(([, value]) => value !== ""));
      const page = await call<{ invalidations: readonly Job[]; next: string | null }>(
        key,
        `invalidate?${query}`,
      );
      return { jobs: page.invalidations, next: page.next };
    },
    invalidate: async (key, order) =>
      (await post<{ invalidation: JobReceipt }>(key, "invalidate", order)).invalidation,
    restart: async (key, uuid) =>
      (await post<{ invalidation: JobReceipt }>(key, `${pathOf(uuid)}/restart`, {})).invalidation,
    reach: async (key, order) =>
      (await post<{ dry_run: Reach }>(key, "invalidate", { ...order, dry_run: true })).dry_run,
    async *stream(key, uuid, signal) {
      const response = await request(key, `${pathOf(uuid)}/events`, {}, signal);
      if (!response.ok || !response.body) throw errorOf(response, await readJson(response));
      for await (const event of readEvents(response.body)) yield event && (JSON.parse(event.data) as Job);
    },
    async picture(key, { line, scope, api }) {
      const query = new URLSearchParams({ path: line, scope, api });
      const response = await request(key, `picture?${query}`, {}, AbortSignal.timeout(pictureTimeoutMs));
      if (!response.ok) throw errorOf(response, await readJson(response));
      return {
        blob: await response.blob(),
        etag: (response.headers.get("etag") ?? "").replace(/^W\/|"/g, ""),
        fetchedAt: response.headers.get("x-ci-fetched"),
        wasKept: !/\bfwd=(?:uri-miss|stale)\b/.test(response.headers.get("cache-status") ?? ""),
      };
    },
  };
}

async function readJson(response: Response): Promise<Partial<Record<string, unknown>>> {
  try {
    return Object(await response.json());
  } catch (cause) {
    throw new ApiError("trouble", { name: "noAnswer" }, { cause });
  }
}

/** A header takes no other characters: fetch would fail as if there were no network. */
function refuseImpossibleKey(key: string): void {
  if (!/^[\x21-\x7e]+$/.test(key)) throw new ApiError("key", { name: "impossibleKey" });
}

function errorOf(
  { status, headers }: Response,
  { code, detail }: Partial<Record<string, unknown>>,
): ApiError {
  // A key that is known, and does not reach so far, is not the wrong one.
  if ((status === 401 || status === 403) && code !== "key_scope")
    return new ApiError("key", { name: "unknownKey" });
  const waitS = Number(headers.get("retry-after"));
  if (status === 429 && waitS > 0) {
    return new ApiError("order", { name: "limit", waitS, untilMs: Date.now() + waitS * 1000 });
  }
  if (code === "job_unknown") return new ApiError("order", { name: "unknownJob" });
  if (typeof detail !== "string") return new ApiError("trouble", { name: "foreign", status });
  if (status >= 400 && status < 500) return new ApiError("order", { name: "refused", detail });
  return new ApiError("trouble", { name: "broken", detail });
}
