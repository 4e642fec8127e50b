import { FreshetError } from "@freshet/core";
import { Elysia } from "elysia";
import type { Deps } from "./deps.ts";
import { problemResponse } from "./problems.ts";
import { formRoutes } from "./routes/form.ts";
import { healthRoutes } from "./routes/health.ts";
import { hookRoutes } from "./routes/hooks.ts";
import { internalLogRoutes } from "./routes/internal-log.ts";
import { invalidateRoutes } from "./routes/invalidate.ts";
import { jobEventRoutes } from "./routes/job-events.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { nodesRoutes } from "./routes/nodes.ts";
import { pictureRoutes } from "./routes/picture.ts";
import { tokenRoutes } from "./routes/token.ts";

/** All routes of purge-api, and the one place where errors leave it. */
export function createApp(deps: Deps) {
  return new Elysia()
    .onError({ as: "global" }, ({ error, code }) => {
      const answered =
        code === "NOT_FOUND" ? new FreshetError("not_found", "there is nothing at this path") : error;
      return problemResponse(answered, deps.report);
    })
    .use(healthRoutes(() => true))
    .use(metricsRoutes(deps))
    .use(formRoutes())
    .use(tokenRoutes(deps.authorize))
    .use(pictureRoutes(deps))
    .use(invalidateRoutes(deps))
    .use(jobEventRoutes(deps))
    .use(hookRoutes(deps))
    .use(nodesRoutes(deps))
    .use(internalLogRoutes(deps));
}
