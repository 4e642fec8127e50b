/** More at once than is answered at once, over real sockets. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { createConnection, type Socket } from "node:net";
import { FreshetError } from "@freshet/core";
import { createApp } from "./app.ts";
import { createDoor } from "./door.ts";
import { busy, toJpeg } from "./engine/test-pictures.ts";
import { barrier, startOrigin, type TestOrigin } from "./origin/test-origin.ts";
import { type Node, newFolder, removeFolders, startNode } from "./test-node.ts";

const most = 16;
const gate = barrier();
let origin: TestOrigin;
let node: Node;
let url = "";
let stop: () => Promise<unknown>;

beforeAll(async () => {
  const jpeg = (await toJpeg(busy(80, 40))) as Uint8Array<ArrayBuffer>;
  origin = startOrigin({
    "/a.jpg": () => new Response(jpeg),
    "/held.jpg": () => gate.passed.then(() => new Response(jpeg)),
    "/large.txt": () => new Response(new Uint8Array(40_000_000)),
  });
  node = await startNode(
    await newFolder(),
    { FRESHET_REQUESTS: String(most) },
    { tokens: { doc: { proxy_anywhere: true } } },
  );
  const server = createApp(node.deps).listen({ port: 0, hostname: "127.0.0.1" });
  node.deps.door.watch(() => server.pendingRequests);
  url = `http://127.0.0.1:${server.port}`;
  stop = () => server.stop(true);
});

afterAll(async () => {
  await stop();
  await node[Symbol.asyncDispose]();
  await origin[Symbol.asyncDispose]();
  await removeFolders();
});

const at = (path: string) => `${url}/http://${origin.host}${path}`;
const until = async (holds: () => boolean) => {
  while (!holds()) await Bun.sleep(1);
};

async function expectTurnedAway(): Promise<void> {
  const response = await fetch(at("/a.jpg?w=9"));
  const { status, headers } = response;
  expect([status, headers.get("retry-after"), headers.get("cache-control")]).toEqual([503, "1", "no-store"]);
  expect(await response.json()).toMatchObject({ code: "too_busy" });
}

async function expectHit(): Promise<void> {
  const response = await fetch(at("/a.jpg?w=9"));
  await response.bytes();
  expect(response.status).toBe(200);
}

test("beyond the bound it is said when to come back, operators are answered, and all those before are", async () => {
  await expectHit();
  const before = node.deps.door.refused;
  const held = Array.from({ length: most }, (_, n) => fetch(at(`/held.jpg?w=${n + 1}`)));
  await until(() => node.deps.door.pending === most);
  for (let times = 0; times < 5; times++) await expectTurnedAway();
  expect(node.deps.door.refused - before).toBe(5);
  for (const path of ["/healthz", "/readyz", "/metrics"]) expect((await fetch(url + path)).status).toBe(200);
  expect(await (await fetch(`${url}/metrics`)).text()).toContain(
    `freshet_requests_refused_total ${before + 5}`,
  );
  gate.pass();
  for (const response of await Promise.all(held)) {
    expect(response.status).toBe(200);
    await response.bytes();
  }
  await until(() => node.deps.door.pending === 0);
  await expectHit();
});

test("who does not read his answer takes a place until he has gone", async () => {
  await (await fetch(at("/large.txt?func=proxy"))).bytes();
  await until(() => node.deps.door.pending === 0);
  const request = `GET /http://${origin.host}/large.txt?func=proxy HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  const sockets = await Promise.all(
    Array.from({ length: most }, async () => {
      const socket = await new Promise<Socket>((resolve) => {
        const opened = createConnection(Number(new URL(url).port), "127.0.0.1", () => resolve(opened));
      });
      socket.pause();
      socket.write(request);
      return socket;
    }),
  );
  await until(() => node.deps.door.pending === most);
  await expectTurnedAway();
  for (const socket of sockets) socket.destroy();
  await until(() => node.deps.door.pending === 0);
  await expectHit();
});

test("near the ceiling of memory nothing is read from the disk for more than a few", () => {
  const state = { isFull: false, pending: 0 };
  const door = createDoor(100, { isFull: () => state.isFull });
  door.watch(() => state.pending);
  const read = () => {
    try {
      door.read();
      return "read";
    } catch (error) {
      return (error as FreshetError).code;
    }
  };
  const seen: string[] = [];
  for (const isFull of [false, true])
    for (const pending of [8, 9]) {
      Object.assign(state, { isFull, pending });
      seen.push(read());
    }
  expect(seen).toEqual(["read", "read", "read", "too_busy"]);
});

test.each([
  ["http://h/healthz", true],
  ["http://h/readyz?x", true],
  ["http://h:8080/metrics", true],
  ["http://h/metrics/a.jpg", false],
  ["http://h/sample.li/healthz", false],
  ["http://h/?/healthz", false],
])("%s is for operators: %p", (asked, isTaken) => {
  const door = createDoor(0, { isFull: () => false });
  door.watch(() => 1);
  const enter = () => door.enter(asked);
  if (isTaken) enter();
  else expect(enter).toThrow(FreshetError);
});
