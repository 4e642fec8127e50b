import { type CacheOutcome, FreshetError } from "@freshet/core";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { SharedResult } from "./cache/shared.ts";
import type { FetchTurns } from "./origin/fetch-in-turn.ts";
import type { FetchOriginal } from "./origin/fetch-original.ts";
import type { Counted } from "./processes/messages.ts";
import type { RenderTurns } from "./render/render-turns.ts";

/** What is looked up only when somebody reads the metrics. */
export interface Gauges {
  /** Bytes on the disk, by store; processes that share a folder see the same. */
  readonly bytes: Readonly<Record<string, () => number>>;
  readonly memoryBytes: Readonly<Record<string, () => number>>;
  readonly renders: RenderTurns;
  readonly fetches: FetchTurns;
  readonly resting: { readonly count: number };
  readonly door: { readonly pending: number; readonly refused: number };
  /** `null` for a server that stands alone. */
  readonly purgeLog: { position(): number; isLeaseValid(): boolean } | null;
}

/** Everything that is counted. On the way of a hit lie two increments, and nothing else. */
export interface Metrics {
  countResponse(status: number): void;
  countOutcome(outcome: CacheOutcome): void;
  timeRender<T>(work: () => Promise<T>): Promise<T>;
  countFetches(fetchOriginal: FetchOriginal): FetchOriginal;
  /** Counts a process that ended over a job, by the reason. */
  countLostChild(reason: string): void;
  /** Counts what came of something that was asked of the shared storage. */
  countShared(result: SharedResult): void;
  /** Counts a look of the auditor at one pointer. */
  countAudit(isViolation: boolean): void;
  /** Remembers whether the last reading of the settings worked: true from the start on, since it did then. */
  setReload(worked: boolean): void;
  /** In the text format of Prometheus. */
  text(): Promise<string>;
  /** To be added up with what other processes count. */
  counted(): Promise<Counted>;
}

/** Seconds: a thumbnail takes some 10 ms, an AVIF of many megapixels ten seconds. */
const renderBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics(gauges: Gauges): Metrics {
  // Not the library's global registry: each server counts for itself, also where a test runs several.
  const registry = new Registry();
  const registers = [registry];
  const countStatus = tally(registry, {
    name: "freshet_responses_total",
    help: "Answers to requests for pictures, by class of status.",
    label: "status",
  });
  const countOutcome = tally(registry, {
    name: "freshet_cache_outcomes_total",
    help: "Pictures and 304s that were answered, by where they came from.",
    label: "outcome",
  });
  const renders = new Counter({
    name: "freshet_renders_total",
    help: "Pictures that were made, by result: ok, or the code of the error.",
    labelNames: ["result"] as const,
    registers,
  });
  const renderSeconds = new Histogram({
    name: "freshet_render_seconds",
    help: "Time that making a picture took, without waiting for its turn.",
    buckets: renderBuckets,
    registers,
  });
  const lostChildren = new Counter({
    name: "freshet_render_children_lost_total",
    help: "Processes that ended over a picture and were replaced: crashed, late, memory, or killed from outside.",
    labelNames: ["reason"] as const,
    registers,
  });
  const fetches = new Counter({
    name: "freshet_origin_fetches_total",
    help: "Originals that were asked for, by result: the origin's status, or the code of the error.",
    labelNames: ["result"] as const,
    registers,
  });
  const reloaded = new Gauge({
    name: "freshet_settings_last_reload_successful",
    help: "1 if the settings could be used when they were last read, 0 if older ones are still in force.",
    aggregator: "min",
    registers,
  });
  reloaded.set(1);
  registerGauges(gauges, registry);

  return {
    countResponse: (status) => countStatus(classes[Math.floor(status / 100)] as string),
    countOutcome: (outcome) => countOutcome(labelOf(outcome)),
    async timeRender(work) {
      const stop = renderSeconds.startTimer();
      const made = await counted(work, renders);
      stop();
      return made;
    },
    countFetches:
      (fetchOriginal) =>
      (...asked) =>
        counted(
          () => fetchOriginal(...asked),
          fetches,
          ({ status }) => String(status),
        ),
    countLostChild: (reason) => lostChildren.inc({ reason }),
    countShared: sharedCounter(registry),
    countAudit: auditCounter(registry),
    setReload: (worked) => reloaded.set(Number(worked)),
    text: () => registry.metrics(),
    counted: async () => (await registry.getMetricsAsJSON()) as Counted,
  };
}

