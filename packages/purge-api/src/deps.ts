import { type Clock, createRedact } from "@freshet/core";
import { createAddressGuard } from "@freshet/outbound/address-guard";
import { createGuardedFetch } from "@freshet/outbound/guarded-fetch";
import { createRefusals } from "./audit/refusals.ts";
import type { Config } from "./config.ts";
import type { Witness } from "./db/witness.ts";
import type { FailPoints } from "./fail-point.ts";
import { createBackground, noBackground } from "./fronts/background.ts";
import { createFronts, type Fronts, noFronts } from "./fronts/fronts.ts";
import { hashText } from "./fronts/hash-text.ts";
import { openFronts } from "./fronts/load-fronts.ts";
import { createTours } from "./fronts/tour.ts";
import { createAccept } from "./jobs/accept.ts";
import { createAcceptOnce } from "./jobs/accept-once.ts";
import { createDryRun } from "./jobs/dry-run.ts";
import { createRestart } from "./jobs/restart.ts";
import { createRewarms } from "./jobs/rewarms.ts";
import { createSettler } from "./jobs/settle.ts";
import { createRateLimit, type RateLimit } from "./keys/rate-limit.ts";
import { holdTokens } from "./live-tokens.ts";
import { createCompactor } from "./log/compactor.ts";
import { firstRowOf, type Job, type LogWatcher } from "./log/log.ts";
import { createMetrics } from "./metrics.ts";
import { type AskNodes, createAskNodes } from "./nodes/ask-nodes.ts";
import { createHub, type Hub } from "./nodes/hub.ts";
import { createShowPicture } from "./pictures/show-picture.ts";
import { createReadiness } from "./readiness.ts";
import { createAuthorize } from "./routes/authorize.ts";
import { createReadBody, roomForAnybody, roomWithKey } from "./routes/read-body.ts";
import { openPostgresStorage, openSqliteStorage, type Storage } from "./storage.ts";
import { createAcceptWarmup } from "./warmups/accept-warmup.ts";
import { createWarmupWorker } from "./warmups/work.ts";

export type Deps = Awaited<ReturnType<typeof createDeps>>;

/**
 * Builds everything in the order in which it is needed.
 * @param witness for tests: by default it is the file in the data folder
 * @param crash for tests
 */
export async function createDeps(config: Config, clock: Clock, witness?: Witness, crash?: FailPoints) {
  const report = reportTo(console.error, config);
  const { database } = config;
  const storage =
    database === null
      ? await openSqliteStorage(config, clock, witness)
      : await openPostgresStorage({ ...config, database }, clock, report);
  const { log, membership, keys, erasures } = storage;
  const tokens = holdTokens(config);
  const { jobDeadlineMs: deadlineMs } = config;
  const metrics = createMetrics({
    openJobs: () => settler.openJobs,
    connectedNodes: () => hub.connections,
    logHead: log.head,
    logRows: log.size,
    fronts: () => fronts.health(),
  });
  const onEnd = metrics.countEnded;
  const onProgress = () => void settler.settle();
  const fronts = openJobFronts(config, { ...storage, clock, onProgress, report });
  const onAck = () => void settler.progressed();
  const hub = createHub({ log, membership, onProgress: onAck, onErased: erasures.add, report });
  const askNodes = createAskNodes({ membership, hub, relay: storage.relay, report });
  const { rewarmMs: withinMs } = config;
  const rowsOf = rowsIn(log);
  const rewarms = createRewarms({
    ...{ clock, askNodes, withinMs, rowsOf, sleep: Bun.sleep, onProgress, report },
  });
  const settler = createSettler({
    ...{ clock, jobs: log, membership, fronts, rewarms, deadlineMs, erasures, onEnd, report },
  });
  log.watch(watcherFor(hub, onAck));
  const rateLimit = createRateLimit(clock, config.patternsPerMinute);
  const onAccept = metrics.countAccepted;
  const accept = createAccept({ clock, log, hub, settler, rateLimit, onAccept, onCommit: crash?.onCommit });
  await settler.takeOver();
  await fronts.takeOver();
  const reception = createReception(storage, { clock, fronts, report });
  const warming = createWarming(storage, { clock, askNodes, rateLimit, report, ...reception });
  return {
    createdKey: storage.createdKey,
    nodeKey: config.nodeKey,
    jobs: log,
    hub,
    membership,
    settler,
    fronts,
    metrics,
    rateLimit,
    readBody: createReadBody(roomWithKey),
    readAnonymousBody: createReadBody(roomForAnybody),
    compact: createCompactor(log, config.logRows, crash?.onCompaction),
    clock,
    hookSecret: config.hookSecret,
    defaultToken: tokens.default,
    fetch: fetchForHook,
    accept,
    dryRun: createDryRun({ askNodes, rateLimit }),
    acceptOnce: createAcceptOnce({ clock, log, accept }),
    restart: createRestart({ clock, log, hub, settler, rateLimit }),
    authorize: createAuthorize(keys, tokens),
    showPicture: createShowPicture({ serverUrl: pictureServer(config), fetch }),
    trustedProxies: config.trustedProxies,
    audit: storage.audit,
    usage: storage.usage,
    ...reception,
    ...warming,
    replaceSettings: tokens.replace,
    report,
    async close() {
      await reception.refusals.flush();
      await storage.close();
    },
  };
}

