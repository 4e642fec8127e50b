import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { type Answer, type Clock, createRedact, type Question } from "@freshet/core";
import { createAddressGuard } from "@freshet/outbound/address-guard";
import { createGuardedFetch } from "@freshet/outbound/guarded-fetch";
import { type Cache, openCache, readyBytes } from "./cache/open-cache.ts";
import { createSingleFlight } from "./cache/single-flight.ts";
import type { Entry } from "./cache/store.ts";
import type { ChildPoolOptions } from "./children/child-pool.ts";
import { type Children, createChildren } from "./children/children.ts";
import type { JobError } from "./children/job-error.ts";
import type { Config } from "./config.ts";
import { dataFiles } from "./data-files.ts";
import { createDemand, type Demand } from "./demand/demand.ts";
import { createDoor } from "./door.ts";
import { hashText } from "./hash.ts";
import { serverLimits } from "./limits.ts";
import { holdSettings } from "./live-settings.ts";
import { createMemoryGuard, type MemoryGuard } from "./memory-guard.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { nodeName } from "./node-name.ts";
import { fetchInTurn } from "./origin/fetch-in-turn.ts";
import { createFetchOriginal } from "./origin/fetch-original.ts";
import { createJudge } from "./origin/judge.ts";
import { loopNameOf } from "./origin/loops.ts";
import { openPointerTable, type PointerTable } from "./origin/pointer-table.ts";
import { createResolve } from "./origin/resolve.ts";
import { createRestingOrigins } from "./origin/resting-origins.ts";
import type { Source } from "./origin/source.ts";
import { createHttpSource } from "./origin/sources/http.ts";
import { createSampleSource } from "./origin/sources/sample.ts";
import { createStorageSource } from "./origin/sources/storage.ts";
import { type ProcessSeat, takeSeat } from "./process-seat.ts";
import { createAnswer } from "./purge/answer.ts";
import { type Auditor, createAuditor } from "./purge/auditor.ts";
import { openEraseRecord } from "./purge/erase-record.ts";
import { createEraser, type EraserDeps } from "./purge/eraser.ts";
import { createFollower, type Follower } from "./purge/follower.ts";
import { isLeftBehind } from "./purge/left-behind.ts";
import { standalone } from "./purge/position.ts";
import { createRewarm } from "./purge/rewarm.ts";
import { createTouched } from "./purge/touched.ts";
import { createWarmAll } from "./purge/warm-all.ts";
import { createReadiness } from "./readiness.ts";
import { createMakeVariant } from "./render/make-variant.ts";
import { createRenderTurns } from "./render/render-turns.ts";
import { createSpareRetries } from "./render/spare-retries.ts";
import { createWarm } from "./render/warm.ts";
import { reportRarely } from "./report-rarely.ts";
import type { ImageDeps } from "./routes/image.ts";
import { createNameVariant } from "./routes/name-variant.ts";
import { createReadyAnswers } from "./routes/ready-answers.ts";
import { createTurns } from "./turns/turns.ts";
import { createUsage } from "./usage/usage.ts";

export type Deps = Awaited<ReturnType<typeof createDeps>>;

/**
 * Builds everything in the order in which it is needed.
 * @param report what is for the operator to know, and for no client
 */
