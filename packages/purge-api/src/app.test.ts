import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openApp, type } from "./app.fixture.ts";

let service: Awaited<ReturnType<typeof openApp>>;
beforeAll(async () => {
  service = await openApp();
});
afterAll(async () => {
  expect(service.reported).toEqual([]);
  await service.close();
});

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const time = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/;

describe("answers in Cloudimage's shape", () => {
  test("an accepted invalidation: exactly its members, in its order", async () => {
    const { status, type, body } = await service.invalidate({
      scope: "original",
      urls: ["/sample.li/a.jpg"],
    });
    expect([status, type]).toEqual([201, "application/json;charset=utf-8"]);
    expect(body).toEqual({
      status: "success",
      msg: "Your invalidation request has been received",
      invalidation: {
        status: "RECEIVED",
        uuid: expect.stringMatching(uuid),
        added_at: expect.stringMatching(time),
      },
    });
    expect(Object.keys(body)).toEqual(["status", "msg", "invalidation"]);
    expect(Object.keys(body.invalidation)).toEqual(["status", "uuid", "added_at"]);
  });

  test("a finished invalidation of everything: received is null, invalidated names /*", async () => {
    const { body: posted } = await service.invalidate({ scope: "all" });
    await service.deps.settler.settle();
    const { status, body } = await service.get(`/invalidate/${posted.invalidation.uuid}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      status: "success",
      invalidation: {
        status: "DONE",
        uuid: posted.invalidation.uuid,
        added_at: posted.invalidation.added_at,
        urls: { received: null, invalidated: ["/*"], failed: [] },
        scope: "all",
        problems: [],
        done_at: expect.stringMatching(time),
        duration_ms: expect.any(Number),
        error: null,
        nodes: [],
        fronts: [],
      },
    });
  });

  test("lines that cannot be read are told at once and listed as failed, and the others are purged", async () => {
    const sent = ["/sample.li/a.jpg", "/", "/sample.li/*/b.jpg"];
    const { status, body } = await service.invalidate({ scope: "original", urls: sent });
    expect([status, body.invalidation.problems.length]).toEqual([201, 2]);
    const { body: job } = await service.get(`/invalidate/${body.invalidation.uuid}`);
    expect(job.invalidation.urls).toEqual({
      received: sent,
      invalidated: ["/sample.li/a.jpg"],
      failed: ["/", "/sample.li/*/b.jpg"],
    });
    expect(job.invalidation.problems).toEqual([
      { url: "/", reason: "the line names no original" },
      { url: "/sample.li/*/b.jpg", reason: expect.stringContaining("wildcard") },
    ]);
  });
});

test("the list is newest first and its `next` leads through all of it", async () => {
  const own = await openApp();
  for (const at of [1, 2, 3, 4, 5])
    await own.invalidate({ scope: "urls", urls: [`/sample.li/${at}.jpg?w=9`] });
  const seen: string[] = [];
  let path = "/invalidate?limit=2";
  for (let pages = 0; path !== "" && pages < 9; pages++) {
    const { body } = await own.get(path);
    expect(body.status).toBe("success");
    for (const { urls } of body.invalidations) seen.push(urls.received[0]);
    path = body.next === null ? "" : `/invalidate?limit=2&before=${body.next}`;
  }
  expect(seen).toEqual([5, 4, 3, 2, 1].map((at) => `/sample.li/${at}.jpg?w=9`));
  await own.close();
});

test("the token of the key is told, so that the form reads lines as purge-api does", async () => {
  const { status, body } = await service.get("/token");
  expect([status, body.token.name]).toEqual([200, "doc"]);
});

describe("what is not there is a problem too", () => {
  test.each([
    ["GET", "/nowhere"],
    ["DELETE", "/invalidate"],
    ["PUT", "/invalidate"],
    ["POST", "/invalidate/x"],
    ["GET", "/%E0%A4%A"],
    ["GET", "/invalidate/%E0%A4%A"],
    ["GET", "/invalidate/4fc96d31-9815-4021-830a-ca6d96c514a5"],
    ["GET", "/invalidate/__proto__"],
    ["GET", "/invalidate/%00"],
    ["GET", `/invalidate/${"x".repeat(5_000)}`],
    ["GET", "/invalidate/'%20OR%201=1--"],
  ])("%s %s", async (method, path) => {
    const response = await service.ask(path, { method });
    const body = (await response.json()) as object;
    expect([response.status, type(response)]).toEqual([404, "application/problem+json"]);
    expect(Object.keys(body)).toEqual(["type", "title", "detail", "code", "status", "msg"]);
  });
});

test("an error that nobody thought of is reported, and its text stays inside", async () => {
  const own = await openApp();
  await own.deps.close(); // from here on every query throws
  const { status, body } = await own.get("/invalidate");
  expect([status, body.code, own.reported.length]).toEqual([500, "internal", 1]);
  expect(JSON.stringify(body)).not.toMatch(/sqlite|database|connection/i);
  await own.close();
});