const classes = ["0xx", "1xx", "2xx", "3xx", "4xx", "5xx"];

/** Counts by the values of one label, for what lies on the way of each hit: the library hashes labels each time. */
function tally(
  registry: Registry,
  { name, help, label }: { name: string; help: string; label: string },
): (value: string) => void {
  const counts: Record<string, number> = {};
  new Counter({
    ...{ name, help, labelNames: [label], registers: [registry] },
    collect() {
      this.reset();
      for (const [value, count] of Object.entries(counts)) this.inc({ [label]: value }, count);
    },
  });
  return (value) => {
    counts[value] = (counts[value] ?? 0) + 1;
  };
}

function sharedCounter(registry: Registry): Metrics["countShared"] {
  const results = new Counter({
    name: "freshet_shared_total",
    help: "Pictures that were looked for in the shared storage, written to it or removed from it, by what came of it.",
    labelNames: ["result"] as const,
    registers: [registry],
  });
  return (result) => results.inc({ result });
}

function auditCounter(registry: Registry): Metrics["countAudit"] {
  const registers = [registry];
  const audits = new Counter({
    name: "purge_audits_total",
    help: "Pointers that were checked against a purge that this server has applied.",
    registers,
  });
  const violations = new Counter({
    name: "purge_invariant_violations_total",
    help: "Audits that found old bytes which would be answered as fresh, or were not erased: a bug of ours.",
    registers,
  });
  return (isViolation) => {
    audits.inc();
    if (isViolation) violations.inc();
  };
}

/** Counts how work ended: by its result, or by the code of its error. */
async function counted<T>(
  work: () => Promise<T>,
  counter: Counter<"result">,
  resultOf: (value: T) => string = () => "ok",
): Promise<T> {
  try {
    const value = await work();
    counter.inc({ result: resultOf(value) });
    return value;
  } catch (error) {
    counter.inc({ result: error instanceof FreshetError ? error.code : "internal" });
    throw error;
  }
}

function labelOf(outcome: CacheOutcome): string {
  switch (outcome.kind) {
    case "hit":
      return outcome.detail;
    case "rendered":
    case "substituted":
      return outcome.kind;
    case "fetched":
      return outcome.reason;
  }
}

function registerGauges(
  { bytes, memoryBytes, renders, fetches, resting, door, purgeLog }: Gauges,
  registry: Registry,
): void {
  const registers = [registry];
  // How values of several processes become one: `sum`, or the `max` of what all of them see alike.
  const gauge = (name: string, help: string, read: () => number, aggregator: "sum" | "min" = "sum") =>
    new Gauge({
      ...{ name, help, registers, aggregator },
      collect() {
        this.set(read());
      },
    });
  const perStore = (name: string, help: string, all: Gauges["bytes"], aggregator: "sum" | "max") =>
    new Gauge({
      ...{ name, help, registers, aggregator },
      labelNames: ["store"] as const,
      collect() {
        for (const [store, read] of Object.entries(all)) this.set({ store }, read());
      },
    });
  gauge("freshet_renders_running", "Pictures that are being made.", () => renders.running);
  gauge(
    "freshet_renders_waiting",
    "Pictures that wait for their turn to be made, and somebody for them.",
    () => renders.waiting("now") + renders.waiting("avif"),
  );
  gauge("freshet_fetches_running", "Originals that are being fetched.", () => fetches.running);
  gauge("freshet_fetches_waiting", "Fetches that wait for their turn.", () => fetches.waiting("fetch"));
  gauge("freshet_origins_resting", "Origins that failed and are let alone for a while.", () => resting.count);
  gauge("freshet_requests_pending", "Requests that are not answered to their last byte.", () => door.pending);
  new Counter({
    name: "freshet_requests_refused_total",
    help: "Requests that were turned away since too many were being answered, or memory was full.",
    registers,
    collect() {
      this.reset();
      this.inc(door.refused);
    },
  });
  perStore("freshet_store_bytes", "Bytes on the disk, by store.", bytes, "max");
  perStore("freshet_store_memory_bytes", "Bytes in memory, by store.", memoryBytes, "sum");
  gauge("process_resident_memory_bytes", "Memory of the process.", () => process.memoryUsage.rss());
  if (!purgeLog) return;
  gauge("freshet_purge_log_position", "Rows of the purge log that were applied.", purgeLog.position, "min");
  const lease = "1 while the server may trust its cache, 0 while it is cut off.";
  gauge("freshet_purge_lease_valid", lease, () => Number(purgeLog.isLeaseValid()), "min");
}
