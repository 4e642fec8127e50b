import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { FrontHealth } from "./fronts/tour.ts";
import type { Job } from "./log/log.ts";

/** What is looked up only when somebody reads the metrics. */
export interface Gauges {
  openJobs(): number;
  connectedNodes(): number;
  logHead(): number;
  logRows(): number;
  fronts(): readonly FrontHealth[];
}

export interface Metrics {
  countAccepted(job: Job): void;
  /** @param job DONE or ERROR */
  countEnded(job: Job): void;
  /** Remembers whether the last reading of the settings worked: true from the start on, since it did then. */
  setReload(worked: boolean): void;
  /** In the text format of Prometheus. */
  text(): Promise<string>;
}

/** Seconds: a round trip takes a millisecond, a server that was cut off six seconds. */
const settleBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 6, 12, 60];

export function createMetrics({ openJobs, connectedNodes, logHead, logRows, fronts }: Gauges): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const accepted = new Counter({
    name: "freshet_jobs_accepted_total",
    help: "Invalidations that were answered 201, by scope.",
    labelNames: ["scope"] as const,
    registers,
  });
  const ended = new Counter({
    name: "freshet_jobs_ended_total",
    help: "Invalidations that ended, by status.",
    labelNames: ["status"] as const,
    registers,
  });
  const settled = new Histogram({
    name: "freshet_job_seconds",
    help: "Time from accepting an invalidation to its end.",
    buckets: settleBuckets,
    registers,
  });
  const reloaded = new Gauge({
    name: "freshet_settings_last_reload_successful",
    help: "1 if the settings could be used when they were last read, 0 if older ones are still in force.",
    registers,
  });
  reloaded.set(1);
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge("freshet_jobs_open", "Invalidations that wait for a server.", openJobs);
  gauge("freshet_nodes_connected", "Image servers that follow the log now.", connectedNodes);
  gauge("freshet_purge_log_head", "Number of the newest row of the purge log.", logHead);
  gauge("freshet_purge_log_rows", "Rows that the purge log keeps.", logRows);
  gauge("process_resident_memory_bytes", "Memory of the process.", () => process.memoryUsage.rss());
  registerFronts(fronts, registry);

  return {
    countAccepted: ({ scope }) => accepted.inc({ scope }),
    countEnded({ status, addedAt, doneAt }) {
      ended.inc({ status });
      if (doneAt !== null) settled.observe((doneAt - addedAt) / 1e6);
    },
    setReload: (worked) => reloaded.set(Number(worked)),
    text: () => registry.metrics(),
  };
}

/** Counted by the queues of the fronts themselves. */
function registerFronts(fronts: Gauges["fronts"], registry: Registry): void {
  type Read = (front: FrontHealth) => number;
  const series = (kind: typeof Counter | typeof Gauge, name: string, help: string, read: Read) =>
    new kind({
      ...{ name, help, labelNames: ["front"] as const, registers: [registry] },
      collect() {
        this.reset();
        for (const front of fronts()) this.inc({ front: front.front }, read(front));
      },
    });
  series(
    Counter,
    "freshet_front_requests_total",
    "Calls of a front's purge interface.",
    ({ requests }) => requests,
  );
  series(
    Counter,
    "freshet_front_retries_total",
    "Those that carried something again that had failed.",
    ({ retries }) => retries,
  );
  series(Counter, "freshet_front_failures_total", "Those that failed.", ({ failures }) => failures);
  series(
    Gauge,
    "freshet_front_queue_length",
    "Purges that a front has not carried out yet.",
    ({ waiting }) => waiting,
  );
  series(
    Gauge,
    "freshet_front_last_success_timestamp_seconds",
    "When a call worked last, since 1970; 0 if none did.",
    ({ lastSuccessAt }) => (lastSuccessAt ?? 0) / 1000,
  );
}