export async function createDeps(
  config: Config,
  clock: Clock,
  report: (error: unknown) => void = reportTo(console.error, config),
) {
  const seat = takeSeat(config.dataDir);
  const reportDisk = reportRarely(report, clock.monotonicMs);
  const children = openChildren(config, report, {
    find: (content) => originals.fileOf(content),
    countLost: (reason) => metrics.countLostChild(reason),
  });
  const memory = openMemory(config, clock, children);
  const door = createDoor(config.requests, memory);
  const cache = await openCache(config, {
    ...{ clock, report: reportDisk },
    isTrusted: () => (follower ?? standalone).trust() === "trusted",
    countShared: (result) => metrics.countShared(result),
    removed: () => ready.clear(),
    admit: door.read,
  });
  const { originals, variants, lineage } = cache;
  const table = openPointers(config, reportDisk);
  const [usage, boot] = [createUsage(clock.wallMs), randomUUID()];
  const countAudit = (isViolation: boolean) => metrics.countAudit(isViolation);
  const ears = { countAudit, answer: (question: Question) => answer(question), report: reportDisk };
  const following =
    config.purgeUrl === null
      ? null
      : follow(config, clock, seat, { ...cache, table, boot, ...ears, forgetPixels: children.forget });
  const follower = following?.follower ?? null;
  const position = follower ?? standalone;
  const settings = openSettings(config, clock, memory, report);
  const turns = openTurns(config, clock, memory);
  const metrics = createMetrics({
    ...cache,
    renders: turns.renderTurns,
    ...{ fetches: turns.fetchTurns, resting: turns.resting, door },
    purgeLog: follower && purgeLogOf(follower),
  });
  const fetchOriginal = openOrigins(config, clock, { children, memory }, () => settings.current().storage);
  const resolve = createResolve({
    ...{ clock, position, table, originals, lineage },
    ...fetchInTurn(usage.countFetches(metrics.countFetches(fetchOriginal)), turns),
    wait: Bun.sleep,
    staleIfErrorSeconds: config.staleIfErrorSeconds,
    inspect: children.inspect,
    get refreshSeconds() {
      return settings.current().refreshSeconds;
    },
  });
  const demand = createDemand(clock.monotonicMs);
  const refusers = createRefusers(config, clock);
  const ready = createReadyAnswers({
    ...{ clock, position, table, variants, metrics, usage, demand, ...refusers },
    ...{ settings: settings.current, maxBytes: readyBytes(config) },
  });
  const pictures = {
    ...turns,
    ...{ originals, variants, lineage, resolve, metrics, usage, demand, ready, ...refusers },
    render: children.render,
    stamp: position.stamp,
    flights: createSingleFlight<Entry | null>(),
    settings: settings.current,
    now: clock.monotonicMs,
  };
  const answer = openAnswer(config, { ...cache, table, ...pictures, report });
  return {
    ...pictures,
    replaceSettings: settings.replace,
    follower,
    /** Checks what the purge log did here; to be called each second. */
    audit: following?.audit ?? (async () => {}),
    readiness: createReadiness({ now: clock.monotonicMs, dataDir: config.dataDir, follower }),
    boot,
    children,
    door,
    report,
    check: createCheck({ demand, books: cache.books, table, follower }),
    /** Waits for what is on its way to somewhere. */
    async close() {
      children.close();
      await cache.close();
      table.close();
      seat.leave();
    },
  };
}

function openPointers({ dataDir }: Config, report: (error: unknown) => void): PointerTable {
  return openPointerTable(dataFiles(dataDir).pointers, report, serverLimits.pointersInMemory, () =>
    performance.now(),
  );
}

/** For metrics. */
function purgeLogOf({ stamp, trust }: Follower) {
  return { position: () => stamp().seq, isLeaseValid: () => trust() === "trusted" };
}

/**
 * Looks whether the data folder is still there, and notes how far the log was followed: a process that joins asks the
 * log about that. Lets old requests count less. To be called each second.
 */
function createCheck(deps: {
  demand: Demand;
  books: Cache["books"];
  table: PointerTable;
  follower: Follower | null;
}): () => void {
  const { demand, books, table, follower } = deps;
  return () => {
    demand.fade();
    books.check();
    table.check();
    if (follower && follower.stamp().logId !== "") table.lines.note(follower.stamp());
  };
}

/** The log: what is written there opens nothing. */
function reportTo(write: (text: string) => void, { nodeKey, tokens }: Config): (error: unknown) => void {
  const ofTokens = tokens.all.flatMap(({ security, originHeaders }) => [
    ...("salts" in security ? security.salts : []),
    ...Object.values(originHeaders),
  ]);
  const redact = createRedact([nodeKey, ...ofTokens]);
  return (error) => write(redact(Bun.inspect(error)));
}

function openSettings(config: Config, clock: Clock, incoming: MemoryGuard, report: (error: unknown) => void) {
  return holdSettings(config, (storages) =>
    createStorageSource(storages, {
      timeoutMs: config.originTimeoutMs,
      maxBytes: config.originMaxBytes,
      incoming,
      now: clock.wallMs,
      report,
    }),
  );
}

/** What the purge log may ask this server. */
function openAnswer(
  { dataDir }: Config,
  deps: Pick<Cache, "inventory" | "originals" | "variants"> &
    ImageDeps & { readonly table: PointerTable; report(error: unknown): void },
) {
  const folder = nodeName(join(dataDir, "node-name"));
  const touched = createTouched({ ...deps, folder, tokens: () => deps.settings().tokens });
  const nameVariant = createNameVariant(hashText);
  const warm = createWarm({ ...deps, nameVariant, makeVariant: createMakeVariant(deps) });
  const warmAll = createWarmAll({ ...deps, warm, sleep: Bun.sleep });
  return createAnswer({
    touched,
    warm: ({ urls, accept, ...order }) =>
      warmAll({ ...order, pictures: urls.map((url) => ({ url, accept })), isCutOff: false }),
    rewarm: createRewarm({ ...deps, warmAll }),
    report: deps.report,
  });
}

