import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { limits } from "@freshet/core";
import fc from "fast-check";
import { openApp } from "../app.fixture.ts";

let service: Awaited<ReturnType<typeof openApp>>;
beforeAll(async () => {
  service = await openApp();
});
afterEach(() => expect(service.reported).toEqual([]));
afterAll(() => service.close());

const line = "/sample.li/a.jpg";
const lines = (count: number) => Array.from({ length: count }, (_, at) => `/sample.li/${at}.jpg`);

describe("a body that cannot be used is a problem with a code, and purges nothing", () => {
  test.each<[string, number, string, unknown]>([
    ["no body", 400, "bad_json", ""],
    ["no JSON", 400, "bad_json", "{scope: all}"],
    ["JSON that was cut off", 400, "bad_json", '{"scope":"all"'],
    ["two values", 400, "bad_json", '{"scope":"all"}{"scope":"all"}'],
    ["invalid UTF-8", 400, "bad_json", new Uint8Array([0x22, 0xff, 0xfe, 0x22])],
    ["a number", 400, "bad_json", 7],
    ["a text", 400, "bad_json", '"all"'],
    ["a list", 400, "bad_json", [{ scope: "all" }]],
    ["null", 400, "bad_json", "null"],
    ["a million open brackets", 400, "bad_json", "[".repeat(1_000_000)],
    ["objects nested too deeply", 400, "bad_json", '{"a":'.repeat(500_000)],
    ["no scope", 400, "bad_scope", { urls: [line] }],
    ["an unknown scope", 400, "bad_scope", { scope: "everything" }],
    ["a scope in capitals", 400, "bad_scope", { scope: "ALL" }],
    ["a scope that is a list", 400, "bad_scope", { scope: ["all"] }],
    ["a scope by way of the prototype", 400, "bad_scope", '{"__proto__":{"scope":"all"}}'],
    ["the name of an inherited member", 400, "bad_scope", { scope: "constructor" }],
    ["no urls", 400, "bad_urls", { scope: "original" }],
    ["urls null", 400, "bad_urls", { scope: "urls", urls: null }],
    ["no url in urls", 400, "bad_urls", { scope: "original", urls: [] }],
    ["urls that are one text", 400, "bad_urls", { scope: "original", urls: line }],
    ["urls that look like a list", 400, "bad_urls", { scope: "original", urls: { length: 1, 0: line } }],
    ["a url that is a number", 400, "bad_urls", { scope: "original", urls: [line, 7] }],
    ["a url that is null", 400, "bad_urls", { scope: "original", urls: [null] }],
    ["a url that is a list", 400, "bad_urls", { scope: "original", urls: [[line]] }],
    ["no url that can be read", 400, "bad_urls", { scope: "original", urls: ["", " ", "/"] }],
    ["a wildcard among exact URLs", 400, "bad_urls", { scope: "urls", urls: ["/sample.li/*"] }],
    ["too many urls", 400, "bad_urls", { scope: "original", urls: lines(limits.purgePaths + 1) }],
    ["a wrong mode", 400, "bad_mode", { scope: "all", mode: "gentle" }],
    ["a mode that is null", 400, "bad_mode", { scope: "all", mode: null }],
    ["too many bytes", 413, "body_too_large", " ".repeat(limits.purgeBodyBytes + 1)],
    ["one url that is far too long", 400, "bad_urls", { scope: "original", urls: [`/h/${"x".repeat(3e6)}`] }],
    [
      "one prefix that is far too long",
      400,
      "bad_urls",
      { scope: "original", urls: [`/h/${"x".repeat(3e6)}/*`] },
    ],
    ["slashes only", 400, "bad_urls", { scope: "original", urls: ["/".repeat(3e6)] }],
  ])("%s: %d %s", async (_, status, code, body) => {
    const before = service.deps.jobs.head();
    const answer = await service.invalidate(body);
    expect([answer.status, answer.type]).toEqual([status, "application/problem+json"]);
    expect(answer.body).toEqual({
      type: `urn:freshet:error:${code}`,
      title: expect.any(String),
      detail: expect.any(String),
      code,
      status: "error",
      msg: answer.body.detail,
    });
    expect(answer.body.detail.length).toBeLessThan(500);
    expect(service.deps.jobs.head()).toBe(before);
  });
});

test.each([
  "limit=0",
  "limit=101",
  "limit=x",
  "limit=",
  "limit=1.5",
  "limit=1e1",
  "limit=-1",
  "before=0",
  "before=x",
])("a list with %s is refused", async (query) => {
  const { status, body } = await service.get(`/invalidate?${query}`);
  expect([status, body.code]).toEqual([400, "bad_query"]);
});

describe("a body that is odd but right is accepted", () => {
  test.each<[string, unknown]>([
    ["as many urls as one call takes", { scope: "original", urls: lines(limits.purgePaths) }],
    ["members that nobody asked for", '{"scope":"all","__proto__":{"a":1},"constructor":1,"urls":7}'],
    ["a byte order mark", '\ufeff{"scope":"all"}'],
    ["each path twice", { scope: "original", urls: [line, line] }],
    ["emoji and umlauts", { scope: "original", urls: ["/sample.li/😀/ü.jpg"] }],
    ["half of an emoji", '{"scope":"original","urls":["/sample.li/\\ud83d.jpg","/sample.li/a.jpg"]}'],
    ["NUL, quotes, newlines", { scope: "original", urls: ["/sample.li/\u0000'\"\n;--.jpg", line] }],
    ["the names of inherited members", { scope: "original", urls: ["/__proto__/constructor", line] }],
  ])("%s", async (_, body) => {
    const { status, body: answer } = await service.invalidate(body);
    expect([status, answer.status]).toEqual([201, "success"]);
    await service.deps.settler.settle();
    const { body: job } = await service.get(`/invalidate/${answer.invalidation.uuid}`);
    expect(job.invalidation.status).toBe("DONE");
  });

  test("without a media type, and with a wrong one", async () => {
    for (const type of ["", "text/plain", "multipart/form-data"]) {
      const headers = { "content-type": type };
      const body = JSON.stringify({ scope: "all" });
      expect((await service.ask("/invalidate", { method: "POST", body, headers })).status).toBe(201);
    }
  });
});

test("whatever is sent, it is accepted or a problem, never a failure of ours", async () => {
  const scope = fc.constantFrom("original", "urls", "all", "x");
  const urls = fc.array(fc.oneof(fc.string({ unit: "binary" }), fc.webUrl(), fc.constant(line)), {
    maxLength: 5,
  });
  const body = fc.oneof(
    fc.json(),
    fc.record({ scope, urls }).map((value) => JSON.stringify(value)),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(body, async (text) => {
      const { status, body: answer } = await service.invalidate(text);
      expect([201, 400]).toContain(status);
      expect(answer.status).toBe(status === 201 ? "success" : "error");
    }),
    { numRuns: 150 },
  );
}, 30_000);
