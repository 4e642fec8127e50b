import { FreshetError } from "@freshet/core";
import { Elysia } from "elysia";
import type { Deps } from "./deps.ts";
import { errorResponse } from "./respond/error-response.ts";
import { healthRoutes } from "./routes/health.ts";
import { homeRoutes } from "./routes/home.ts";
import { createImageHandler } from "./routes/image.ts";
import { metricsRoutes } from "./routes/metrics.ts";

/** All routes of the image server, and the one place where errors leave it. */
export function createApp(deps: Deps) {
  const { metrics, report } = deps;
  const image = createImageHandler(deps);
  const counted = (response: Response) => {
    metrics.countResponse(response.status);
    return response;
  };
  return new Elysia()
    .onError({ as: "global" }, ({ error }) => counted(errorResponse(error, report)))
    .use(healthRoutes(deps))
    .use(metricsRoutes(metrics))
    .use(homeRoutes())
    .get("/*", async ({ request }) => counted(await image(request)))
    .head("/*", async ({ request }) => counted(await image(request)))
    .all("/*", ({ request }) => {
      throw new FreshetError("method_not_allowed", `${request.method} is not answered here`);
    });
}
