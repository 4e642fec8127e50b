/** Jobs that a node holds up: waiting for them, running them again, and finding them. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type Json, openApp } from "../app.fixture.ts";
import type { Session } from "../nodes/membership.ts";

let service: Awaited<ReturnType<typeof openApp>>;
let session: Session;
beforeEach(async () => {
  service = await openApp();
  const hello = { type: "hello", logId: "", applied: 0, job: "", fence: "serve" } as const;
  session = await service.deps.membership.hello({ ...hello, node: "n1", boot: "b1" }, 0);
  await service.deps.membership.beat(session, 0, 0);
});
afterEach(async () => {
  expect(service.reported).toEqual([]);
  await service.close();
});

const order = { scope: "original", urls: ["/sample.li/a.jpg", "/sample.li/b/*"] };

async function post(path: string, headers: Record<string, string> = {}, body?: object) {
  const response = await service.ask(path, {
    method: "POST",
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  return { response, body: (await response.json()) as Json };
}

/** The node has applied everything. */
async function acknowledge(): Promise<void> {
  await service.deps.membership.ack(session, service.deps.jobs.head());
  await service.deps.settler.settle();
}

/** Acknowledges as soon as somebody waits: a turn of the event loop after the request was handed in. */
async function endMeanwhile<T>(work: Promise<T>): Promise<T> {
  while (service.deps.settler.openJobs === 0) await new Promise(setImmediate);
  await acknowledge();
  return work;
}

describe("Prefer: wait", () => {
  test("holds the answer back until the job is final, and then says how it ended", async () => {
    const { response, body } = await endMeanwhile(post("/invalidate", { prefer: "wait=30" }, order));
    expect([response.status, response.headers.get("preference-applied")]).toEqual([201, "wait=30"]);
    expect(body.invalidation).toMatchObject({ status: "DONE", nodes: [{ id: "n1", state: "acked" }] });
    expect(Object.keys(body.invalidation).slice(0, 3)).toEqual(["status", "uuid", "added_at"]);
  });

  test("ends when its time is over, with the job as it is then", async () => {
    const { body } = await post("/invalidate", { prefer: "wait=1" }, order);
    expect(body.invalidation).toMatchObject({
      status: "FLUSHINGCLOUDIMAGESERVER",
      nodes: [{ id: "n1", state: "waiting" }],
    });
  });

  test("waits for a job that was posted before", async () => {
    const { body: posted } = await post("/invalidate", {}, order);
    const asked = service.ask(`/invalidate/${posted.invalidation.uuid}`, { headers: { prefer: "wait=30" } });
    const body = (await (await endMeanwhile(asked)).json()) as Json;
    expect(body.invalidation.status).toBe("DONE");
  });
});

