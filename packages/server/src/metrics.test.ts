import { describe, expect, test } from "bun:test";
import { type CacheOutcome, FreshetError, type OriginRef, plainToken } from "@freshet/core";
import { createMetrics, type Gauges } from "./metrics.ts";
import type { OriginAnswer } from "./origin/source.ts";

const still = { run: async <T>(_wish: unknown, work: () => Promise<T>) => work(), hurry() {}, advance() {} };
const idle: Gauges = {
  ...{ bytes: {}, memoryBytes: {}, resting: { count: 0 }, door: { pending: 0, refused: 0 }, purgeLog: null },
  renders: { ...still, running: 0, waiting: () => 0 },
  fetches: { ...still, running: 0, waiting: () => 0 },
};
const origin: OriginRef = { key: "t|//h/a", pathKey: "t|//h/a", urls: ["http://h/a"] };

/** Samples of one metric: what stands between its name and its value → the value. */
async function samplesOf(
  metrics: { text(): Promise<string> },
  name: string,
): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const line of (await metrics.text()).split("\n")) {
    const match = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (match?.[1] === name) found[match[2] ?? ""] = Number(match[3]);
  }
  return found;
}

describe("metrics", () => {
  test("count answers by class of status", async () => {
    const metrics = createMetrics(idle);
    for (const status of [200, 200, 304, 404, 414, 500, 503]) metrics.countResponse(status);
    expect(await samplesOf(metrics, "freshet_responses_total")).toEqual({
      'status="2xx"': 2,
      'status="3xx"': 1,
      'status="4xx"': 2,
      'status="5xx"': 2,
    });
  });

  test("count where pictures came from", async () => {
    const metrics = createMetrics(idle);
    const outcomes: readonly CacheOutcome[] = [
      { kind: "hit", detail: "memory" },
      { kind: "hit", detail: "memory" },
      { kind: "hit", detail: "disk" },
      { kind: "hit", detail: "not-modified" },
      { kind: "rendered", collapsed: false, stored: true },
      { kind: "fetched", reason: "uri-miss", status: 200, collapsed: false, stored: true },
      { kind: "fetched", reason: "stale", status: 304, collapsed: false, stored: true },
    ];
    for (const outcome of outcomes) metrics.countOutcome(outcome);
    expect(await samplesOf(metrics, "freshet_cache_outcomes_total")).toEqual({
      'outcome="memory"': 2,
      'outcome="disk"': 1,
      'outcome="not-modified"': 1,
      'outcome="rendered"': 1,
      'outcome="uri-miss"': 1,
      'outcome="stale"': 1,
    });
  });

  test("count renders by how they ended, and time those that made a picture", async () => {
    const metrics = createMetrics(idle);
    expect(await metrics.timeRender(async () => "picture")).toBe("picture");
    const broken = metrics.timeRender(() => Promise.reject(new FreshetError("image_broken", "")));
    await expect(broken).rejects.toMatchObject({ code: "image_broken" });
    await expect(metrics.timeRender(() => Promise.reject(new TypeError("a bug")))).rejects.toThrow("a bug");
    expect(await samplesOf(metrics, "freshet_renders_total")).toEqual({
      'result="ok"': 1,
      'result="image_broken"': 1,
      'result="internal"': 1,
    });
    expect(await samplesOf(metrics, "freshet_render_seconds_count")).toEqual({ "": 1 });
    expect((await samplesOf(metrics, "freshet_render_seconds_bucket"))['le="+Inf"']).toBe(1);
  });

  test("count fetches by what the origin said, and pass everything on", async () => {
    const metrics = createMetrics(idle);
    const known = { etag: '"1"', lastModified: null };
    const asked = { origin, settings: plainToken("t"), delivery: { kind: "image" } } as const;
    const answers: (OriginAnswer | FreshetError)[] = [
      { kind: "not-modified", status: 304 },
      { kind: "body", status: 200, bytes: new Uint8Array(0), validators: known },
      new FreshetError("origin_timeout", ""),
    ];
    const fetchOriginal = metrics.countFetches(async (...passedOn) => {
      expect(passedOn).toEqual([asked, known]);
      const answer = answers.shift();
      if (!answer || answer instanceof FreshetError) throw answer;
      return answer;
    });
    expect(await fetchOriginal(asked, known)).toEqual({ kind: "not-modified", status: 304 });
    expect(await fetchOriginal(asked, known)).toMatchObject({ kind: "body" });
    await expect(fetchOriginal(asked, known)).rejects.toMatchObject({
      code: "origin_timeout",
    });
    expect(await samplesOf(metrics, "freshet_origin_fetches_total")).toEqual({
      'result="304"': 1,
      'result="200"': 1,
      'result="origin_timeout"': 1,
    });
  });

  test("look at gauges when they are read", async () => {
    let waiting = 3;
    const metrics = createMetrics({
      bytes: { variants: () => 11, originals: () => 22 },
      memoryBytes: { variants: () => 5 },
      renders: { ...still, running: 2, waiting: (kind) => (kind === "now" ? waiting : 0) },
      fetches: { ...still, running: 5, waiting: () => 6 },
      door: { pending: 8, refused: 9 },
      resting: { count: 1 },
      purgeLog: { position: () => 41, isLeaseValid: () => waiting > 0 },
    });
    expect(await samplesOf(metrics, "freshet_renders_waiting")).toEqual({ "": 3 });
    expect(await samplesOf(metrics, "freshet_renders_running")).toEqual({ "": 2 });
    expect(await samplesOf(metrics, "freshet_fetches_running")).toEqual({ "": 5 });
    expect(await samplesOf(metrics, "freshet_fetches_waiting")).toEqual({ "": 6 });
    expect(await samplesOf(metrics, "freshet_origins_resting")).toEqual({ "": 1 });
    expect(await samplesOf(metrics, "freshet_requests_pending")).toEqual({ "": 8 });
    for (let times = 0; times < 2; times++)
      expect(await samplesOf(metrics, "freshet_requests_refused_total")).toEqual({ "": 9 });
    expect(await samplesOf(metrics, "freshet_store_bytes")).toEqual({
      'store="variants"': 11,
      'store="originals"': 22,
    });
    expect(await samplesOf(metrics, "freshet_store_memory_bytes")).toEqual({ 'store="variants"': 5 });
    expect(await samplesOf(metrics, "freshet_purge_log_position")).toEqual({ "": 41 });
    expect(await samplesOf(metrics, "freshet_purge_lease_valid")).toEqual({ "": 1 });
    waiting = 0;
    expect(await samplesOf(metrics, "freshet_renders_waiting")).toEqual({ "": 0 });
    expect(await samplesOf(metrics, "freshet_purge_lease_valid")).toEqual({ "": 0 });
  });

  test("count audits, and what they found", async () => {
    const metrics = createMetrics(idle);
    for (const isViolation of [false, true, false]) metrics.countAudit(isViolation);
    expect(await samplesOf(metrics, "purge_audits_total")).toEqual({ "": 3 });
    expect(await samplesOf(metrics, "purge_invariant_violations_total")).toEqual({ "": 1 });
  });

  test("of a server that stands alone say nothing of a purge log", async () => {
    expect(await createMetrics(idle).text()).not.toContain("freshet_purge_");
  });

  test("of two servers in one process are kept apart", async () => {
    const [one, other] = [createMetrics(idle), createMetrics(idle)];
    one.countResponse(200);
    expect(await samplesOf(other, "freshet_responses_total")).toEqual({});
  });
});
