import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { type Json, openApp } from "../app.fixture.ts";
import { loadKeys } from "../keys/load-keys.ts";
import { makeKey } from "../keys/make-key.ts";

const sha256 = (key: string) => createHash("sha256").update(key).digest("hex");

let service: Awaited<ReturnType<typeof openApp>>;
beforeAll(async () => {
  const keys = {
    avatars: { sha256: sha256("avatars"), scopes: ["original", "urls"], prefixes: ["/sample.li/avatars/"] },
    shop: { sha256: sha256("shop"), token: "shop", patterns_per_minute: 3 },
  };
  service = await openApp({}, { keys });
});
afterAll(() => service.close());

async function post(key: string, body: object, path = "/invalidate") {
  const headers = { "x-client-key": key };
  const response = await service.ask(path, { method: "POST", headers, body: JSON.stringify(body) });
  return { response, body: (await response.json()) as Json };
}

describe("a key that is limited to a folder", () => {
  test.each<[object]>([
    [{ scope: "original", urls: ["/sample.li/avatars/a.jpg"] }],
    [{ scope: "original", urls: ["/v7/https://sample.li/avatars/a.jpg", "/sample.li/avatars/x/*"] }],
    [{ scope: "original", urls: ["/sample.li/avatars/*"] }],
    [{ scope: "original", urls: ["/sample.li/avatars/a.jpg"], transformations: ["?w=200"] }],
    [{ scope: "urls", urls: ["/sample.li/avatars/a.jpg?w=200"] }],
  ])("purges %j", async (body) => expect((await post("avatars", body)).response.status).toBe(201));

  test.each<[object]>([
    [{ scope: "all" }],
    [{ scope: "tag", tags: ["a"] }],
    [{ scope: "original", urls: ["/*"] }],
    [{ scope: "original", urls: ["/sample.li/*"] }],
    [{ scope: "original", urls: ["/sample.li/avatars"] }],
    [{ scope: "original", urls: ["/sample.li/avatars*"] }],
    [{ scope: "original", urls: ["/other.li/avatars/a.jpg"] }],
    [{ scope: "original", urls: ["/sample.li/avatars/a.jpg", "/sample.li/b.jpg"] }],
    [{ scope: "urls", urls: ["/sample.li/b.jpg?w=200"] }],
  ])("does not purge %j", async (body) => {
    const head = service.deps.jobs.head();
    const { response, body: problem } = await post("avatars", body);
    expect([response.status, problem.code]).toEqual([403, "key_scope"]);
    expect(service.deps.jobs.head()).toBe(head);
  });

  test.each<[string[], number]>([
    [["/sample.li/avatars/a.jpg?w=5", "/v6/width/5/n/sample.li/avatars/b.jpg"], 201],
    [["/sample.li/avatars/a.jpg?w=5", "/sample.li/b.jpg?w=5"], 403],
    [["/sample.li/avatarsx/a.jpg?w=5"], 403],
  ])("warms up %j: %d", async (data, status) => {
    const { response, body } = await post("avatars", { data }, "/warmup/urls");
    expect([response.status, body.code]).toEqual([status, status === 403 ? "key_scope" : undefined]);
  });

  test("is told what a purge would touch only of what it may purge", async () => {
    const inside = { scope: "original", urls: ["/sample.li/avatars/*"], dry_run: true };
    expect((await post("avatars", inside)).response.status).toBe(200);
    for (const outside of [{ scope: "all" }, { scope: "original", urls: ["/sample.li/*"] }]) {
      expect((await post("avatars", { ...outside, dry_run: true })).body.code).toBe("key_scope");
    }
  });

  test("has pictures made again only of what it purges", async () => {
    const inside = { scope: "original", urls: ["/sample.li/avatars/a.jpg"], rewarm: 5 };
    expect((await post("avatars", inside)).response.status).toBe(201);
    expect((await post("avatars", { scope: "all", rewarm: 5 })).body.code).toBe("key_scope");
  });

  test("does not run a job of somebody else's again that reaches further", async () => {
    const { body } = await service.invalidate({ scope: "all" });
    const { uuid } = body.invalidation;
    await service.deps.settler.settle();
    expect((await post("avatars", {}, `/invalidate/${uuid}/restart`)).body.code).toBe("key_scope");
    expect((await post("shop", {}, `/invalidate/${uuid}/restart`)).body.code).toBe("job_unknown");
  });
});

test("a key acts for its token, and says what is left of its quota", async () => {
  const urls = ["/a.jpg", "/b.jpg"];
  const first = await post("shop", { scope: "original", urls });
  const { headers } = first.response;
  expect([headers.get("ratelimit-policy"), headers.get("ratelimit")]).toEqual([
    '"purge";q=3;w=60',
    expect.stringMatching(/^"purge";r=1;t=(39|40)$/),
  ]);
  const { response, body } = await post("shop", { scope: "original", urls });
  expect([response.status, body.code]).toEqual([429, "quota_exceeded"]);
  expect(Number(response.headers.get("retry-after"))).toBeWithin(19, 21);
  const row = (await service.deps.jobs.read(service.deps.jobs.head() - 1, 1))[0];
  expect(row?.pattern).toBe("shop|//shop.example/media/b.jpg");
});

test("settings of keys that cannot be used are all named", () => {
  const tokens = { default: { name: "doc" }, byName: (name: string) => (name === "doc" ? {} : undefined) };
  const bad = {
    Big: { sha256: sha256("a") },
    a: { sha256: "x" },
    b: {},
    c: {
      sha256: sha256("a"),
      token: "t",
      scopes: ["everything"],
      prefixes: [],
      patterns_per_minute: 0,
      x: 1,
    },
  };
  const load = () => loadKeys({ env: {}, file: { keys: bad }, readFile: () => "" }, tokens as never);
  for (const problem of [
    "keys.Big: a name has",
    "keys.a.sha256: expected 64 hexadecimal digits",
    "keys.b.sha256: missing",
    'keys.c.token: there is no token "t"',
    "keys.c.scopes: expected",
    "keys.c.prefixes: expected",
    "keys.c.patterns_per_minute: expected",
    "keys.c.x: there is no such setting",
    "keys.c.sha256: it is that of keys.Big",
  ]) {
    expect(load).toThrow(problem);
  }
});

test("a key that is made fits what is said for the settings file", () => {
  const { key, settings } = makeKey("ci");
  const file = Bun.TOML.parse(settings) as { keys: { ci: { sha256: string } } };
  expect(file.keys.ci).toEqual({ sha256: sha256(key) });
});