describe("restart", () => {
  test("purges again what the job purged, with new rows under the same uuid", async () => {
    const { body: posted } = await endMeanwhile(post("/invalidate", { prefer: "wait=30" }, order));
    const { uuid } = posted.invalidation;
    const before = await service.deps.jobs.read(0, 10);
    expect(before.length).toBe(2);

    const again = await post(`/invalidate/${uuid}/restart`);
    expect(again.response.status).toBe(201);
    expect(again.body.invalidation).toMatchObject({ status: "RECEIVED", uuid });
    expect(await service.deps.jobs.read(2, 10)).toEqual(before.map((row) => ({ ...row, seq: row.seq + 2 })));
    // What the node acknowledged for the first run does not count for the second.
    expect((await service.get(`/invalidate/${uuid}`)).body.invalidation).toMatchObject({
      status: "FLUSHINGCLOUDIMAGESERVER",
      done_at: null,
      nodes: [{ id: "n1", state: "waiting" }],
    });
    await acknowledge();
    const { body: ended } = await service.get(`/invalidate/${uuid}`);
    expect(ended.invalidation).toMatchObject({ status: "DONE", urls: posted.invalidation.urls });
    expect((await service.get("/invalidate")).body.invalidations.length).toBe(1);
  });

  test("of a job that runs is refused, and of one that there is not", async () => {
    const { body: posted } = await post("/invalidate", {}, order);
    const running = await post(`/invalidate/${posted.invalidation.uuid}/restart`);
    expect([running.response.status, running.body.code]).toEqual([409, "job_running"]);
    const unknown = await post("/invalidate/4fc96d31-9815-4021-830a-ca6d96c514a5/restart");
    expect([unknown.response.status, unknown.body.code]).toEqual([404, "job_unknown"]);
    expect(service.deps.jobs.head()).toBe(2);
  });

  test("of a job whose rows were dropped, or are wider now, is refused", async () => {
    const { body: posted } = await endMeanwhile(post("/invalidate", { prefer: "wait=30" }, order));
    await endMeanwhile(post("/invalidate", { prefer: "wait=30" }, order));
    const restart = () => post(`/invalidate/${posted.invalidation.uuid}/restart`);
    await service.deps.jobs.compact(1_000);
    const dropped = await restart();
    expect([dropped.response.status, dropped.body.code]).toEqual([410, "job_too_old"]);
    await service.deps.jobs.compact(1);
    const [wide, ...others] = await service.deps.jobs.read(0, 10);
    expect([wide?.kind, others]).toEqual(["all", []]);
    const { body } = await service.get("/invalidate");
    const widened = await post(`/invalidate/${body.invalidations[0].uuid}/restart`);
    expect([widened.response.status, widened.body.code]).toEqual([410, "job_too_old"]);
    expect(service.deps.jobs.head()).toBe(4);
  });

  test("twice at the same time runs once", async () => {
    const { body: posted } = await endMeanwhile(post("/invalidate", { prefer: "wait=30" }, order));
    const path = `/invalidate/${posted.invalidation.uuid}/restart`;
    const both = await Promise.all([post(path), post(path)]);
    expect(both.map(({ response }) => response.status).sort()).toEqual([201, 409]);
    expect(service.deps.jobs.head()).toBe(4);
  });
});

describe("Idempotency-Key", () => {
  const key = { "idempotency-key": '"k1"' };

  test("the same request again gets the same answer, also when the job is DONE, and purges nothing", async () => {
    const first = await post("/invalidate", key, order);
    await acknowledge();
    const again = await post("/invalidate", key, order);
    expect([again.response.status, again.body]).toEqual([201, first.body]);
    expect(service.deps.jobs.head()).toBe(2);
    const other = await post("/invalidate", { "idempotency-key": '"k2"' }, order);
    expect(other.body.invalidation.uuid).not.toBe(first.body.invalidation.uuid);
  });

  test("another body is refused, and so is a key that cannot be read", async () => {
    await post("/invalidate", key, order);
    const reused = await post("/invalidate", key, { scope: "all" });
    expect([reused.response.status, reused.body.code]).toEqual([422, "key_reused"]);
    const odd = await post("/invalidate", { "idempotency-key": '"' }, order);
    expect([odd.response.status, odd.body.code]).toEqual([400, "bad_idempotency_key"]);
  });

  test("two at the same time: one is accepted, the other told to wait", async () => {
    const both = await Promise.all([post("/invalidate", key, order), post("/invalidate", key, order)]);
    expect(both.map(({ response }) => response.status).sort()).toEqual([201, 409]);
    expect(service.deps.jobs.head()).toBe(2);
  });

  test("a request that was refused does not use up its key", async () => {
    expect((await post("/invalidate", key, { scope: "x" })).response.status).toBe(400);
    expect((await post("/invalidate", key, order)).response.status).toBe(201);
  });
});

describe("the list", () => {
  test("shows what is asked for", async () => {
    await endMeanwhile(post("/invalidate", { prefer: "wait=30" }, order));
    await post("/invalidate", {}, { scope: "all" });
    const scopesIn = async (query: string) =>
      (await service.get(`/invalidate?${query}`)).body.invalidations.map(({ scope }: Json) => scope);
    expect(await scopesIn("")).toEqual(["all", "original"]);
    expect(await scopesIn("status=DONE")).toEqual(["original"]);
    expect(await scopesIn("status=running")).toEqual(["all"]);
    expect(await scopesIn("status=ERROR")).toEqual([]);
    expect(await scopesIn("scope=all&text=")).toEqual(["all"]);
    expect(await scopesIn("text=b/*")).toEqual(["original"]);
  });

  test.each(["status=done", "status=", "scope=everything", `text=${"x".repeat(501)}`])(
    "with %s is refused",
    async (query) => {
      const { status, body } = await service.get(`/invalidate?${query}`);
      expect([status, body.code]).toEqual([400, "bad_query"]);
    },
  );
});
