import { expect, test } from "bun:test";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Counted } from "./messages.ts";
import { createSumMetrics } from "./sum-metrics.ts";

/** What one process counts. */
async function counted(requests: number, bytes: number): Promise<Counted> {
  const registry = new Registry();
  const registers = [registry];
  new Counter({ name: "requests", help: "r", labelNames: ["status"], registers }).inc(
    { status: "2xx" },
    requests,
  );
  new Histogram({ name: "seconds", help: "s", buckets: [1], registers }).observe(requests);
  new Gauge({ name: "memory", help: "m", registers }).set(bytes);
  new Gauge({ name: "disk", help: "d", aggregator: "max", registers }).set(bytes);
  return (await registry.getMetricsAsJSON()) as Counted;
}

const lines = (text: string) => text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));

test("what all count is added up; what all see alike is not", async () => {
  const metrics = createSumMetrics(() => 2);
  const text = lines(await metrics.text([await counted(2, 10), await counted(3, 30)]));
  expect(text).toEqual(
    expect.arrayContaining([
      'requests{status="2xx"} 5',
      "seconds_sum 5",
      "seconds_count 2",
      "memory 40",
      "disk 30",
    ]),
  );
  expect(text).toContain("freshet_processes 2");
});

test("no counter goes back when a process ends, and its memory is not counted any more", async () => {
  const metrics = createSumMetrics(() => 1);
  await metrics.ended(await counted(2, 10));
  await metrics.ended(await counted(4, 10));
  metrics.countRestart();
  const text = lines(await metrics.text([await counted(1, 7)]));
  expect(text).toEqual(
    expect.arrayContaining([
      'requests{status="2xx"} 7',
      "seconds_sum 7",
      "seconds_count 3",
      "memory 7",
      "disk 7",
    ]),
  );
  expect(text).toContain("freshet_process_restarts_total 1");
});

test("of a process that ended before it counted anything nothing is added", async () => {
  const metrics = createSumMetrics(() => 0);
  await metrics.ended([]);
  expect(lines(await metrics.text([]))).toContain("freshet_processes 0");
});
