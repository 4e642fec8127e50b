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

/** Where it listens. */
export interface Address {
  /** 0: any that is free. */
  readonly port: number;
  readonly hostname: string;
  /** Only siblings share a port. */
  readonly reusePort?: boolean;
}

/** Who keeps a connection and asks nothing gets this long. */
const idleSeconds = 30;

/**
 * All routes of the image server, and the one place where errors leave it. Pages of a fixed name are Elysia's; every
 * other path is a picture's and goes to its handler at once, for what Elysia does for a request costs a tenth of a hit.
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
  const refused = (error: unknown) => counted(errorResponse(error, report));
  const pages = new Elysia()
    .onError({ as: "global" }, ({ error }) => refused(error))
    .use(healthRoutes(whole))
    .use(metricsRoutes(whole.metrics))
    .use(homeRoutes());
  const named = new Set(pages.routes.map(({ path }) => path));

  async function picture(request: Request, server?: Bun.Server<undefined>): Promise<Response> {
    // All that it may wait for has a time limit of its own, and together they are longer than a connection may stand still.
    server?.timeout(request, 0);
    try {
      if (request.method === "GET" || request.method === "HEAD") return counted(await image(request));
      throw new FreshetError("method_not_allowed", `${request.method} is not answered here`);
    } catch (error) {
      return refused(error);
    } finally {
      // Who does not read the answer is not waited for.
      server?.timeout(request, idleSeconds);
    }
  }

  function handle(request: Request, server?: Bun.Server<undefined>): Response | Promise<Response> {
    try {
      door.enter(request.url);
      const again = ready.answer(request);
      if (again) return counted(again);
    } catch (error) {
      return refused(error);
    }
    const isPage = named.has(pathOf(request.url)) && (request.method === "GET" || request.method === "HEAD");
    return isPage ? pages.handle(request) : picture(request, server);
  }

  return {
    handle,
    listen: (address: Address) =>
      Bun.serve({ ...address, idleTimeout: idleSeconds, development: false, fetch: handle }),
  };
}

/** Of a whole URL, as it was written. */
function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const end = url.indexOf("?", start);
  return end === -1 ? url.slice(start) : url.slice(start, end);
}
