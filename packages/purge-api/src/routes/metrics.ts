import { Elysia } from "elysia";
import type { Metrics } from "../metrics.ts";
import type { Authorize } from "./authorize.ts";

/** `/metrics` in the text format of Prometheus, version 0.0.4. */
export function metricsRoutes(deps: { authorize: Authorize; metrics: Metrics }) {
  const headers = { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" };
  return new Elysia().get("/metrics", async ({ request }) => {
    deps.authorize(request);
    return new Response(await deps.metrics.text(), { headers });
  });
}
