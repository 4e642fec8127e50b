import { Elysia } from "elysia";

/** `/metrics` in the text format of Prometheus, version 0.0.4. */
export function metricsRoutes(text: () => Promise<string>) {
  const headers = { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" };
  return new Elysia().get("/metrics", async () => new Response(await text(), { headers }));
}
