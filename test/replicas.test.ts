/** Two purge-api on one PostgreSQL, each with a server that follows it: what one accepts, all nodes know. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { type PostgresServer, startPostgres } from "../packages/purge-api/src/db/postgres.fixture.ts";
import { createKeeper } from "./keeper.ts";
import { keys, type Running, startPurge, startServer, until } from "./processes.ts";

const { newFolder, keep, end } = createKeeper();
let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
}, 300_000);
afterAll(async () => {
  await end();
  await postgres.close();
});

const headers = { "x-client-key": keys.client };
const leaseMs = 3_000;
const order = JSON.stringify({ scope: "original", urls: ["/sample.li/now.php"] });

interface Job {
  readonly uuid: string;
  readonly status: string;
  readonly nodes: readonly { readonly id: string; readonly state: string }[];
}

async function post(purge: Running): Promise<string> {
  const response = await fetch(`${purge.url}/invalidate`, { method: "POST", headers, body: order });
  expect(response.status).toBe(201);
  return ((await response.json()) as { invalidation: Job }).invalidation.uuid;
}

async function job(purge: Running, uuid: string): Promise<Job> {
  const response = await fetch(`${purge.url}/invalidate/${uuid}`, { headers });
  return ((await response.json()) as { invalidation: Job }).invalidation;
}

const done = (purge: Running, uuid: string) =>
  until(async () => (await job(purge, uuid)).status === "DONE", `${uuid} is DONE`, purge.output);

async function picture(server: Running): Promise<string | null> {
  const response = await fetch(`${server.url}/sample.li/now.php?w=100`);
  await response.arrayBuffer();
  expect(response.status).toBe(200);
  return response.headers.get("etag");
}

async function world() {
  const database = await postgres.newDatabase();
  const replica = () =>
    keep(
      startPurge({
        dataDir: newFolder(),
        env: { FRESHET_DATABASE: database, FRESHET_LEASE_MS: String(leaseMs) },
      }),
    );
  const [a, b] = [await replica(), await replica()];
  const node = (purge: Running) => keep(startServer({ dataDir: newFolder(), purgeUrl: purge.url }));
  return { a, b, replica, nodeOfA: await node(a), nodeOfB: await node(b) };
}

test("what one replica accepts is DONE when the nodes of all have applied it, and both tell", async () => {
  const { a, b, nodeOfA, nodeOfB } = await world();
  for (const accepting of [a, b, a, b]) {
    const before = await Promise.all([nodeOfA, nodeOfB].map(picture));
    const uuid = await post(accepting);
    await done(accepting, uuid);
    const after = await Promise.all([nodeOfA, nodeOfB].map(picture));
    expect(after.filter((tag, at) => tag === before[at])).toEqual([]);
    const { nodes } = await job(accepting, uuid);
    expect(nodes.map(({ state }) => state)).toEqual(["acked", "acked"]);
    await done(accepting === a ? b : a, uuid);
  }
}, 60_000);

test("a node of another replica that does not answer is waited for until its lease has ended", async () => {
  const { a, nodeOfA, nodeOfB } = await world();
  await picture(nodeOfB);
  nodeOfB.signal("SIGSTOP");
  const startMs = performance.now();
  const uuid = await post(a);
  await Bun.sleep(1_000);
  expect((await job(a, uuid)).status).toBe("FLUSHINGCLOUDIMAGESERVER");
  await done(a, uuid);
  // It beat at most a second before it was stopped, and from then it may have trusted its cache for one lease.
  expect(performance.now() - startMs).toBeGreaterThan(leaseMs - 1_000);
  const { nodes } = await job(a, uuid);
  expect(nodes.map(({ state }) => state).sort()).toEqual(["acked", "lapsed"]);
  expect(await picture(nodeOfA)).not.toBeNull();
  nodeOfB.signal("SIGCONT");
  await until(async () => (await fetch(`${nodeOfB.url}/readyz`)).status === 200, "the node is back");
}, 60_000);

test("kill -9 of the replica that accepted a job: another one brings it to DONE, after the nodes of both", async () => {
  const { a, b, nodeOfA, nodeOfB } = await world();
  const old = await picture(nodeOfA);
  nodeOfB.signal("SIGSTOP");
  const uuid = await post(a);
  await a.kill();
  nodeOfB.signal("SIGCONT");
  await done(b, uuid);
  // The dead replica's node has lost its log: from here on it asks the origin each time.
  expect(await picture(nodeOfA)).not.toBe(old);
  const second = await post(b);
  await done(b, second);
  expect(await picture(nodeOfB)).not.toBe(old);
}, 60_000);

test("kill -9 of the database: purges are refused meanwhile, and afterwards all is as it was", async () => {
  const { a, b, nodeOfA, nodeOfB } = await world();
  const uuid = await post(a);
  await done(a, uuid);
  await postgres.kill();
  const refused = await fetch(`${a.url}/invalidate`, { method: "POST", headers, body: order });
  expect(refused.status).toBeGreaterThanOrEqual(500);
  await postgres.start();
  const ready = ({ url }: Running) => fetch(`${url}/readyz`).then(({ status }) => status === 200);
  await until(async () => (await ready(nodeOfA)) && (await ready(nodeOfB)), "both nodes have leases");
  const old = await picture(nodeOfB);
  await until(async () => {
    const response = await fetch(`${b.url}/invalidate`, { method: "POST", headers, body: order });
    const body = (await response.json()) as { invalidation?: Job };
    if (!body.invalidation) return false;
    await done(b, body.invalidation.uuid);
    return true;
  }, "a purge is accepted again");
  expect(await picture(nodeOfB)).not.toBe(old);
  expect((await job(b, uuid)).status).toBe("DONE");
}, 90_000);

test("a dry run at either replica counts the nodes of both", async () => {
  const { a, b, nodeOfA, nodeOfB } = await world();
  await Promise.all([nodeOfA, nodeOfB].map(picture));
  const body = JSON.stringify({ ...JSON.parse(order), dry_run: true });
  for (const { url } of [a, b]) {
    const response = await fetch(`${url}/invalidate`, { method: "POST", headers, body });
    // biome-ignore lint/suspicious/noExplicitAny: every member is compared with what the test expects
    const { dry_run: touched } = (await response.json()) as any;
    expect(touched).toMatchObject({ originals: 2, variants: 2, at_least: false });
    expect(touched.nodes.map((node: { state: string }) => node.state)).toEqual(["answered", "answered"]);
  }
}, 60_000);

test("a warm-up has pictures ready on the nodes of both replicas, and neither is waited for in vain", async () => {
  const { a, b, nodeOfA, nodeOfB } = await world();
  for (const [at, accepting] of [a, b].entries()) {
    const data = Array.from({ length: 20 }, (_, one) => `/sample.li/flat.jpg?w=${20 + one}&q=${50 + at}`);
    const body = JSON.stringify({ data });
    const posted = await fetch(`${accepting.url}/warmup/urls`, { method: "POST", headers, body });
    const { uuid } = (await posted.json()) as { uuid: string };
    const progress = async () => {
      const response = await fetch(`${b.url}/warmup/${uuid}`, { headers });
      return ((await response.json()) as { warmup: { status: string } }).warmup;
    };
    await until(async () => (await progress()).status === "DONE", "the warm-up is done", accepting.output);
    expect(await progress()).toMatchObject({ rendered: 40, failed: 0, failures: [] });
    for (const { url } of [nodeOfA, nodeOfB]) {
      const response = await fetch(url + data[7], { headers: { accept: "image/avif,image/webp,*/*" } });
      await response.bytes();
      expect(response.headers.get("cache-status")).toContain("hit");
    }
  }
}, 60_000);

