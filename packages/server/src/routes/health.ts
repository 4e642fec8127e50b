import type { Readiness } from "@freshet/core";
import { Elysia } from "elysia";

/** `/healthz`: the process runs. `/readyz`: it is worth sending requests to; it says what it looked at. */
export function healthRoutes({ readiness }: { readiness: () => Promise<Readiness> }) {
  const headers = { "cache-control": "no-store" };
  return new Elysia()
    .get("/healthz", () => new Response("ok\n", { headers: { ...headers, "content-type": "text/plain" } }))
    .get("/readyz", async () => {
      const { isReady, checks } = await readiness();
      const status = isReady ? "ready" : "not ready";
      return Response.json({ status, checks }, { status: isReady ? 200 : 503, headers });
    });
}
