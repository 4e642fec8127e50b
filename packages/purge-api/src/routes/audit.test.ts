import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { type Json, openApp } from "../app.fixture.ts";
import { checkAnswer } from "../openapi/check-answer.fixture.ts";

const nodeKey = "a-node-key-only-for-tests";
const operator = { authorization: `Bearer ${nodeKey}` };
const keyOf = (name: string) => createHash("sha256").update(name).digest("hex");

let service: Awaited<ReturnType<typeof openApp>>;
let base: string;
beforeAll(async () => {
  const keys = {
    shop: { sha256: keyOf("shop"), token: "shop", patterns_per_minute: 2 },
    avatars: { sha256: keyOf("avatars"), prefixes: ["/sample.li/avatars/"] },
  };
  const env = { FRESHET_NODE_KEY: nodeKey, FRESHET_TRUSTED_PROXIES: "127.0.0.0/8" };
  service = await openApp(env, { keys });
  service.app.listen({ port: 0, hostname: "127.0.0.1" });
  base = `http://127.0.0.1:${service.app.server?.port}`;
});
afterAll(async () => {
  expect(service.reported).toEqual([]);
  await service.app.stop(true);
  await service.close();
});

/** Over a real socket: only there has a request an address. */
async function send(path: string, headers: Record<string, string>, body?: object) {
  const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const request = new Request(base + path, { headers, ...init });
  const response = await fetch(request);
  await checkAnswer(request, response);
  return (await response.json()) as Json;
}

async function entries(query: string, headers: Record<string, string> = operator): Promise<Json[]> {
  await service.deps.refusals.flush();
  return (await send(`/audit?${query}`, headers)).entries;
}

const one = { scope: "original", urls: ["/sample.li/avatars/a.jpg"] };

test("a purge: by whom, when, what, from where, until when", async () => {
  const key = { "x-client-key": "avatars", "x-forwarded-for": "198.51.100.4" };
  const { invalidation } = await send("/invalidate", { ...key, prefer: "wait=5" }, one);
  expect(await entries(`job=${invalidation.uuid}`)).toEqual([
    {
      ...{ number: expect.any(Number), at: invalidation.added_at, action: "invalidate", token: "doc" },
      ...{ key: "avatars", address: "198.51.100.4", job: invalidation.uuid, scope: "original", mode: "hard" },
      ...{ targets: ["/sample.li/avatars/a.jpg"], count: 1, outcome: "DONE" },
      ...{ ended_at: invalidation.done_at, duration_ms: invalidation.duration_ms },
    },
  ]);
});

test("a restart and a hook are entries of their own", async () => {
  const key = { "x-client-key": "avatars" };
  const { invalidation } = await send("/invalidate", { ...key, prefer: "wait=5" }, one);
  await send(`/invalidate/${invalidation.uuid}/restart`, key, {});
  expect((await entries(`job=${invalidation.uuid}`)).map(({ action }) => action)).toEqual([
    "restart",
    "invalidate",
  ]);
  const records = [
    { eventName: "ObjectCreated:Put", s3: { bucket: { name: "b" }, object: { key: "a.jpg" } } },
  ];
  const told = await send(
    "/hooks/s3?prefix=/sample.li/avatars/",
    { authorization: "Bearer avatars" },
    {
      Records: records,
    },
  );
  expect(await entries(`job=${told.invalidation.uuid}`)).toMatchObject([
    { action: "hook", key: "avatars", targets: ["/sample.li/avatars/a.jpg"] },
  ]);
});

test("a rewarm and a warm-up are entries of their own; one that is sent twice is one", async () => {
  const key = { "x-client-key": "avatars" };
  const { invalidation } = await send("/invalidate", { ...key, prefer: "wait=5" }, { ...one, rewarm: 3 });
  const targets = ["/sample.li/avatars/a.jpg"];
  expect(await entries(`job=${invalidation.uuid}`)).toMatchObject([
    { action: "rewarm", key: "avatars", targets, count: 3, outcome: "DONE", ended_at: invalidation.done_at },
    { action: "invalidate", key: "avatars", targets, count: 1, outcome: "DONE" },
  ]);
  const order = { data: ["/sample.li/avatars/a.jpg?w=5", "/sample.li/avatars/a.jpg?w=6"] };
  const once = { ...key, "idempotency-key": '"warm"', "x-forwarded-for": "198.51.100.4" };
  const { uuid } = await send("/warmup/urls", once, order);
  expect((await send("/warmup/urls", once, order)).uuid).toBe(uuid);
  expect(await entries("action=warmup")).toMatchObject([
    {
      ...{ key: "avatars", address: "198.51.100.4", job: uuid, scope: null, mode: null },
      ...{ targets: order.data.map((path) => `/v7${path}`), count: 2, outcome: "OK" },
    },
  ]);
});