test("pictures of a node of the other replica are made again before a purge is DONE that wants them, and both tell", async () => {
  const { a, b, nodeOfA, nodeOfB } = await world();
  const ask = async (width: number) => {
    const response = await fetch(`${nodeOfB.url}/sample.li/now.php?w=${width}`);
    await response.bytes();
    return { etag: response.headers.get("etag"), cache: response.headers.get("cache-status") };
  };
  // From the most wanted on.
  const widths = [100, 120, 140];
  const wanted = async () => {
    for (const [at, width] of widths.entries()) for (let times = at; times < 3; times++) await ask(width);
  };
  for (const [accepting, other] of [
    [a, b],
    [b, a],
  ] as const) {
    await wanted();
    const before = await Promise.all(widths.map(ask));
    const body = JSON.stringify({ ...JSON.parse(order), rewarm: 2 });
    const response = await fetch(`${accepting.url}/invalidate`, { method: "POST", headers, body });
    const { uuid } = ((await response.json()) as { invalidation: Job }).invalidation;
    await done(accepting, uuid);
    for (const replica of [accepting, other]) {
      // biome-ignore lint/suspicious/noExplicitAny: every member is compared with what the test expects
      const { rewarm } = (await job(replica, uuid)) as any;
      expect(rewarm).toMatchObject({ asked: 2, state: "done" });
      const made = rewarm.nodes.map((node: Record<string, unknown>) => [node.rendered, node.problem]);
      expect(made.sort()).toEqual([
        [0, null],
        [2, null],
      ]);
    }
    const after = [await ask(100), await ask(120), await ask(140)];
    expect(after.map(({ etag }, at) => etag !== before[at]?.etag)).toEqual([true, true, true]);
    expect(after.map(({ cache }) => cache?.includes("hit"))).toEqual([true, true, false]);
  }
  expect(await picture(nodeOfA)).not.toBeNull();
}, 60_000);
