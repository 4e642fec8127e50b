import { FreshetError, type Readiness } from "@freshet/core";
import { Elysia } from "elysia";
import type { Deps } from "./deps.ts";
import { errorResponse } from "./respond/error-response.ts";
import { healthRoutes } from "./routes/health.ts";
import { homeRoutes } from "./routes/home.ts";
import { createImageHandler } from "./routes/image.ts";
import { metricsRoutes } from "./routes/metrics.ts";

/** What is said of the whole, where several processes answer on one port. */
export interface Whole {
  readiness(): Promise<Readiness>;
  /** In the text format of Prometheus. */
  metrics(): Promise<string>;
  /** It is about to end: who keeps a connection is told not to. */
  isEnding(): boolean;
}

/**
 * All routes of the image server, and the one place where errors leave it.
 * @param whole by default, this process alone
 */
export function createApp(
  deps: Deps,
  whole: Whole = { readiness: deps.readiness, metrics: deps.metrics.text, isEnding: () => false },
) {
  const { metrics, report, ready, door } = deps;
  const image = createImageHandler(deps);
  const counted = (response: Response) => {
    metrics.countResponse(response.status);
    if (whole.isEnding()) response.headers.set("connection", "close");
    return response;
  };
  const again = (request: Request) => {
    const response = ready.answer(request);
    return response && counted(response);
  };
  return new Elysia()
    .onRequest(({ request }) => {
      door.enter(request.url);
      return again(request);
    })
    .onError({ as: "global" }, ({ error }) => counted(errorResponse(error, report)))
    .use(healthRoutes(whole))
    .use(metricsRoutes(whole.metrics))
    .use(homeRoutes())
    .get("/*", async ({ request }) => counted(await image(request)))
    .head("/*", async ({ request }) => counted(await image(request)))
    .all("/*", ({ request }) => {
      throw new FreshetError("method_not_allowed", `${request.method} is not answered here`);
    });
}
