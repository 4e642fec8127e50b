import { FreshetError } from "@freshet/core";
import { Elysia } from "elysia";
import type { Accept } from "../jobs/accept.ts";
import type { AcceptOnce } from "../jobs/accept-once.ts";
import { type DryRun, isDryRun } from "../jobs/dry-run.ts";
import type { Restart } from "../jobs/restart.ts";
import type { Settler } from "../jobs/settle.ts";
import type { Caller } from "../keys/grant.ts";
import type { RateLimit } from "../keys/rate-limit.ts";
import type { Job, JobStore } from "../log/log.ts";
import type { Authorize } from "./authorize.ts";
import { dryRunBody } from "./dry-run-body.ts";
import { hashBody, readIdempotencyKey } from "./idempotency-key.ts";
import { formatTime, jobBody } from "./job-body.ts";
import { readWait } from "./prefer.ts";
import { parseJson, type ReadBody } from "./read-body.ts";
import { readJobQuery } from "./read-job-query.ts";
import { waitFor } from "./wait-for.ts";

/**
 * Invalidations, in Cloudimage's shape. `Prefer: wait=N` holds an answer back until the job is final, at most N seconds;
 * it then says how the job ended. `Idempotency-Key` makes of several requests one. With `"dry_run": true` nothing is
 * purged; see `dry-run-body.ts` for that answer.
 *
 * @see reference/cloudimage.md section 13.1
 */
export function invalidateRoutes(deps: {
  authorize: Authorize;
  accept: Accept;
  acceptOnce: AcceptOnce;
  dryRun(body: unknown, caller: Caller): Promise<DryRun>;
  restart: Restart;
  jobs: JobStore;
  settler: Settler;
  rateLimit: RateLimit;
  readBody: ReadBody;
  /** Aborted when the service stops: whoever waits is answered. */
  stopping: AbortController;
}) {
  const { authorize, accept, acceptOnce, dryRun, restart, jobs, settler, rateLimit, readBody, stopping } =
    deps;

  async function find(token: string, uuid: string): Promise<Job> {
    const job = await jobs.get(token, uuid);
    if (!job) throw new FreshetError("job_unknown", "no invalidation of this token has this uuid");
    return job;
  }

  /** @param wait seconds @param left what is left of the key's quota, as headers */
  async function received(job: Job, wait: number, left: Readonly<Record<string, string>>): Promise<Response> {
    const msg = "Your invalidation request has been received";
    if (wait > 0) {
      await waitFor(settler.whenFinal(job.uuid), wait * 1000, stopping.signal);
      const invalidation = jobBody(await settler.view(await find(job.token, job.uuid)));
      return Response.json(
        { status: "success", msg, invalidation },
        { status: 201, headers: { ...left, ...applied(wait) } },
      );
    }
    const invalidation = { status: job.status, uuid: job.uuid, added_at: formatTime(job.addedAt) };
    const problems = job.failed.length > 0 ? { problems: job.failed } : {};
    return Response.json(
      { status: "success", msg, invalidation: { ...invalidation, ...problems } },
      { status: 201, headers: left },
    );
  }

  return new Elysia()
    .post(
      "/invalidate",
      async ({ request, server }) => {
        const caller = authorize(request);
        const wait = readWait(request.headers.get("prefer"));
        server?.timeout(request, wait + spareS);
        const key = readIdempotencyKey(request.headers.get("idempotency-key"));
        const bytes = await readBody(request);
        const body = parseJson(bytes);
        if (isDryRun(body)) {
          const msg = "Nothing was purged: this is what the invalidation would touch";
          const touched = dryRunBody(await dryRun(body, caller));
          const left = rateLimit.take(caller.grant, 0);
          return Response.json({ status: "success", msg, dry_run: touched }, { headers: left });
        }
        const job =
          key === null
            ? await accept(body, caller)
            : await acceptOnce({ key, bodyHash: hashBody(bytes), caller, body: () => body });
        return received(job, wait, rateLimit.take(caller.grant, 0));
      },
      { parse: "none" },
    )
    .post(
      "/invalidate/:uuid/restart",
      async ({ request, params, server }) => {
        const caller = authorize(request);
        const wait = readWait(request.headers.get("prefer"));
        server?.timeout(request, wait + spareS);
        const job = await restart(caller, params.uuid);
        return received(job, wait, rateLimit.take(caller.grant, 0));
      },
      { parse: "none" },
    )
    .get("/invalidate/:uuid", async ({ request, params, server }) => {
      const token = authorize(request).token.name;
      const wait = readWait(request.headers.get("prefer"));
      server?.timeout(request, wait + spareS);
      const job = await find(token, params.uuid);
      if (wait > 0) await waitFor(settler.whenFinal(job.uuid), wait * 1000, stopping.signal);
      const invalidation = jobBody(await settler.view(wait > 0 ? await find(token, job.uuid) : job));
      return Response.json({ status: "success", invalidation }, { headers: applied(wait) });
    })
    .get("/invalidate", async ({ request, query }) => {
      const { token } = authorize(request);
      const { limit, before, filter } = readJobQuery(query);
      const page = await jobs.list(token.name, limit, before, filter);
      const next = page.length === limit ? String(page.at(-1)?.number) : null;
      return Response.json({
        status: "success",
        invalidations: (await Promise.all(page.map(settler.view))).map(jobBody),
        next,
      });
    });
}

/** Seconds beyond a wait until Bun takes a silent connection for dead; without any wait it is Bun's own ten. */
const spareS = 10;

function applied(wait: number): Record<string, string> {
  return wait > 0 ? { "preference-applied": `wait=${wait}` } : {};
}
