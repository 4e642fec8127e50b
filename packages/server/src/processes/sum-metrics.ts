import { AggregatorRegistry, Counter, Gauge, Registry } from "prom-client";
import type { Counted } from "./messages.ts";

/** Adds up what several processes count, also those that are not there any more: a counter never goes back. */
export interface SumMetrics {
  /** A process ended. @param counted what it last said */
  ended(counted: Counted): Promise<void>;
  countRestart(): void;
  /** In the text format of Prometheus. @param counted of each process that runs */
  text(counted: readonly Counted[]): Promise<string>;
}

/** @param running how many processes answer requests now */
export function createSumMetrics(running: () => number): SumMetrics {
  const registry = new Registry();
  const registers = [registry];
  const restarts = new Counter({
    name: "freshet_process_restarts_total",
    help: "Processes that ended by themselves and were started again.",
    registers,
  });
  new Gauge({
    name: "freshet_processes",
    help: "Processes that answer requests.",
    registers,
    collect() {
      this.set(running());
    },
  });
  let past: Counted = [];

  async function sum(all: readonly Counted[]): Promise<Registry> {
    return AggregatorRegistry.aggregate([...all]);
  }

  return {
    async ended(counted) {
      const kept = counted.filter(({ type }) => isCumulative(String(type)));
      past = (await (await sum([past, kept])).getMetricsAsJSON()) as Counted;
    },
    countRestart: () => restarts.inc(),
    async text(counted) {
      const own = (await registry.getMetricsAsJSON()) as Counted;
      return (await sum([...counted, past, own])).metrics();
    },
  };
}

/** What the others show is of now: memory, or what is running. */
function isCumulative(type: string): boolean {
  return type === "counter" || type === "histogram";
}
