import { FreshetError } from "@freshet/core";
import { Elysia } from "elysia";
import type { Caller } from "../keys/grant.ts";
import type { RateLimit } from "../keys/rate-limit.ts";
import type { AcceptedWarmup } from "../warmups/accept-warmup.ts";
import { readWarmupCall, type WarmupCall } from "../warmups/read-urls.ts";
import type { Warmup, WarmupStore } from "../warmups/warmup.ts";
import type { Authorize } from "./authorize.ts";
import { hashBody, readIdempotencyKey } from "./idempotency-key.ts";
import { formatTime } from "./job-body.ts";
import type { ReadBody } from "./read-body.ts";

/**
 * `POST /warmup/urls`: has pictures ready on every server before anybody asks for them, in Cloudimage's shape.
 * `GET /warmup/:uuid`: how far that is.
 *
 * @see reference/cloudimage.md section 13.2
 */
export function warmupRoutes(deps: {
  authorize: Authorize;
  acceptWarmup(
    call: WarmupCall,
    caller: Caller,
    once: { key: string; bodyHash: string } | null,
  ): Promise<AcceptedWarmup>;
  warmups: Pick<WarmupStore, "get">;
  rateLimit: RateLimit;
  readBody: ReadBody;
}) {
  const { authorize, acceptWarmup, warmups, rateLimit, readBody } = deps;
  return new Elysia()
    .post(
      "/warmup/urls",
      async ({ request }) => {
        const caller = authorize(request);
        const key = readIdempotencyKey(request.headers.get("idempotency-key"));
        const bytes = await readBody(request);
        const call = await readWarmupCall(request.headers.get("content-type"), bytes);
        const once = key === null ? null : { key, bodyHash: hashBody(bytes) };
        const { warmup, problems } = await acceptWarmup(call, caller, once);
        const { uuid, total } = warmup;
        const counts = { count_added: total, count_failed: problems.length };
        return Response.json(
          { status: "success", ...counts, msg: "", uuid, problems },
          { status: 201, headers: rateLimit.take(caller.grant, 0) },
        );
      },
      { parse: "none" },
    )
    .get("/warmup/:uuid", async ({ request, params }) => {
      const warmup = await warmups.get(authorize(request).token.name, params.uuid);
      if (!warmup) throw new FreshetError("warmup_unknown", "no warm-up of this token has this uuid");
      return Response.json({ status: "success", warmup: warmupBody(warmup) });
    });
}

function warmupBody({ uuid, total, waiting, nodes, failures, addedAt, doneAt }: Warmup) {
  const counts = Object.values(nodes);
  const sum = (of: "rendered" | "there" | "failed") => counts.reduce((all, each) => all + each[of], 0);
  return {
    status: doneAt === null ? "RUNNING" : "DONE",
    uuid,
    added_at: formatTime(addedAt),
    done_at: doneAt === null ? null : formatTime(doneAt),
    ...{ total, waiting },
    ...{ rendered: sum("rendered"), there: sum("there"), failed: sum("failed") },
    nodes: Object.entries(nodes).map(([id, count]) => ({ id, ...count })),
    failures: failures.map(({ url, node, reason }) => ({ url, node, reason })),
  };
}
