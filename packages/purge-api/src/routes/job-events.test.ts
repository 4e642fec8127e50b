import { afterEach, beforeEach, expect, test } from "bun:test";
import { type Json, openApp } from "../app.fixture.ts";
import type { Session } from "../nodes/membership.ts";

let service: Awaited<ReturnType<typeof openApp>>;
let session: Session;
beforeEach(async () => {
  service = await openApp();
  const hello = { type: "hello", logId: "", applied: 0, job: "", fence: "serve" } as const;
  session = await service.deps.membership.hello({ ...hello, node: "n1", boot: "b1" }, 0);
});
afterEach(async () => {
  expect(service.reported).toEqual([]);
  await service.close();
});

async function postJob(): Promise<string> {
  const { body } = await service.invalidate({ scope: "all" });
  return body.invalidation.uuid;
}

async function acknowledge(): Promise<void> {
  await service.deps.membership.ack(session, service.deps.jobs.head());
  await service.deps.settler.settle();
}

interface Event {
  readonly id: string;
  readonly event: string;
  readonly data: Json;
}

/** Events of a stream, one by one; `null` at its end. Comments and `retry` are passed over. */
async function follow(uuid: string, lastId?: string) {
  const headers: Record<string, string> = lastId === undefined ? {} : { "last-event-id": lastId };
  const response = await service.ask(`/invalidate/${uuid}/events`, { headers });
  expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = "";
  return {
    async next(): Promise<Event | null> {
      for (;;) {
        const [, id, event, data] = /^id: (.*)\nevent: (.*)\ndata: (.*)\n\n/m.exec(text) ?? [];
        if (id !== undefined && event !== undefined && data !== undefined) {
          text = text.slice(text.indexOf("\n\n", text.indexOf("data: ")) + 2);
          return { id, event, data: JSON.parse(data) };
        }
        const { value, done } = await reader.read();
        if (done) return null;
        text += decoder.decode(value);
      }
    },
    cancel: () => reader.cancel(),
  };
}

test("tells how far a job is, node by node, and ends with it", async () => {
  const uuid = await postJob();
  const stream = await follow(uuid);
  const first = await stream.next();
  expect(first).toMatchObject({
    event: "progress",
    data: { uuid, status: "FLUSHINGCLOUDIMAGESERVER", nodes: [{ id: "n1", state: "waiting" }] },
  });
  await acknowledge();
  const last = await stream.next();
  expect(last).toMatchObject({
    event: "end",
    data: { status: "DONE", nodes: [{ id: "n1", state: "acked" }] },
  });
  expect(await stream.next()).toBeNull();
  expect(last?.data).toEqual((await service.get(`/invalidate/${uuid}`)).body.invalidation);
});

test("tells who comes back only what it does not know yet", async () => {
  const uuid = await postJob();
  const before = await follow(uuid);
  const { id } = (await before.next()) as Event;
  await before.cancel();
  const again = await follow(uuid, id);
  await acknowledge();
  const heard: string[] = [];
  for (let event = await again.next(); event; event = await again.next()) {
    expect(event.id).not.toBe(id);
    heard.push(event.event);
  }
  expect(heard.at(-1)).toBe("end");

  const late = await follow(uuid, id);
  const end = (await late.next()) as Event;
  expect(end.event).toBe("end");
  const knowing = await follow(uuid, end.id);
  expect(await knowing.next()).toBeNull();
});

test("there is none of a job that there is not, nor without a key", async () => {
  const path = "/invalidate/4fc96d31-9815-4021-830a-ca6d96c514a5/events";
  expect((await service.ask(path)).status).toBe(404);
  expect((await service.app.handle(new Request(`http://localhost${path}`))).status).toBe(401);
});

test("only so many at a time, and one that is left makes room for another", async () => {
  const uuid = await postJob();
  const open = await Promise.all(Array.from({ length: 200 }, () => follow(uuid)));
  const refused = await service.ask(`/invalidate/${uuid}/events`);
  expect([refused.status, ((await refused.json()) as Json).code]).toEqual([503, "too_many_streams"]);
  await open[0]?.cancel();
  const another = await follow(uuid);
  for (const stream of [...open, another]) await stream.cancel();
});
