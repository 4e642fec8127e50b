import { afterAll, expect, test } from "bun:test";
import { openApp } from "../app.fixture.ts";

const service = await openApp();
afterAll(() => service.close());

async function metric(name: string): Promise<number | undefined> {
  const lines = (await (await service.ask("/metrics")).text()).split("\n");
  const line = lines.find((candidate) => candidate.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.split(" ")[1]);
}

test("/metrics counts invalidations from their 201 to their end", async () => {
  await service.invalidate({ scope: "all" });
  await service.invalidate({ scope: "original", urls: ["/h.io/a", "/h.io/b"] });
  await service.invalidate({ scope: "nonsense" });
  await service.deps.settler.settle();
  expect(await metric('freshet_jobs_accepted_total{scope="all"}')).toBe(1);
  expect(await metric('freshet_jobs_accepted_total{scope="original"}')).toBe(1);
  expect(await metric('freshet_jobs_ended_total{status="DONE"}')).toBe(2);
  expect(await metric("freshet_job_seconds_count")).toBe(2);
  expect(await metric("freshet_jobs_open")).toBe(0);
  expect(await metric("freshet_purge_log_head")).toBe(3);
});

test("/metrics needs a key", async () => {
  const response = await service.app.handle(new Request("http://localhost/metrics"));
  expect(response.status).toBe(401);
});
