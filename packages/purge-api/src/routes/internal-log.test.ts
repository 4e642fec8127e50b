import { afterAll, beforeAll, expect, test } from "bun:test";
import { type LogMessage, type LogRow, readLogMessage } from "@freshet/core";
import { openApp } from "../app.fixture.ts";
import { originals } from "../log/originals.fixture.ts";

const nodeKey = "a-node-key-only-for-tests";
let service: Awaited<ReturnType<typeof openApp>>;
let url: string;
beforeAll(async () => {
  service = await openApp({ FRESHET_NODE_KEY: nodeKey });
  const { server } = service.app.listen({ port: 0, hostname: "127.0.0.1" });
  url = `ws://127.0.0.1:${server?.port}/internal/log`;
});
afterAll(async () => {
  await service.app.stop(true);
  await service.close();
});

type Message = LogMessage & { head: number; after: number; rows: readonly LogRow[] };

/** A node's WebSocket. */
function connect(
  authorization: string,
  onMessage: (message: Message, socket: WebSocket) => void = () => {},
  address = url,
) {
  const socket = new WebSocket(address, { headers: { authorization } });
  const opened = new Promise<boolean>((resolve) => {
    socket.addEventListener("open", () => resolve(true));
    socket.addEventListener("close", () => resolve(false));
    socket.addEventListener("error", () => resolve(false));
  });
  const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener("close", resolve));
  socket.addEventListener("message", ({ data }) =>
    onMessage(readLogMessage(String(data)) as Message, socket),
  );
  return { socket, opened, closed };
}

const hello = { type: "hello", node: "n1", boot: "b1", fence: "revalidate", logId: "", applied: 0, job: "" };

test.each([
  ["no key", ""],
  ["a wrong key", "Bearer a-node-key-only-for-testS"],
  ["another scheme", `Basic ${nodeKey}`],
  ["a part of the key", `Bearer ${nodeKey.slice(0, -1)}`],
])("%s: the connection is refused", async (_, authorization) => {
  expect(await connect(authorization).opened).toBe(false);
});

test("without a node key in the settings nobody may follow the log", async () => {
  const own = await openApp();
  const { server } = own.app.listen({ port: 0, hostname: "127.0.0.1" });
  const address = `ws://127.0.0.1:${server?.port}/internal/log`;
  for (const authorization of ["", "Bearer ", "Bearer null", `Bearer ${nodeKey}`]) {
    expect(await connect(authorization, undefined, address).opened).toBe(false);
  }
  await own.app.stop(true);
  await own.close();
});

test("a node that says nonsense is closed with the reason, and the service goes on", async () => {
  const peer = connect(`Bearer ${nodeKey}`);
  await peer.opened;
  peer.socket.send("7");
  expect(await peer.closed).toMatchObject({ code: 1008, reason: "not a message of a node" });
  const binary = connect(`Bearer ${nodeKey}`);
  await binary.opened;
  binary.socket.send(new Uint8Array([1, 2, 3]));
  expect((await binary.closed).code).toBe(1008);
  expect((await service.invalidate({ scope: "all" })).status).toBe(201);
});

test("an invalidation waits for a node with a lease, and is DONE when it acknowledges", async () => {
  const leased = Promise.withResolvers<void>();
  const pushed = Promise.withResolvers<number>();
  const peer = connect(`Bearer ${nodeKey}`, (message, socket) => {
    const { type, head, rows } = message;
    if (type === "welcome") socket.send(JSON.stringify({ type: "beat", beat: 1, applied: head }));
    if (type === "lease") leased.resolve();
    if (type === "rows" && rows.some(({ pattern }) => pattern.endsWith("/waits.jpg"))) {
      pushed.resolve(rows.at(-1)?.seq);
    }
  });
  await peer.opened;
  peer.socket.send(JSON.stringify(hello));
  await leased.promise;
  const posted = await service.invalidate({ scope: "original", urls: ["/sample.li/waits.jpg"] });
  const path = `/invalidate/${posted.body.invalidation.uuid}`;
  const applied = await pushed.promise;
  expect((await service.get(path)).body.invalidation.status).toBe("FLUSHINGCLOUDIMAGESERVER");
  peer.socket.send(JSON.stringify({ type: "ack", applied }));
  await service.deps.settler.whenFinal(posted.body.invalidation.uuid);
  const { body } = await service.get(path);
  expect(body.invalidation).toMatchObject({ status: "DONE", nodes: [{ id: "n1", state: "acked" }] });
  peer.socket.close();
  await peer.closed;
});

test("a log of far more than a socket's buffer reaches a node without a gap", async () => {
  const { jobs } = service.deps;
  const long = "x".repeat(2_000);
  for (let job = 0; job < 20; job++) {
    await jobs.append(
      "doc",
      originals(...Array.from({ length: 1_000 }, (_, at) => `h/${job}/${at}/${long}`)),
      1,
    );
  }
  const head = jobs.head();
  const gaps: number[] = [];
  let applied = 0;
  const peer = connect(`Bearer ${nodeKey}`, (message, socket) => {
    if (message.type !== "rows") return;
    if (message.after !== applied) gaps.push(message.after);
    applied = message.rows.at(-1)?.seq ?? applied;
    socket.send(JSON.stringify({ type: "ack", applied }));
    if (applied === head) socket.close();
  });
  await peer.opened;
  peer.socket.send(JSON.stringify({ ...hello, boot: "b2", logId: "another" }));
  await peer.closed;
  expect([applied, gaps]).toEqual([head, []]);
}, 20_000);
