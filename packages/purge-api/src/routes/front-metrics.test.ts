import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Json, openApp } from "../app.fixture.ts";

/** A front that refuses everything, and one that takes everything. */
const front = (status: number) =>
  Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response(null, { status }) });
const fronts = { good: front(200), bad: front(403) };
let service: Awaited<ReturnType<typeof openApp>>;
beforeAll(async () => {
  const settings = Object.entries(fronts).map(([name, { port }]) => [
    name,
    { kind: "varnish", urls: [`http://127.0.0.1:${port}`] },
  ]);
  service = await openApp({ FRESHET_REBOUND_MS: "0" }, { fronts: Object.fromEntries(settings) });
});
afterAll(async () => {
  for (const server of Object.values(fronts)) await server.stop(true);
  await service.close();
});

test("/metrics counts what each front was asked, and /readyz says which one fails, without being unready", async () => {
  const startS = Date.now() / 1000;
  const order = { method: "POST", headers: { prefer: "wait=20" }, body: '{"scope":"all"}' };
  const { invalidation } = (await (await service.ask("/invalidate", order)).json()) as Json;
  expect(invalidation.status).toBe("ERROR");
  const text = await (await service.ask("/metrics")).text();
  const value = (name: string, of: string) =>
    Number(new RegExp(`^freshet_front_${name}\\{front="${of}"\\} (\\S+)$`, "m").exec(text)?.[1]);
  const counted = (of: string) =>
    ["requests_total", "retries_total", "failures_total", "queue_length"].map((name) => value(name, of));
  expect(counted("good")).toEqual([2, 0, 0, 0]);
  expect(counted("bad")).toEqual([1, 0, 1, 0]);
  expect(value("last_success_timestamp_seconds", "good")).toBeWithin(startS - 1, startS + 60);
  expect(value("last_success_timestamp_seconds", "bad")).toBe(0);
  const { status, body: readiness } = await service.get("/readyz");
  const checks = readiness.checks.filter(({ name }: Json) => name.startsWith("front"));
  expect([status, checks.map(({ name, ok }: Json) => [name, ok])]).toEqual([
    200,
    [
      ["front good", true],
      ["front bad", false],
    ],
  ]);
});
