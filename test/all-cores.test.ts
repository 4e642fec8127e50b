/** One port and several processes behind it: what happens to one is no matter of the others'. */
import { afterAll, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { invalidate } from "./invalidate.ts";
import { type Client, openClient } from "./keep-alive-client.ts";
import { createKeeper } from "./keeper.ts";
import { keys, type Running, startPurge, startServer, until } from "./processes.ts";

const { newFolder, keep, end } = createKeeper();
afterAll(end);

const picture = "/sample.li/flat.jpg?w=60";
const two = { FRESHET_PROCESSES: "2" };
const start = (env: Record<string, string> = {}, purgeUrl?: string) =>
  keep(startServer({ dataDir: newFolder(), env: { ...two, ...env }, ...(purgeUrl && { purgeUrl }) }));

/** Of the processes that answer requests. */
function childrenOf({ pid }: Running): number[] {
  const all = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  return all.filter((child) => isAlive(Number(child))).map(Number);
}

const isAlive = (pid: number) => existsSync(`/proc/${pid}/fd`) && readdirSync(`/proc/${pid}/fd`).length > 0;

/** Ports of the clients that are connected to a process. */
function clientPortsOf(pid: number): Set<number> {
  const inodes = new Set<string>();
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const inode = /socket:\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      if (inode) inodes.add(inode);
    } catch {
      // Closed meanwhile.
    }
  }
  const lines = readFileSync("/proc/net/tcp", "utf8").split("\n").slice(1);
  const fields = lines.map((line) => line.trim().split(/\s+/)).filter((line) => inodes.has(line[9] ?? ""));
  return new Set(fields.map((line) => Number.parseInt((line[2] as string).split(":")[1] as string, 16)));
}

async function metric(server: Running, name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^${name.replace(/[{}"]/g, "\\$&")} (\\S+)$`, "m").exec(text)?.[1] ?? 0);
}

const portOf = (server: Running) => Number(new URL(server.url).port);

/** Clients that each keep a connection and ask again and again. */
function startLoad(server: Running, count: number) {
  const state = { isOver: false, answered: 0 };
  const lost: { port: number; isFresh: boolean }[] = [];
  const refused: unknown[] = [];
  const ports = new Set<number>();
  const work = Array.from({ length: count }, async () => {
    let client: Client | null = null;
    while (!state.isOver) {
      try {
        client ??= await openClient(portOf(server));
      } catch (error) {
        refused.push(error);
        return;
      }
      ports.add(client.port);
      const answer = await client.ask(picture);
      if (answer === null) lost.push({ port: client.port, isFresh: client.answers === 0 });
      else state.answered++;
      if (answer === null || answer.isLast) client = null;
    }
    client?.close();
  });
  return {
    state,
    lost,
    refused,
    ports,
    async end() {
      state.isOver = true;
      await Promise.all(work);
    },
  };
}

test("kill -9 of one under load costs only the requests on its connections, and it comes back", async () => {
  const server = await start();
  await fetch(server.url + picture);
  const load = startLoad(server, 24);
  await until(async () => load.ports.size === 24 && load.state.answered > 500, "there is load");
  const [victim, other] = childrenOf(server) as [number, number];
  const ofOther = clientPortsOf(other);
  const before = await metric(server, 'freshet_responses_total{status="2xx"}');
  const atKill = load.state.answered;
  process.kill(victim, "SIGKILL");
  await until(async () => load.state.answered > atKill + 500, "the other goes on");
  await until(async () => childrenOf(server).length === 2, "there are two again");
  expect(childrenOf(server)).toContain(other);
  expect(childrenOf(server)).not.toContain(victim);
  await until(async () => (await metric(server, "freshet_processes")) === 2, "both answer");
  const [fresh] = childrenOf(server).filter((pid) => pid !== other) as [number];
  // New connections are shared out anew; those that are kept stay where they are.
  await until(async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => openClient(portOf(server))));
    for (const client of clients) await client.ask(picture);
    const ports = clientPortsOf(fresh);
    const isThere = clients.some(({ port }) => ports.has(port));
    for (const client of clients) client.close();
    return isThere;
  }, "it answers requests");
  await load.end();
  expect(load.refused).toEqual([]);
  // Who is cut off comes again at once, and may still reach the dying one: its port is the last that it lets go of.
  expect(load.lost.filter(({ port }) => ofOther.has(port))).toEqual([]);
  expect(ofOther.size).toBeGreaterThan(0);
  expect(await metric(server, "freshet_process_restarts_total")).toBe(1);
  // What the dead one had counted is not lost: no counter goes back.
  expect(await metric(server, 'freshet_responses_total{status="2xx"}')).toBeGreaterThanOrEqual(before);
  expect(server.output()).toContain("ended (SIGKILL) and is started again in 100 ms");
  await server.stop();
}, 60_000);

test("one that dies again and again is started after longer pauses, while the other answers", async () => {
  const server = await start();
  const [steady] = childrenOf(server) as [number];
  for (const pauseMs of [100, 200, 400]) {
    const [victim] = childrenOf(server).filter((pid) => pid !== steady) as [number];
    process.kill(victim, "SIGKILL");
    await until(async () => server.output().includes(`again in ${pauseMs} ms`), `it waits ${pauseMs} ms`);
    expect((await fetch(server.url + picture)).status).toBe(200);
    await until(async () => childrenOf(server).length === 2, "there are two again");
  }
  await server.stop();
}, 60_000);