function openChildren(
  config: Config,
  report: (error: unknown) => void,
  deps: Required<Pick<ChildPoolOptions, "find">> & { countLost(reason: JobError["reason"]): void },
): Children {
  const options = {
    find: deps.find,
    // One more than renders: a header need not wait for a picture.
    size: config.renders + 1,
    jobMs: config.renderTimeoutMs,
    jobBytes: config.renderMemoryBytes,
    keepBytes: config.sharedBytes,
    keptBytes: serverLimits.childKeptBytes + config.sharedBytes,
    idleMs: serverLimits.childIdleMs,
    restBytes: serverLimits.childRestBytes,
  };
  return createChildren(options, (error) => {
    deps.countLost(error.reason);
    report(error);
  });
}

/** What keeps the same from being asked in vain. */
function createRefusers({ dataDir }: Config, clock: Clock) {
  return { spareRetries: createSpareRetries(clock), loopName: loopNameOf(dataDir) };
}

/** What keeps this server from doing more at once than it, or the origins, can bear. */
function openTurns({ originFetches, renders }: Config, clock: Clock, memory: MemoryGuard) {
  const { fetches, waitingFetches, waitMs } = serverLimits;
  const fetchTurns = createTurns<"fetch">({
    running: fetches,
    perOrigin: originFetches,
    kinds: { fetch: { running: fetches, waiting: waitingFetches } },
    ...{ waitMs, what: "originals" },
    // With nothing under way at all it goes on whatever the memory: there is nothing that could give any back.
    hasRoom: (running) => memory.hasRoomToAsk(running) || (running === 0 && renderTurns.running === 0),
  });
  const renderTurns = createRenderTurns(renders, (running) => running === 0 || memory.hasRoom());
  /** To be called some times a second. */
  const lookAtMemory = () => {
    memory.look();
    for (const turns of [renderTurns, fetchTurns]) turns.advance();
  };
  return { fetchTurns, renderTurns, lookAtMemory, resting: createRestingOrigins(clock) };
}

function openMemory({ ceilingBytes }: Config, clock: Clock, children: Children): MemoryGuard {
  return createMemoryGuard({
    ceilingBytes,
    now: clock.monotonicMs,
    ownBytes: () => process.memoryUsage.rss(),
    collect: () => Bun.gc(true),
    children,
  });
}

function openOrigins(
  config: Config,
  clock: Clock,
  { children, memory }: { readonly children: Children; readonly memory: MemoryGuard },
  storage: () => Source,
) {
  const { allowLocalOrigins: allowed, originPorts: ports } = config;
  return createFetchOriginal({
    sample: createSampleSource({ now: () => new Date(clock.wallMs()), draw: children.drawPng }),
    http: createHttpSource({
      guardedFetch: createGuardedFetch(createAddressGuard({ allowed, ports })),
      loopName: loopNameOf(config.dataDir),
      timeoutMs: config.originTimeoutMs,
      maxBytes: config.originMaxBytes,
      incoming: memory,
    }),
    storage: { fetch: (...asked) => storage().fetch(...asked) },
  });
}

interface Followed extends EraserDeps {
  readonly table: PointerTable;
  readonly boot: string;
  readonly countAudit: Metrics["countAudit"];
  answer(question: Question): Promise<Answer>;
  report(error: unknown): void;
}

function follow(
  config: Config,
  clock: Clock,
  seat: ProcessSeat,
  { boot, report, countAudit, answer, ...kept }: Followed,
) {
  const erased = openEraseRecord(seat.file("erased.json"));
  let auditor: Auditor | null = null;
  const follower = createFollower({
    clock,
    node: seat.node,
    boot,
    fence: config.fence,
    softWindowMs: config.softWindowSeconds * 1000,
    erasing: { erase: createEraser(kept), record: erased, report },
    answer,
    lines: kept.table.lines,
    onRows: (...rows) => auditor?.add(...rows),
  });
  const { judge } = createJudge({ clock, position: follower, table: kept.table, refreshSeconds: 0 });
  auditor = createAuditor({
    ...{ table: kept.table, position: follower, judge, count: countAudit },
    isErased: erased.isDone,
    isLeftBehind: (content) => isLeftBehind(kept, content),
  });
  return { follower, audit: auditor.audit };
}
