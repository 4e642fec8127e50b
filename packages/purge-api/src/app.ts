import { FreshetError } from "@freshet/core";
import { Elysia } from "elysia";
import { createAddressOf } from "./audit/address-of.ts";
import { createIdentify } from "./audit/identify.ts";
import type { Deps } from "./deps.ts";
import { problemResponse } from "./problems.ts";
import { auditRoutes } from "./routes/audit.ts";
import { formRoutes } from "./routes/form.ts";
import { healthRoutes } from "./routes/health.ts";
import { hookRoutes } from "./routes/hooks.ts";
import { internalLogRoutes } from "./routes/internal-log.ts";
import { internalUsageRoutes } from "./routes/internal-usage.ts";
import { invalidateRoutes } from "./routes/invalidate.ts";
import { jobEventRoutes } from "./routes/job-events.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { nodesRoutes } from "./routes/nodes.ts";
import { openapiRoutes } from "./routes/openapi.ts";
import { pictureRoutes } from "./routes/picture.ts";
import { statsRoutes } from "./routes/stats.ts";
import { tokenRoutes } from "./routes/token.ts";
import { warmupRoutes } from "./routes/warmup.ts";

/** All routes of purge-api, and the one place where errors leave it. */
export function createApp(all: Deps) {
  const app = new Elysia();
  const addressOf = createAddressOf(
    all.trustedProxies,
    (request) => app.server?.requestIP(request)?.address ?? null,
  );
  const { authorize, pause, noteRefusal } = createIdentify({ ...all, addressOf });
  const deps = { ...all, authorize, addressOf };
  return app
    .onError({ as: "global" }, ({ error, code, request }) => {
      const answered =
        code === "NOT_FOUND" ? new FreshetError("not_found", "there is nothing at this path") : error;
      noteRefusal(request, answered);
      return problemResponse(answered, deps.report);
    })
    .onRequest(({ request, set }) => {
      set.headers["x-content-type-options"] = "nosniff";
      return pause(request);
    })
    .use(healthRoutes(deps))
    .use(metricsRoutes(deps))
    .use(openapiRoutes())
    .use(formRoutes())
    .use(tokenRoutes(authorize))
    .use(pictureRoutes(deps))
    .use(invalidateRoutes(deps))
    .use(jobEventRoutes(deps))
    .use(warmupRoutes(deps))
    .use(auditRoutes(deps))
    .use(hookRoutes(deps))
    .use(nodesRoutes(deps))
    .use(statsRoutes(deps))
    .use(internalUsageRoutes(deps))
    .use(internalLogRoutes(deps));
}