test("one that hangs is ended and started again, and keeps nobody from reading the metrics meanwhile", async () => {
  const server = await start();
  const [stuck, other] = childrenOf(server) as [number, number];
  process.kill(stuck, "SIGSTOP");
  // The kernel goes on to give it connections; one that the other has is used again and again.
  const clients = await Promise.all(Array.from({ length: 12 }, () => openClient(portOf(server))));
  const ofOther = () => clients.find(({ port }) => clientPortsOf(other).has(port));
  await until(async () => ofOther() !== undefined, "the other has some of the connections");
  const client = ofOther() as Client;
  expect((await client.ask(picture))?.head).toContain(" 200 ");
  expect((await client.ask("/metrics"))?.head).toContain(" 200 ");
  await until(
    async () => childrenOf(server).length === 2 && !isAlive(stuck),
    "it was replaced",
    server.output,
    40_000,
  );
  expect(server.output()).toContain("has said nothing for 15 s");
  expect(childrenOf(server)).toContain(other);
  for (const one of clients) one.close();
  await server.stop();
}, 60_000);

test("SIGTERM under load: no request is lost on a connection that was in use, and all processes end", async () => {
  const server = await start();
  await fetch(server.url + picture);
  const all = childrenOf(server);
  const load = startLoad(server, 24);
  await until(async () => load.state.answered > 500, "there is load");
  await server.stop();
  expect(all.filter(isAlive)).toEqual([]);
  await load.end();
  expect(load.lost.filter(({ isFresh }) => !isFresh)).toEqual([]);
  await expect(fetch(server.url + picture)).rejects.toThrow();
}, 60_000);

test("kill -9 of the one that started them takes all along", async () => {
  const server = await start();
  const all = childrenOf(server);
  expect(all).toHaveLength(2);
  await server.kill();
  await until(async () => !all.some(isAlive), "all have ended");
}, 60_000);

test("SIGHUP reaches all of them", async () => {
  const folder = newFolder();
  const file = join(folder, "freshet.toml");
  await Bun.write(file, "");
  const server = await start({ FRESHET_CONFIG: file });
  await Bun.write(file, "[server]\nbrowser_seconds = 7\n");
  server.signal("SIGHUP");
  const times = () => server.output().split("were read again").length - 1;
  await until(async () => times() === 2, "both have read them");
  for (let at = 0; at < 10; at++) {
    const client = await openClient(portOf(server));
    expect((await client.ask(picture))?.head).toContain("max-age=7,");
    client.close();
  }
  await Bun.write(file, "nonsense = [\n");
  server.signal("SIGHUP");
  await until(
    async () => (await metric(server, "freshet_settings_last_reload_successful")) === 0,
    "it failed",
  );
  await server.stop();
}, 60_000);

test("each is a node of its own: a purge is DONE when both have it, and neither answers old bytes", async () => {
  const purge = await keep(startPurge({ dataDir: newFolder() }));
  const server = await start({}, purge.url);
  const nodes = async () => {
    const response = await fetch(`${purge.url}/nodes`, { headers: { authorization: `Bearer ${keys.node}` } });
    const { nodes } = (await response.json()) as { nodes: { id: string }[] };
    return new Set(nodes.map(({ id }) => id));
  };
  await until(async () => (await nodes()).size === 2, "both are there");
  const ask = async () => {
    const client = await openClient(portOf(server));
    const head = (await client.ask("/sample.li/now.php?width=100"))?.head ?? "";
    client.close();
    return /etag: (\S+)/i.exec(head)?.[1];
  };
  for (let round = 0; round < 5; round++) {
    // What one of them has fetched the other has, too.
    const first = await ask();
    expect(new Set(await Promise.all(Array.from({ length: 10 }, ask)))).toEqual(new Set([first]));
    await invalidate(purge, { scope: "original", urls: ["/sample.li/now.php"] });
    for (const etag of await Promise.all(Array.from({ length: 10 }, ask))) expect(etag).not.toBe(first);
    // Each may have fetched one just now. They agree within seconds; another purge is sooner.
    await invalidate(purge, { scope: "original", urls: ["/sample.li/now.php"] });
  }
  // A process that comes back has its name back.
  const [victim] = childrenOf(server) as [number];
  process.kill(victim, "SIGKILL");
  await until(async () => childrenOf(server).length === 2 && !isAlive(victim), "there are two again");
  await until(async () => (await fetch(`${server.url}/readyz`)).status === 200, "all are ready");
  await invalidate(purge, { scope: "original", urls: ["/sample.li/now.php"] });
  expect((await nodes()).size).toBe(2);
  await server.stop();
}, 60_000);

test("one picture that is asked for everywhere at once is made once by each of them at most", async () => {
  const server = await start();
  const clients = await Promise.all(Array.from({ length: 20 }, () => openClient(portOf(server))));
  await fetch(`${server.url}/sample.li/boat.jpg?w=40`);
  const before = await metric(server, 'freshet_renders_total{result="ok"}');
  await Promise.all(clients.map((client) => client.ask("/sample.li/boat.jpg?w=301")));
  const made = (await metric(server, 'freshet_renders_total{result="ok"}')) - before;
  expect(made).toBeGreaterThanOrEqual(1);
  expect(made).toBeLessThanOrEqual(2);
  for (const client of clients) client.close();
  await server.stop();
}, 60_000);

test("a port that somebody else has is said, and nothing is left running", async () => {
  await using taken = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    reusePort: true,
    fetch: () => new Response(),
  });
  const failing = startServer({
    dataDir: newFolder(),
    env: { ...two, FRESHET_SERVER_PORT: String(taken.port) },
  });
  await expect(failing).rejects.toThrow(/exit code 1[\s\S]*FRESHET_SERVER_PORT/);
}, 60_000);
