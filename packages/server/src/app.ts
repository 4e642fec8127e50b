import { FreshetError } from "@freshet/core";
import { Elysia } from "elysia";
import type { Deps } from "./deps.ts";
import { errorResponse } from "./respond/error-response.ts";
import { healthRoutes } from "./routes/health.ts";
import { homeRoutes } from "./routes/home.ts";
import { createImageHandler } from "./routes/image.ts";

/** All routes of the image server, and the one place where errors leave it. */
export function createApp(deps: Deps) {
  const image = createImageHandler(deps);
  return new Elysia()
    .onError({ as: "global" }, ({ error }) => errorResponse(error, deps.report))
    .use(healthRoutes(deps.isReady))
    .use(homeRoutes())
    .get("/*", ({ request }) => image(request))
    .head("/*", ({ request }) => image(request))
    .all("/*", ({ request }) => {
      throw new FreshetError("method_not_allowed", `${request.method} is not answered here`);
    });
}
