import { limits, type Reload, reloadSettings, SettingsError } from "@freshet/core";
import { createApp } from "./app.ts";
import { keepBounds } from "./audit/keep-bounds.ts";
import { systemClock } from "./clock.ts";
import type { Config } from "./config.ts";
import { createDeps, type Deps } from "./deps.ts";
import { failPoints } from "./fail-point.ts";
import { keepJobs } from "./jobs/keep-jobs.ts";

/**
 * Bytes of a request that are read at all. Up to here the API answers itself that a body is too large; beyond, Bun
 * does, without having kept it.
 */
const maxRequestBodySize = 4 * limits.purgeBodyBytes;

/** How often leases and deadlines are looked at; acknowledgements are acted on at once. */
export const settleEveryMs = 100;

/** Requests that run when the service is told to stop get this long to end. */
const stopWithinMs = 5_000;

/** How often is looked for jobs that another process left behind. */
const takeOverEveryMs = 1_000;

/** How often refusals that were only counted are written down, and how often what is kept no longer is removed. */
const flushEveryMs = 5_000;
const trimEveryMs = 60_000;
/** How often the length of the log is looked at. */
const compactEveryMs = 1_000;

/**
 * Answers requests until the process is told to stop.
 * @param loadConfig reads the settings: now, and again for each SIGHUP
 * @throws SettingsError
 */
export async function serve(loadConfig: () => Config): Promise<void> {
  // Before anything else: a signal that comes while the service starts must not end it.
  let reload = () => {};
  process.on("SIGHUP", () => reload());
  const config = loadConfig();
  const deps = await createDeps(config, systemClock(), undefined, failPoints(process.env.FRESHET_FAIL_POINT));
  // Before anything can fail: it is not shown a second time.
  if (deps.createdKey) console.log(`client key: ${deps.createdKey}`);
  const app = listen(config, deps);
  const timers = [
    setInterval(deps.settler.settle, settleEveryMs),
    setInterval(() => deps.settler.takeOver().catch(deps.report), takeOverEveryMs),
    setInterval(() => deps.fronts.takeOver().catch(deps.report), takeOverEveryMs),
    setInterval(deps.workOnWarmups, takeOverEveryMs),
    setInterval(deps.refusals.flush, flushEveryMs),
    setInterval(() => keepBounds(deps.audit, config, systemClock().wallMs()).catch(deps.report), trimEveryMs),
    setInterval(() => keepJobs(deps.jobs, config, systemClock().wallMs()).catch(deps.report), trimEveryMs),
    setInterval(() => deps.compact().catch(deps.report), compactEveryMs),
  ];
  reload = () => tell(reloadSettings(loadConfig, deps.replaceSettings), deps);
  console.log(`freshet-purge listening on http://localhost:${app.server?.port}`);

  const stop = async () => {
    if (deps.stopping.signal.aborted) return;
    for (const timer of timers) clearInterval(timer);
    await answerTheLast(app, deps);
    await app.stop(true).finally(deps.close);
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

function listen({ port, host }: Config, deps: Deps) {
  try {
    // Elysia would let several processes share the port, and each would keep half of the purges to itself.
    return createApp(deps).listen({ port, hostname: host, reusePort: false, maxRequestBodySize });
  } catch (error) {
    throw new SettingsError([`FRESHET_PURGE_PORT, FRESHET_PURGE_HOST: ${(error as Error).message}`]);
  }
}

/** Takes no more, and lets those that are here have their answer: whoever waits for a job gets it as it is now. */
async function answerTheLast(app: ReturnType<typeof listen>, { stopping }: Deps): Promise<void> {
  stopping.abort();
  void app.stop();
  const endMs = performance.now() + stopWithinMs;
  while ((app.server?.pendingRequests ?? 0) > 0 && performance.now() < endMs) await Bun.sleep(5);
}

function tell({ worked, message }: Reload, { metrics }: Deps): void {
  metrics.setReload(worked);
  if (worked) console.log(message);
  else console.error(message);
}
