/** Progress and waiting over real sockets, where connections fall silent and clients go away. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { connect, createServer, type Socket } from "node:net";
import { Elysia } from "elysia";
import { type Json, openApp } from "../app.fixture.ts";
import type { Session } from "../nodes/membership.ts";
import { problemResponse } from "../problems.ts";
import { jobEventRoutes } from "./job-events.ts";

const key = { "x-client-key": "a-key-only-for-tests" };
let service: Awaited<ReturnType<typeof openApp>>;
let session: Session;
beforeEach(async () => {
  service = await openApp();
  const hello = { type: "hello", logId: "", applied: 0, job: "", fence: "serve" } as const;
  // A node that holds every job up until it acknowledges.
  session = await service.deps.membership.hello({ ...hello, node: "n1", boot: "b1" }, 0);
});
afterEach(() => service.close());

/** @param idleTimeout seconds after which Bun takes a silent connection for dead */
function listen(app: { listen(options: object): unknown; server: unknown }, idleTimeout = 10) {
  app.listen({ port: 0, hostname: "127.0.0.1", idleTimeout });
  return (app.server as { port: number }).port;
}

async function post(port: number, headers: Record<string, string> = {}): Promise<Json> {
  const init = { method: "POST", headers: { ...key, ...headers }, body: '{"scope":"all"}' };
  return ((await (await fetch(`http://127.0.0.1:${port}/invalidate`, init)).json()) as Json).invalidation;
}

async function acknowledge(): Promise<void> {
  await service.deps.membership.ack(session, service.deps.jobs.head());
  await service.deps.settler.settle();
}

/** A request as bare bytes; `ended` is what was received when the other side closed. */
function follow(port: number, uuid: string) {
  const socket = connect(port, "127.0.0.1");
  socket.write(
    `GET /invalidate/${uuid}/events HTTP/1.1\r\nHost: h\r\nX-Client-Key: ${key["x-client-key"]}\r\n\r\n`,
  );
  const heard = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<string>();
  let text = "";
  socket.on("data", (bytes) => {
    text += bytes.toString();
    if (text.includes("event: ")) heard.resolve();
  });
  socket.on("error", () => {});
  socket.on("close", () => ended.resolve(text));
  return { socket, heard: heard.promise, ended: ended.promise, text: () => text };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await Bun.sleep(10);
}

/** Ends connections on which nothing came for so long, as proxies do. */
async function impatientProxy(target: number, patienceMs: number) {
  const sockets = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
    }
    far.setTimeout(patienceMs, () => {
      near.destroy();
      far.destroy();
    });
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening));
  const close = () => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  };
  return { port: (proxy.address() as { port: number }).port, close };
}

test("a client that goes away frees its place", async () => {
  const port = listen(service.app);
  const { uuid } = await post(port);
  const full = Array.from({ length: 200 }, () => follow(port, uuid));
  await Promise.all(full.map(({ heard }) => heard));
  const ask = () => fetch(`http://127.0.0.1:${port}/invalidate/${uuid}/events`, { headers: key });
  const refused = await ask();
  expect([refused.status, ((await refused.json()) as Json).code]).toEqual([503, "too_many_streams"]);
  full[0]?.socket.destroy();
  let status = 503;
  while (status === 503) {
    const response = await ask();
    status = response.status;
    await response.body?.cancel();
  }
  expect(status).toBe(200);
  for (const { socket } of full) socket.destroy();
  await service.app.stop(true);
}, 20_000);

test("a client that is gone without a word frees its place when its stream has lasted long enough", async () => {
  const { uuid } = await post(listen(service.app));
  const app = new Elysia()
    .onError({ as: "global" }, ({ error }) => problemResponse(error, () => {}))
    .use(jobEventRoutes({ ...service.deps, lifeMs: 2_000 }));
  const port = listen(app);
  const full = Array.from({ length: 200 }, () => follow(port, uuid));
  // They hear something, and from then on neither read nor answer.
  await Promise.all(full.map(({ heard, socket }) => heard.then(() => socket.pause())));
  const statuses = new Set<number>();
  while (!statuses.has(200)) {
    const response = await fetch(`http://127.0.0.1:${port}/invalidate/${uuid}/events`, { headers: key });
    statuses.add(response.status);
    await response.body?.cancel();
  }
  expect(statuses).toEqual(new Set([503, 200]));
  // What was sent is whole: whoever is still there knows that it may come back.
  for (const { socket } of full) socket.resume();
  await until(() => full.every(({ text }) => text().endsWith("\r\n0\r\n\r\n")));
  for (const { socket } of full) socket.destroy();
  await Promise.all([app.stop(true), service.app.stop(true)]);
}, 30_000);

test("a stream outlives a proxy that has no patience, by its heartbeats", async () => {
  const { uuid } = await post(listen(service.app));
  const app = new Elysia().use(jobEventRoutes({ ...service.deps, heartbeatMs: 50 }));
  const proxy = await impatientProxy(listen(app), 1_500);
  const stream = follow(proxy.port, uuid);
  // One in each look at the job: 250 ms apart.
  await until(() => stream.text().split(": still there").length > 10);
  await acknowledge();
  await until(() => stream.text().includes("event: end"));
  proxy.close();
  await Promise.all([app.stop(true), service.app.stop(true)]);
}, 20_000);

test("a silent request outlives the time after which Bun takes connections for dead", async () => {
  const port = listen(service.app, 1);
  const ended = await post(port);
  await acknowledge();
  const ask = async (method: string, path: string) => {
    const init = { method, headers: { ...key, prefer: "wait=30" } };
    const response = await fetch(`http://127.0.0.1:${port}/invalidate/${path}`, init);
    return ((await response.json()) as Json).invalidation;
  };
  const { uuid } = await post(port);
  // Bun is in no hurry with a request that had a body, so one with, and two without.
  const waiting = [post(port, { prefer: "wait=30" }), ask("POST", `${ended.uuid}/restart`), ask("GET", uuid)];
  await until(() => service.deps.settler.openJobs === 3);
  const stream = follow(port, uuid);
  await stream.heard;
  // Bun looks every few seconds.
  await Bun.sleep(6_000);
  await acknowledge();
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(Array(3).fill("DONE"));
  await until(() => stream.text().includes("event: end"));
  await service.app.stop(true);
}, 30_000);

test("when the service stops, streams end as they should and who waits is answered", async () => {
  const port = listen(service.app);
  const { uuid } = await post(port);
  const stream = follow(port, uuid);
  await stream.heard;
  const waiting = post(port, { prefer: "wait=30" });
  await until(() => service.deps.settler.openJobs === 2);
  service.deps.stopping.abort();
  expect(await waiting).toMatchObject({ status: "FLUSHINGCLOUDIMAGESERVER", done_at: null });
  // The last chunk says that nothing is missing.
  await until(() => stream.text().endsWith("\r\n0\r\n\r\n"));
  expect(stream.text()).not.toContain("event: end");
  const late = await fetch(`http://127.0.0.1:${port}/readyz`);
  expect(late.status).toBe(503);
  stream.socket.destroy();
  await service.app.stop(true);
}, 20_000);
