import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { limits } from "@freshet/core";
import { type Json, openApp } from "../app.fixture.ts";

let service: Awaited<ReturnType<typeof openApp>>;
beforeAll(async () => {
  service = await openApp();
});
afterEach(() => expect(service.reported).toEqual([]));
afterAll(() => service.close());

async function post(body: RequestInit["body"], headers: Record<string, string> = {}) {
  const response = await service.ask("/warmup/urls", { method: "POST", body: body as string, headers });
  return { status: response.status, body: (await response.json()) as Json };
}

const json = (value: unknown) => JSON.stringify(value);
const csv = { "content-type": "text/csv" };

function form(content: string, name = "file") {
  const body = new FormData();
  body.append(name, new File([content], "urls.csv", { type: "text/csv" }));
  return body;
}

describe("takes a list in each form that Cloudimage takes", () => {
  test.each<[string, RequestInit["body"], Record<string, string>, number, number]>([
    ["JSON", json({ data: ["/sample.li/flat.jpg?w=200", "sample.li/flat.jpg?w=201"] }), {}, 2, 0],
    ["two spellings of one picture", json({ data: ["/v7/h.io/a?w=5&q=9", "/h.io/a?q=9&width=5"] }), {}, 1, 0],
    ["v6, and the whole address", json({ data: ["https://doc.cloudimg.io/width/5/n/h.io/a.jpg"] }), {}, 1, 0],
    ["lines that cannot be read", json({ data: ["/h.io/a?w=5", "", "nonsense"] }), {}, 1, 2],
    ["CSV", "/h.io/a?w=5&h=6\r\n\r\n/h.io/b?w=5\n", csv, 2, 0],
    ["CSV with a head, quotes and columns", 'url,name\n"/h.io/a?w=5,1",x', csv, 1, 1],
    ["CSV with a head", 'URL\n"/h.io/a?crop=1,2"', csv, 1, 0],
    ["CSV with quotes in quotes", '"/h.io/a""b.jpg?w=5"\n/h.io/a"b.jpg?w=5', csv, 1, 0],
    ["a form with a file", form("/h.io/a?w=5\n/h.io/b?w=6"), {}, 2, 0],
  ])("%s", async (_, body, headers, added, failed) => {
    const answer = await post(body, headers);
    expect(answer).toMatchObject({
      status: 201,
      body: { status: "success", count_added: added, count_failed: failed, msg: "" },
    });
    expect(answer.body.problems.length).toBe(failed);
    const { body: progress } = await service.get(`/warmup/${answer.body.uuid}`);
    // No node is there that could make them.
    expect(progress.warmup).toMatchObject({ status: "RUNNING", total: added, waiting: added, nodes: [] });
  });
});

describe("refuses what is no list", () => {
  test.each<[string, RequestInit["body"], Record<string, string>, number, string]>([
    ["nothing", "", {}, 400, "bad_json"],
    ["no data", json({}), {}, 400, "bad_warmup"],
    ["data that is a text", json({ data: "/a" }), {}, 400, "bad_warmup"],
    ["a line that is a number", json({ data: [5] }), {}, 400, "bad_warmup"],
    ["an empty list", json({ data: [] }), {}, 400, "bad_warmup"],
    ["null", "null", {}, 400, "bad_warmup"],
    ["an accept that is a number", json({ data: ["/h.io/a"], accept: 5 }), {}, 400, "bad_warmup"],
    ["no line that can be read", json({ data: ["", "/"] }), {}, 400, "bad_warmup"],
    ["too many", json({ data: Array(limits.purgePaths + 1).fill("/h.io/a") }), {}, 400, "bad_warmup"],
    ["an empty file", "\n\n", csv, 400, "bad_warmup"],
    ["bytes that are no text", new Uint8Array([0xff, 0xfe]) as never, csv, 400, "bad_warmup"],
    [
      "a URL that is not UTF-8",
      new Uint8Array([...new TextEncoder().encode("/h.io/a?w=5\n/h.io/b"), 0xff]) as never,
      csv,
      400,
      "bad_warmup",
    ],
    ["a form without a file", form("/h.io/a", "other"), {}, 400, "bad_warmup"],
    ["no form", "x", { "content-type": "multipart/form-data; boundary=y" }, 400, "bad_warmup"],
    ["a form without a boundary", "x", { "content-type": "multipart/form-data" }, 400, "bad_warmup"],
    ["too many bytes", " ".repeat(limits.purgeBodyBytes + 1), {}, 413, "body_too_large"],
  ])("%s", async (_, body, headers, status, code) => {
    const answer = await post(body, headers);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});

test("one key and one body are one warm-up; another body is refused", async () => {
  const headers = { "idempotency-key": '"once"' };
  const first = await post(json({ data: ["/h.io/a?w=5"] }), headers);
  const again = await post(json({ data: ["/h.io/a?w=5"] }), headers);
  expect([first.status, again.status, again.body.uuid]).toEqual([201, 201, first.body.uuid]);
  expect((await post(json({ data: ["/h.io/b?w=5"] }), headers)).body.code).toBe("key_reused");
});

test("a uuid that is not known, or of another token, is none", async () => {
  const answer = await service.get("/warmup/11111111-1111-4111-8111-111111111111");
  expect([answer.status, answer.body.code]).toEqual([404, "warmup_unknown"]);
});

test("it takes of the key's quota", async () => {
  const small = await openApp({ FRESHET_PATTERNS_PER_MINUTE: "1" });
  const body = json({ data: ["/h.io/a?w=5", "/h.io/b?w=5"] });
  expect((await small.ask("/warmup/urls", { method: "POST", body })).status).toBe(429);
  await small.close();
});
