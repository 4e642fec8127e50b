import { type Reload, reloadSettings, SettingsError } from "@freshet/core";
import { createApp } from "./app.ts";
import type { Config } from "./config.ts";
import { createDeps, type Deps } from "./deps.ts";
import { connectFollower } from "./purge/connect.ts";
import { tellUsage } from "./usage/tell-usage.ts";

/** Requests that run when the server is told to stop get this long to end. */
const stopWithinMs = 10_000;
const auditEveryMs = 1_000;
const checkEveryMs = 1_000;

/**
 * Answers requests until the process is told to stop.
 * @param loadConfig reads the settings: now, and again for each SIGHUP
 * @throws SettingsError
 */
export async function serve(loadConfig: () => Config): Promise<void> {
  // Before anything else: a signal that comes while the server starts must not end it.
  let reload = () => {};
  process.on("SIGHUP", () => reload());
  const config = loadConfig();
  const clock = { monotonicMs: () => performance.now(), wallMs: () => Date.now() };
  const deps = await createDeps(config, clock);
  const app = listen(config, deps);
  const disconnect = follow(config, deps);
  const checking = setInterval(() => attempt(deps.check, deps.report), checkEveryMs);
  deps.children.warm();
  reload = () => tell(reloadSettings(loadConfig, deps.replaceSettings), deps);
  console.log(`freshet-server listening on http://localhost:${app.server?.port}`);

  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(1), stopWithinMs).unref();
    await app.stop();
    clearInterval(checking);
    await disconnect();
    await deps.close();
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

function listen({ serverPort, host }: Config, deps: Deps) {
  try {
    // Elysia would let several processes share the port: a forgotten one would go on answering from its own cache.
    return createApp(deps).listen({ port: serverPort, hostname: host, reusePort: false });
  } catch (error) {
    throw new SettingsError([`FRESHET_SERVER_PORT, FRESHET_SERVER_HOST: ${(error as Error).message}`]);
  }
}

/** @returns a function that ends the connection to the purge log, the audits of what it brought, and what is told there */
function follow({ purgeUrl, nodeKey }: Config, deps: Deps): () => Promise<void> {
  const { follower, audit, report, usage, boot } = deps;
  if (!follower || !purgeUrl || !nodeKey) return async () => {};
  const endTelling = tellUsage({ usage, purgeUrl, nodeKey, boot, fetch });
  const auditing = setInterval(() => void audit().catch(report), auditEveryMs);
  const disconnect = connectFollower(follower, purgeUrl, nodeKey);
  return async () => {
    clearInterval(auditing);
    disconnect();
    await endTelling();
  };
}

function tell({ worked, message }: Reload, { metrics }: Deps): void {
  metrics.setReload(worked);
  if (worked) console.log(message);
  else console.error(message);
}

function attempt(work: () => void, report: (error: unknown) => void): void {
  try {
    work();
  } catch (error) {
    report(error);
  }
}
