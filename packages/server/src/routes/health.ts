import { Elysia } from "elysia";

/** `/healthz`: the process runs. `/readyz`: it may answer from its cache, so it is worth sending requests to. */
export function healthRoutes(isReady: () => boolean) {
  const answer = (holds: boolean) =>
    new Response(holds ? "ok\n" : "not ready\n", { status: holds ? 200 : 503 });
  return new Elysia().get("/healthz", () => answer(true)).get("/readyz", () => answer(isReady()));
}
