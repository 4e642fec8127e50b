/** Clients that hold connections and do nothing with them, at both services: they are cut off, and slow origins are not. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { createConnection } from "node:net";
import { busy, toJpeg } from "../packages/server/src/engine/test-pictures.ts";
import { dataFolder, type Running, startPurge, startServer } from "./processes.ts";

/** Bun ends a connection that brings no whole request for ten seconds; it looks every few seconds. */
const cutWithinMs = 20_000;

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
    async fetch() {
      await Bun.sleep(13_000);
      return new Response(jpeg);
    },
  });
  purge = await startPurge({ dataDir: `${data.path}/purge` });
  const FRESHET_ALLOW_LOCAL_ORIGINS = `127.0.0.1:${origin.port}`;
  server = await startServer({ dataDir: `${data.path}/server`, env: { FRESHET_ALLOW_LOCAL_ORIGINS } });
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

test("who drips headers or says nothing is cut off; who waits for a slow origin is not", async () => {
  const head = "GET /healthz HTTP/1.1\r\nHost: h\r\nX-A: ";
  const cut = [server.url, purge.url].flatMap((url) => [
    drip(url, head, 500),
    drip(url, "", cutWithinMs * 2),
  ]);
  const slow = fetch(`${server.url}/http://127.0.0.1:${origin.port}/a.jpg?w=50`);
  expect(await Promise.all(cut)).toEqual([true, true, true, true]);
  expect((await slow).status).toBe(200);
}, 60_000);