/** What other processes did. */
function watcherFor({ push, advance }: Hub, onAck: () => void): LogWatcher {
  return {
    onRows: push,
    onNews() {
      advance();
      onAck();
    },
  };
}

/** The log: what is written there opens nothing. */
function reportTo(write: (text: string) => void, config: Config): (error: unknown) => void {
  const { clientKey, nodeKey, databasePassword, hookSecret } = config;
  const redact = createRedact([clientKey, nodeKey, databasePassword, hookSecret]);
  return (error) => write(redact(Bun.inspect(error)));
}

/** What everybody is met by who asks for something. */
function createReception(
  { audit, probe, membership: { isSettled } }: Storage,
  deps: { clock: Clock; fronts: Fronts; report(error: unknown): void },
) {
  const { clock, fronts, report } = deps;
  const stopping = new AbortController();
  const isStopping = () => stopping.signal.aborted;
  return {
    refusals: createRefusals({ clock, store: audit, report }),
    readiness: createReadiness({ clock, probe, isSettled, fronts: fronts.health, isStopping }),
    /** Aborted when the service was told to stop: whoever waits for an answer gets it now. */
    stopping,
  };
}

function createWarming(
  { warmups }: Pick<Storage, "warmups">,
  deps: {
    clock: Clock;
    askNodes: AskNodes;
    rateLimit: RateLimit;
    stopping: AbortController;
    report(error: unknown): void;
  },
) {
  const isStopping = () => deps.stopping.signal.aborted;
  const work = createWarmupWorker({ ...deps, store: warmups, isStopping, sleep: Bun.sleep });
  return {
    warmups,
    /** Goes on with warm-ups that are not done; to be called now and then. */
    workOnWarmups: work,
    acceptWarmup: createAcceptWarmup({ ...deps, store: warmups, work }),
  };
}

/** By default the image server of this machine, if its port is known. */
function pictureServer({ serverUrl, serverPort }: Config): string | null {
  return serverUrl ?? (serverPort === 0 ? null : `http://127.0.0.1:${serverPort}`);
}

/** Of a job that runs every row is there. */
const rowsIn = (log: Storage["log"]) => (job: Job) => log.read(firstRowOf(job) - 1, job.invalidated.length);

function openJobFronts(
  config: Config,
  deps: Pick<Storage, "log" | "rebounds"> & {
    clock: Clock;
    onProgress(): void;
    report(error: unknown): void;
  },
) {
  if (config.fronts.length === 0) return noFronts;
  const { log, rebounds, clock, onProgress, report } = deps;
  const tours = createTours({
    ...{ clock, sleep: Bun.sleep, hash: hashText, report },
    fronts: openFronts(config.fronts, fetch),
    reboundMs: config.reboundMs,
    deadlineMs: config.frontDeadlineMs,
  });
  const isWaitedFor = config.rebound === "wait";
  return createFronts({
    tours,
    rowsOf: rowsIn(log),
    background: isWaitedFor ? noBackground : createBackground({ ...tours, store: rebounds, report }),
    onProgress,
    report,
  });
}

/** What a notification names is nobody's choice of ours. */
function fetchForHook(url: URL): Promise<Response> {
  const guard = createAddressGuard({ allowed: [], ports: ["443"] });
  return createGuardedFetch(guard)(url, { signal: AbortSignal.timeout(10_000) });
}