describe("what is refused", () => {
  test.each<[string, Record<string, string>, object, object]>([
    ["no key", {}, one, { outcome: "key_missing", key: null, token: null }],
    ["a wrong key", { "x-client-key": "wrong" }, one, { outcome: "key_wrong", key: null, token: null }],
    [
      "a scope that the key does not have",
      { "x-client-key": "avatars" },
      { scope: "all" },
      { outcome: "key_scope", key: "avatars", token: "doc" },
    ],
    [
      "too much in a minute",
      { "x-client-key": "shop" },
      { scope: "original", urls: ["/a", "/b", "/c"] },
      { outcome: "quota_exceeded", key: "shop", token: "shop" },
    ],
  ])("%s", async (_, headers, body, expected) => {
    await send("/invalidate", headers, body);
    const [entry] = await entries("action=refused&limit=1");
    const common = { targets: ["POST /invalidate"], address: "127.0.0.1", job: null };
    expect(entry).toMatchObject({ ...common, ...expected });
    // The key itself stands nowhere.
    expect(Object.values(entry)).not.toContain("wrong");
  });

  test("a signature that is not right, and a node key", async () => {
    await fetch(`${base}/nodes`, { headers: { authorization: "Bearer x" } });
    await send("/hooks/signed", {}, one);
    const refused = (await entries("action=refused")).map(({ targets, outcome }) => [targets[0], outcome]);
    expect(refused).toContainEqual(["POST /hooks/signed", "hook_refused"]);
  });
});

test("the removal of a node", async () => {
  const hello = { type: "hello", logId: "", applied: 0, job: "", fence: "revalidate" } as const;
  const { membership } = service.deps;
  await membership.leave(await membership.hello({ ...hello, node: "n1", boot: "b1" }, 0));
  await fetch(`${base}/nodes/n1`, { method: "DELETE", headers: operator });
  expect(await entries("action=remove_node")).toMatchObject([
    { key: "node key", token: null, targets: ["n1"], address: "127.0.0.1", outcome: "OK" },
  ]);
});

test("a client key sees its token's entries only, the node key all, or those of one token", async () => {
  await send("/invalidate", { "x-client-key": "shop" }, { scope: "original", urls: ["/a"] });
  const tokens = async (query: string, headers: Record<string, string>) =>
    new Set((await entries(query, headers)).map(({ token }) => token));
  expect(await tokens("", { "x-client-key": "shop" })).toEqual(new Set(["shop"]));
  expect(await tokens("", operator)).toEqual(new Set(["shop", "doc", null]));
  expect(await tokens("token=shop", operator)).toEqual(new Set(["shop"]));
  expect((await send("/audit?token=doc", { "x-client-key": "shop" })).code).toBe("bad_query");
  expect((await send("/audit", {})).code).toBe("key_missing");
});

test("pages lead through all entries", async () => {
  const all = (await entries("limit=500")).map(({ number }) => number);
  const seen: number[] = [];
  let next: string | null = "";
  while (next !== null) {
    const page: Json = await send(`/audit?limit=2${next && `&before=${next}`}`, operator);
    seen.push(...page.entries.map(({ number }: Json) => number));
    next = page.next;
  }
  expect(seen).toEqual(all);
});

test.each(["limit=0", "limit=501", "before=x", "action=any", "from=yesterday", "to=2026-13-45", "job="])(
  "%s",
  async (query) => {
    const { status, code } = await send(`/audit?${query}`, operator);
    expect([status, code]).toEqual(query === "job=" ? ["success", undefined] : ["error", "bad_query"]);
  },
);
