import { Elysia } from "elysia";

/** `/healthz`: the process runs. `/readyz`: it can accept jobs, which is so as soon as the log is open. */
export function healthRoutes(isReady: () => boolean) {
  const answer = (holds: boolean) =>
    new Response(holds ? "ok\n" : "not ready\n", { status: holds ? 200 : 503 });
  return new Elysia().get("/healthz", () => answer(true)).get("/readyz", () => answer(isReady()));
}
