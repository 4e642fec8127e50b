import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { LogMessage } from "@freshet/core";
import { type Json, openApp } from "../app.fixture.ts";

let service: Awaited<ReturnType<typeof openApp>>;
beforeAll(async () => {
  service = await openApp();
});
afterEach(() => expect(service.reported).toEqual([]));
afterAll(() => service.close());

/** A node with a lease, which acknowledges what it is told and makes pictures again when a test lets it. */
async function connectNode() {
  const { hub, jobs } = service.deps;
  const asked: Extract<LogMessage, { type: "ask" }>[] = [];
  const say = (message: object) => void connection.receive(JSON.stringify(message));
  const connection = hub.connect({
    send(message: LogMessage) {
      if (message.type === "rows") say({ type: "ack", applied: message.rows.at(-1)?.seq });
      if (message.type === "ask") asked.push(message);
    },
    close() {},
  });
  const applied = jobs.head();
  const [last] = await jobs.read(applied - 1, 1);
  const hello = { type: "hello", node: "n", boot: "b", fence: "revalidate", logId: jobs.logId() };
  await connection.receive(JSON.stringify({ ...hello, applied, job: last?.job ?? "" }));
  await connection.receive(JSON.stringify({ type: "beat", beat: 1, applied }));
  return {
    asked,
    answer(pictures: readonly object[]) {
      const ask = asked.at(-1)?.ask;
      say({ type: "answer", ask, answer: { kind: "rewarm", answer: { pictures, durationMs: 8 } } });
    },
    closed: () => connection.closed(),
  };
}

const order = { scope: "original", urls: ["/h.io/a.jpg"] };
const jobOf = async (uuid: string) => (await service.get(`/invalidate/${uuid}`)).body.invalidation as Json;

test("a job is DONE when its nodes have made them, and says what they made", async () => {
  const node = await connectNode();
  const { body } = await service.invalidate({ ...order, rewarm: 2 });
  const { uuid } = body.invalidation;
  while (node.asked.length === 0) await Bun.sleep(5);
  expect(node.asked).toMatchObject([
    { question: { kind: "rewarm", count: 2, targets: [{ kind: "original", pattern: "doc|//h.io/a.jpg" }] } },
  ]);
  await service.deps.settler.settle();
  expect(await jobOf(uuid)).toMatchObject({
    status: "FLUSHINGCDNSERVERS",
    rewarm: { asked: 2, state: "running", nodes: [] },
  });
  node.answer([{ url: "/v7/h.io/a.jpg?w=5", state: "rendered", reason: "" }]);
  await service.deps.settler.whenFinal(uuid);
  const made = { rendered: 1, there: 0, failed: 0, problem: null, duration_ms: 8 };
  expect(await jobOf(uuid)).toMatchObject({
    status: "DONE",
    rewarm: { state: "done", nodes: [{ id: "n", ...made, pictures: [{ url: "/v7/h.io/a.jpg?w=5" }] }] },
  });
  // Run again, it is made again.
  const again = await service.ask(`/invalidate/${uuid}/restart`, { method: "POST" });
  expect(again.status).toBe(201);
  while (node.asked.length === 1) await Bun.sleep(5);
  node.answer([]);
  await service.deps.settler.whenFinal(uuid);
  expect((await jobOf(uuid)).rewarm.nodes).toMatchObject([{ rendered: 0, pictures: [] }]);
  await node.closed();
});

test("a job that asks for none says nothing of it, and no node is asked", async () => {
  const node = await connectNode();
  for (const rewarm of [0, undefined]) {
    const { uuid } = (await service.invalidate({ ...order, rewarm })).body.invalidation;
    await service.deps.settler.whenFinal(uuid);
    expect(await jobOf(uuid)).not.toHaveProperty("rewarm");
  }
  expect(node.asked).toEqual([]);
  await node.closed();
});

describe("is refused", () => {
  test.each([-1, 101, 1.5, "3", null, true, [[]], {}])("%j", async (rewarm) => {
    const head = service.deps.jobs.head();
    const answer = await service.invalidate({ ...order, rewarm });
    expect([answer.status, answer.body.code]).toEqual([400, "bad_rewarm"]);
    expect([answer.body.detail, service.deps.jobs.head()]).toEqual([
      expect.stringContaining("0 to 100"),
      head,
    ]);
  });
});

test("each picture costs the key's quota as much as a path, each time", async () => {
  const small = await openApp({ FRESHET_PATTERNS_PER_MINUTE: "7" });
  const { body } = await small.invalidate({ ...order, rewarm: 3 });
  const { uuid } = body.invalidation;
  await small.deps.settler.whenFinal(uuid);
  expect((await small.invalidate({ ...order, rewarm: 4 })).status).toBe(429);
  expect((await small.invalidate({ ...order, rewarm: 0 })).status).toBe(201);
  expect((await small.ask(`/invalidate/${uuid}/restart`, { method: "POST" })).status).toBe(429);
  await small.close();
});
