import { type Reload, reloadSettings, SettingsError } from "@freshet/core";
import { createApp } from "./app.ts";
import type { Config } from "./config.ts";
import { createDeps, type Deps } from "./deps.ts";
import type { connectSupervisor, Supervisor } from "./processes/supervisor.ts";
import { writeBackInThread } from "./processes/write-back-thread.ts";
import { connectFollower } from "./purge/connect.ts";
import { tellUsage } from "./usage/tell-usage.ts";

/** Requests that run when the server is told to stop get this long to end. */
const stopWithinMs = 10_000;
const auditEveryMs = 1_000;
const checkEveryMs = 1_000;
/** A picture can take a gigabyte within a second. */
const lookEveryMs = 100;
const tellEveryMs = 1_000;

/** Nobody has anything to send here. */
const maxRequestBodySize = 64 * 1024;

/** Who keeps a connection gets this long to hear that it must not; then it is closed. */
const endingMs = 250;
/** One of several processes answers nothing before it has its lease: the others do. But not for ever. */
const readyWithinMs = 2_000;

/**
 * Answers requests until the process is told to stop.
 * @param loadConfig reads the settings: now, and again for each SIGHUP
 * @param connect to the process that started this one and its siblings; left out where it is alone
 * @throws SettingsError
 */
export async function serve(loadConfig: () => Config, connect?: typeof connectSupervisor): Promise<void> {
  // Before anything else: a signal that comes while the server starts must not end it.
  let reload = () => {};
  process.on("SIGHUP", () => reload());
  const config = loadConfig();
  const clock = { monotonicMs: () => performance.now(), wallMs: () => Date.now() };
  const deps = await createDeps(config, clock);
  const supervisor = connect?.(deps.metrics.counted) ?? null;
  const disconnect = follow(config, deps);
  const ending = { isEnding: false };
  deps.children.warm();
  if (supervisor) await ready(deps);
  const server = listen(config, deps, supervisor, () => ending.isEnding);
  const checking = setInterval(() => attempt(deps.check, deps.report), checkEveryMs);
  setInterval(deps.lookAtMemory, lookEveryMs).unref();
  const telling = supervisor && tellSupervisor(supervisor, deps, server.port as number);
  reload = () => tell(reloadSettings(loadConfig, deps.replaceSettings), deps);
  if (!supervisor) {
    writeBackInThread(config.dataDir, deps.report);
    console.log(`freshet-server listening on http://localhost:${server.port}`);
  }

  const stop = async () => {
    if (ending.isEnding) return;
    ending.isEnding = true;
    setTimeout(() => process.exit(1), stopWithinMs).unref();
    await Bun.sleep(endingMs);
    await server.stop();
    clearInterval(checking);
    if (telling) clearInterval(telling);
    await disconnect();
    await deps.close();
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

const isReady = ({ follower }: Deps) => follower?.isReady() ?? true;

async function ready(deps: Deps): Promise<void> {
  const endMs = performance.now() + readyWithinMs;
  while (!isReady(deps) && performance.now() < endMs) await Bun.sleep(10);
}

function tellSupervisor(supervisor: Supervisor, deps: Deps, port: number) {
  const tellNow = () =>
    void deps.metrics
      .counted()
      .then((counted) => supervisor.tell(isReady(deps), counted))
      .catch(deps.report);
  supervisor.listening(port);
  tellNow();
  return setInterval(tellNow, tellEveryMs);
}

/** Processes take turns at answering, so all that answer have to be ready. */
function wholeReadiness(
  readiness: Deps["readiness"],
  supervisor: Supervisor | null,
  isEnding: () => boolean,
): Deps["readiness"] {
  return async () => {
    const own = await readiness();
    const isWhole = supervisor?.isWholeReady() ?? true;
    const detail = isWhole ? "all processes are ready" : "not all processes are ready";
    const checks = [
      ...own.checks,
      ...(supervisor ? [{ name: "processes", required: true, ok: isWhole, detail }] : []),
      ...(isEnding() ? [{ name: "ending", required: true, ok: false, detail: "it is about to end" }] : []),
    ];
    return { isReady: own.isReady && isWhole && !isEnding(), checks };
  };
}

function listen(
  { serverPort, host }: Config,
  deps: Deps,
  supervisor: Supervisor | null,
  isEnding: () => boolean,
) {
  const whole = {
    readiness: wholeReadiness(deps.readiness, supervisor, isEnding),
    metrics: supervisor?.metrics ?? deps.metrics.text,
    isEnding,
  };
  try {
    // Only siblings share a port: a forgotten process would go on answering from its own cache.
    const reusePort = supervisor !== null;
    const server = createApp(deps, whole).listen({
      ...{ port: serverPort, hostname: host, reusePort, maxRequestBodySize },
    });
    deps.door.watch(() => server.pendingRequests);
    return server;
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
