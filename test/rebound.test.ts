/** A rebound in the background: the job is DONE, and purge-api dies before the fronts were purged once more. */
import { afterAll, expect, test } from "bun:test";
import { createKeeper } from "./keeper.ts";
import { keys, type Running, startPurge, until } from "./processes.ts";

const { newFolder, keep, end } = createKeeper();
afterAll(end);

/** Whether an answer of the front has come back: what is owed is struck out in the same turn. */
async function hasAnswer({ url }: Running): Promise<boolean> {
  const metrics = await (await fetch(`${url}/metrics`, { headers: { "x-client-key": keys.client } })).text();
  return /^freshet_front_last_success_timestamp_seconds\{front="edge"\} [1-9]/m.test(metrics);
}

test("kill -9 after DONE: the next process purges the fronts once more, and once only", async () => {
  const purges: string[] = [];
  await using front = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch({ method, headers }) {
      purges.push(`${method} ${headers.get("freshet-tags")}`);
      return new Response("ok");
    },
  });
  const dataDir = newFolder();
  const config = `${dataDir}/freshet.toml`;
  await Bun.write(config, `[fronts.edge]\nkind = "varnish"\nurls = ["http://127.0.0.1:${front.port}"]\n`);
  const start = (reboundMs: number) => {
    const rebound = { FRESHET_REBOUND: "background", FRESHET_REBOUND_MS: String(reboundMs) };
    return keep(
      startPurge({ dataDir, env: { FRESHET_CONFIG: config, FRESHET_LEASE_MS: "1000", ...rebound } }),
    );
  };
  const first = await start(600_000);
  const headers = { "x-client-key": keys.client, prefer: "wait=20" };
  const answer = await fetch(`${first.url}/invalidate`, { method: "POST", headers, body: '{"scope":"all"}' });
  const { invalidation } = (await answer.json()) as { invalidation: { status: string; uuid: string } };
  expect([invalidation.status, purges]).toEqual(["DONE", ["PURGE t:doc"]]);
  await first.kill();

  const second = await start(100);
  await until(async () => purges.length === 2, "the front is purged once more", second.output);
  await until(() => hasAnswer(second), "the front's answer is back", second.output);
  await second.stop();
  const third = await start(0);
  const job = await fetch(`${third.url}/invalidate/${invalidation.uuid}`, { headers });
  expect(((await job.json()) as { invalidation: { status: string } }).invalidation.status).toBe("DONE");
  await third.stop();
  expect(purges).toEqual(["PURGE t:doc", "PURGE t:doc"]);
}, 60_000);
