/** Being told to stop must not cost anybody their picture, nor their answer. */
import { expect, test } from "bun:test";
import { photos } from "../packages/server/src/origin/sources/photos.ts";
import { dataFolder, keys, startPurge, startServer, until } from "./processes.ts";

test("a server that is told to stop answers what was asked before, and then takes no more", async () => {
  const data = dataFolder();
  const asked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  await using origin = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch() {
      asked.resolve();
      await released.promise;
      return new Response(Bun.file(photos["flat.jpg"] as string));
    },
  });
  const env = { FRESHET_ALLOW_LOCAL_ORIGINS: `127.0.0.1:${origin.port}` };
  const server = await startServer({ dataDir: data.path, env });
  try {
    const running = fetch(`${server.url}/http://127.0.0.1:${origin.port}/flat.jpg?w=100`);
    await asked.promise;
    server.signal("SIGTERM");
    await until(async () => !(await isListening(server.url)), "the server takes no more connections");
    released.resolve();
    const response = await running;
    expect(response.status).toBe(200);
    expect((await response.bytes()).length).toBeGreaterThan(1_000);
    await server.stop();
  } finally {
    released.resolve();
    await server.kill();
    data.remove();
  }
}, 20_000);

test("purge-api that is told to stop ends streams, answers who waits for a job, and goes on with the job when it is back", async () => {
  const data = dataFolder();
  // Nothing is DONE before one lease has passed.
  const env = { FRESHET_LEASE_MS: "60000" };
  const purge = await startPurge({ dataDir: data.path, env });
  const headers = { "x-client-key": keys.client };
  const order = { method: "POST", body: '{"scope":"all"}' };
  try {
    const posted = await fetch(`${purge.url}/invalidate`, { ...order, headers });
    const { uuid } = ((await posted.json()) as { invalidation: { uuid: string } }).invalidation;
    const stream = await fetch(`${purge.url}/invalidate/${uuid}/events`, { headers });
    const waiting = fetch(`${purge.url}/invalidate`, {
      ...order,
      headers: { ...headers, prefer: "wait=50" },
    });
    const jobs = async () =>
      ((await (await fetch(`${purge.url}/invalidate`, { headers })).json()) as Page).invalidations;
    await until(async () => (await jobs()).length === 2, "both are accepted");
    const stopping = purge.stop();
    const answered = await waiting;
    expect([answered.status, ((await answered.json()) as Answer).invalidation.status]).toEqual([
      201,
      "FLUSHINGCLOUDIMAGESERVER",
    ]);
    // It would throw if the stream had been cut off.
    expect(await stream.text()).not.toContain("event: end");
    await stopping;
    const again = await startPurge({ dataDir: data.path, env: { FRESHET_LEASE_MS: "1000" } });
    try {
      const headersOfWait = { ...headers, prefer: "wait=20" };
      const job = await fetch(`${again.url}/invalidate/${uuid}`, { headers: headersOfWait });
      expect(((await job.json()) as Answer).invalidation.status).toBe("DONE");
    } finally {
      await again.stop();
    }
  } finally {
    await purge.kill();
    data.remove();
  }
}, 60_000);

interface Answer {
  readonly invalidation: { readonly status: string };
}

interface Page {
  readonly invalidations: readonly unknown[];
}

async function isListening(url: string): Promise<boolean> {
  try {
    await fetch(`${url}/healthz`, { headers: { connection: "close" } });
    return true;
  } catch {
    return false;
  }
}
