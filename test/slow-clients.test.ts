/** Clients that hold connections and do nothing with them, at both services: they are cut off, and slow origins are not. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { createConnection, type Socket } from "node:net";
import { busy, toJpeg } from "../packages/server/src/engine/test-pictures.ts";
import { invalidate } from "./invalidate.ts";
import { dataFolder, type Running, startPurge, startServer, until } from "./processes.ts";
import { memoryOf } from "./soak/harm.ts";

/** Bun ends a connection that brings no whole request for ten seconds; it looks every few seconds. */
const cutWithinMs = 20_000;

/** More than the system takes from a server for a client that does not read. */
const largeBytes = 20_000_000;
/** Bun looks at connections that stand still every few seconds, and closes them after 30. */
const deafWithinMs = 50_000;

/** Longer than a connection may stand still on which nobody waits for anything. */
const slowMs = 36_000;

const jpeg = (await toJpeg(busy(300, 200))) as Uint8Array<ArrayBuffer>;
const data = dataFolder();
let purge: Running;
let server: Running;
let origin: ReturnType<typeof Bun.serve>;

beforeAll(async () => {
  origin = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch({ url }) {
      if (url.endsWith("/large.txt")) return new Response(new Uint8Array(largeBytes));
      await Bun.sleep(slowMs);
      return new Response(jpeg);
    },
  });
  purge = await startPurge({
    dataDir: `${data.path}/purge`,
    env: { FRESHET_HOOK_SECRET: "a secret for hooks, long enough" },
  });
  const config = `${data.path}/freshet.toml`;
  await Bun.write(config, "[tokens.doc]\nproxy_anywhere = true\n");
  server = await startServer({
    dataDir: `${data.path}/server`,
    env: {
      FRESHET_ORIGIN_TIMEOUT_MS: "60000",
      FRESHET_CONFIG: config,
      FRESHET_ALLOW_LOCAL_ORIGINS: `127.0.0.1:${origin.port}`,
    },
  });
});
afterAll(async () => {
  await server.kill();
  await purge.kill();
  await origin.stop(true);
  data.remove();
});

/** Sends a text a byte at a time. @returns whether it was cut off */
function drip(url: string, text: string, everyMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(Number(new URL(url).port), "127.0.0.1");
    let at = 0;
    const timer = setInterval(() => socket.write(text[at++] ?? "a"), everyMs);
    const end = (isCut: boolean) => {
      clearInterval(timer);
      clearTimeout(late);
      socket.destroy();
      resolve(isCut);
    };
    const late = setTimeout(() => end(false), cutWithinMs);
    socket.on("close", () => end(true));
    socket.on("error", () => {});
  });
}

test.concurrent("who drips headers or says nothing is cut off; who waits for a slow origin is not", async () => {
  const head = "GET /healthz HTTP/1.1\r\nHost: h\r\nX-A: ";
  const cut = [server.url, purge.url].flatMap((url) => [
    drip(url, head, 500),
    drip(url, "", cutWithinMs * 2),
  ]);
  const slow = fetch(`${server.url}/http://127.0.0.1:${origin.port}/a.jpg?w=50`);
  expect(await Promise.all(cut)).toEqual([true, true, true, true]);
  expect((await slow).status).toBe(200);
}, 60_000);

/** A connection on which something is sent, and nothing is read. */
function connectDeaf(url: string, text: string): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = createConnection(Number(new URL(url).port), "127.0.0.1", () => {
      socket.pause();
      socket.write(text);
      resolve(socket);
    });
    socket.on("error", () => {});
  });
}

/** As the server counts them, without the one that asks for it. */
async function pendingAt({ url }: Running): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^freshet_requests_pending (\d+)$/m.exec(text)?.[1]) - 1;
}

test.concurrent("who asks for something large and does not read it is cut off, and others are answered meanwhile", async () => {
  const large = `/http://127.0.0.1:${origin.port}/large.txt`;
  await (await fetch(`${server.url}${large}?func=proxy`)).bytes();
  const request = `GET ${large}?func=proxy HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  const deaf = await Promise.all(Array.from({ length: 10 }, () => connectDeaf(server.url, request)));
  await until(async () => (await pendingAt(server)) >= deaf.length, "all of them wait");
  expect((await fetch(`${server.url}/sample.li/flat.jpg?w=90`)).status).toBe(200);
  // The test beside this one has somebody wait for a slow origin.
  const isOver = async () => (await pendingAt(server)) <= 1;
  await until(isOver, "they were cut off", () => server.output(), deafWithinMs);
  for (const socket of deaf) socket.destroy();
}, 90_000);

test.concurrent("who drips a body is cut off", async () => {
  const head = (path: string) =>
    `POST ${path} HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\nContent-Type: application/json\r\n\r\n`;
  expect(await drip(purge.url, head("/hooks/signed"), 300)).toBe(true);
}, 60_000);

test.skipIf(process.platform !== "linux")(
  "bodies that anybody can send do not fill memory, and purges are accepted meanwhile",
  async () => {
    const before = memoryOf(purge.pid);
    const head = "POST /hooks/signed HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    const piece = `${(1_000_000).toString(16)}\r\n${"x".repeat(1_000_000)}\r\n`;
    const senders = await Promise.all(
      Array.from({ length: 60 }, () => connectDeaf(purge.url, head + piece.repeat(3))),
    );
    let most = 0;
    for (let times = 0; times < 20; times++) {
      await invalidate(purge, { scope: "original", urls: [`/sample.li/${times}.jpg`] });
      most = Math.max(most, memoryOf(purge.pid));
    }
    // They would be 180 MB.
    expect(most - before).toBeLessThan(120_000_000);
    for (const socket of senders) socket.destroy();
  },
);
