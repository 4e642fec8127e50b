import { FreshetError, limits } from "@freshet/core";
import { Elysia } from "elysia";
import type { Accept } from "../jobs/accept.ts";
import type { Settler } from "../jobs/settle.ts";
import type { JobStore } from "../log/log.ts";
import type { Authorize } from "./authorize.ts";
import { formatTime, jobBody } from "./job-body.ts";

/** Jobs in one page of the list. */
const pageSize = { fallback: 20, max: 100 };

/** @see reference/cloudimage.md section 13.1 */
export function invalidateRoutes(deps: {
  authorize: Authorize;
  accept: Accept;
  jobs: JobStore;
  settler: Settler;
}) {
  const { authorize, accept, jobs, settler } = deps;
  return new Elysia()
    .post(
      "/invalidate",
      async ({ request }) => {
        const token = authorize(request);
        const job = await accept(await readJson(request), token);
        const invalidation = { status: job.status, uuid: job.uuid, added_at: formatTime(job.addedAt) };
        const msg = "Your invalidation request has been received";
        const problems = job.failed.length > 0 ? { problems: job.failed } : {};
        return Response.json(
          { status: "success", msg, invalidation: { ...invalidation, ...problems } },
          { status: 201 },
        );
      },
      { parse: "none" },
    )
    .get("/invalidate/:uuid", async ({ request, params }) => {
      const job = await jobs.get(authorize(request).name, params.uuid);
      if (!job) throw new FreshetError("job_unknown", "no invalidation of this token has this uuid");
      return Response.json({ status: "success", invalidation: jobBody(settler.view(job)) });
    })
    .get("/invalidate", async ({ request, query }) => {
      const token = authorize(request);
      const limit = readNumber(query.limit, "limit", pageSize.max) ?? pageSize.fallback;
      const before = readNumber(query.before, "before", Number.MAX_SAFE_INTEGER);
      const page = await jobs.list(token.name, limit, before);
      const next = page.length === limit ? String(page.at(-1)?.number) : null;
      return Response.json({
        status: "success",
        invalidations: page.map((job) => jobBody(settler.view(job))),
        next,
      });
    });
}

/** The body as JSON, whatever its media type says: many clients of Cloudimage send none. */
async function readJson(request: Request): Promise<unknown> {
  const length = Number(request.headers.get("content-length") ?? 0);
  if (length > limits.purgeBodyBytes) throw tooLarge();
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > limits.purgeBodyBytes) throw tooLarge();
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new FreshetError("bad_json", `the body is not JSON: ${(error as Error).message}`);
  }
}

function tooLarge(): FreshetError {
  return new FreshetError("body_too_large", `a body may have ${limits.purgeBodyBytes} bytes`);
}

function readNumber(raw: string | undefined, name: string, max: number): number | null {
  if (raw === undefined) return null;
  const value = Number(raw);
  if (!/^\d+$/.test(raw) || value < 1 || value > max) {
    throw new FreshetError("bad_query", `${name} is a whole number from 1 to ${max}`);
  }
  return value;
}
