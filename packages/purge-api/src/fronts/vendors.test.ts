import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { answeringServer } from "./answering.fixture.ts";
import { createBunny } from "./bunny.ts";
import { createCloudflare } from "./cloudflare.ts";
import { createFastly } from "./fastly.ts";
import { frontSuite } from "./front.suite.ts";
import { createNginx } from "./nginx.ts";
import { createVarnish } from "./varnish.ts";

const secret = "s3cret-of-the-front";
const zone = "023e105f4ecef8ad9ca31a8372d0c353";

const cloudflare = (endpoint: string) =>
  createCloudflare(fetch, { endpoint, zone, plan: "pro", apiToken: secret });
const fastly = (endpoint: string) =>
  createFastly(fetch, { endpoint, service: "SU1Z0isxPaozGVKXdv0eY", apiToken: secret });
const bunny = (endpoint: string) => createBunny(fetch, { endpoint, pullZone: 12345, accessKey: secret });

// The bodies are the examples of the vendors' references.
const cloudflareDone = () =>
  Response.json({
    success: true,
    errors: [],
    messages: [],
    result: { id: "9a7806061c88ada191ed06f989cc3dac" },
  });
const fastlyDone = () => Response.json({ key_1: "108-1391560174-974124" });
const noContent = () => new Response(null, { status: 204 });

frontSuite("Cloudflare", { open: cloudflare, purged: cloudflareDone, secret });
frontSuite("Fastly", { open: fastly, purged: fastlyDone, secret });
frontSuite("Bunny", { open: bunny, purged: noContent, secret });
frontSuite("Varnish", {
  open: (url) => createVarnish(fetch, [url], secret),
  purged: () => new Response("purged"),
  secret,
});
frontSuite("nginx", { open: (url) => createNginx(fetch, [url], secret), purged: noContent, secret });

describe("requests are as documented", () => {
  const server = answeringServer();
  beforeEach(() => void server.asked.splice(0));
  afterAll(() => server.stop());
  const only = () => {
    expect(server.asked).toHaveLength(1);
    return server.asked[0] as (typeof server.asked)[0];
  };

  test("Cloudflare: POST /zones/{zone}/purge_cache with tags, by bearer token", async () => {
    server.answers(cloudflareDone);
    await cloudflare(server.url).purge(["t:doc", "o:1"], "soft");
    const { method, path, headers, body } = only();
    expect([method, path]).toEqual(["POST", `/zones/${zone}/purge_cache`]);
    expect(headers.get("authorization")).toBe(`Bearer ${secret}`);
    expect(headers.get("content-type")).toBe("application/json");
    expect(JSON.parse(body)).toEqual({ tags: ["t:doc", "o:1"] });
  });

  test("Cloudflare: 200 that is no success is a failure", async () => {
    server.answers(() =>
      Response.json({ success: false, errors: [{ code: 1134, message: "Unable to purge" }] }),
    );
    const purge = cloudflare(server.url).purge(["t:doc"], "hard");
    await expect(purge).rejects.toMatchObject({ name: "FrontError", isFinal: false });
    await expect(purge).rejects.toThrow("Unable to purge");
  });

  test.each([
    ["hard", null],
    ["soft", "1"],
  ] as const)("Fastly: POST /service/{id}/purge with surrogate_keys, %s", async (mode, soft) => {
    server.answers(fastlyDone);
    await fastly(server.url).purge(["t:doc", "o:1"], mode);
    const { method, path, headers, body } = only();
    expect([method, path]).toEqual(["POST", "/service/SU1Z0isxPaozGVKXdv0eY/purge"]);
    expect(headers.get("fastly-key")).toBe(secret);
    expect(headers.get("fastly-soft-purge")).toBe(soft);
    expect(JSON.parse(body)).toEqual({ surrogate_keys: ["t:doc", "o:1"] });
  });

  test("Fastly says when there is room again", async () => {
    const date = "Wed, 25 Nov 2026 12:00:00 GMT";
    const reset = String(Date.parse(date) / 1000 + 90);
    server.answers(
      () => new Response(null, { status: 429, headers: { date, "fastly-ratelimit-reset": reset } }),
    );
    await expect(fastly(server.url).purge(["a"], "hard")).rejects.toMatchObject({ retryAfterMs: 90_000 });
  });

  test("Bunny: POST /pullzone/{id}/purgeCache with one tag, by access key", async () => {
    server.answers(noContent);
    await bunny(server.url).purge(["o:1"], "hard");
    const { method, path, headers, body } = only();
    expect([method, path]).toEqual(["POST", "/pullzone/12345/purgeCache"]);
    expect(headers.get("accesskey")).toBe(secret);
    expect(headers.get("content-type")).toBe("application/json");
    expect(JSON.parse(body)).toEqual({ CacheTag: "o:1" });
  });

  test("Bunny: with a folder go the pictures whose folders did not fit into their header", async () => {
    server.answers(noContent);
    await bunny(server.url).purge(["p:1"], "hard");
    expect(server.asked.map(({ body }) => JSON.parse(body).CacheTag)).toEqual(["p:1", "p:cut"]);
  });

  test("Varnish: PURGE with tags and mode in headers, at every machine", async () => {
    server.answers(() => new Response());
    await createVarnish(fetch, [server.url, server.url], secret).purge(["t:doc", "o:1"], "soft");
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(["PURGE /", "PURGE /"]);
    const { headers } = server.asked[0] as (typeof server.asked)[0];
    expect(headers.get("freshet-tags")).toBe("t:doc o:1");
    expect(headers.get("freshet-mode")).toBe("soft");
    expect(headers.get("authorization")).toBe(`Bearer ${secret}`);
  });

  test("nginx: PUT of a generation that never was, at every machine", async () => {
    server.answers(noContent);
    const front = createNginx(fetch, [server.url], null);
    const generations = new Set<string>();
    for (let at = 0; at < 20; at++) {
      await front.purge(["t:doc"], "hard");
      const { method, path, headers, body } = server.asked.at(-1) as (typeof server.asked)[0];
      expect([method, path, headers.get("authorization")]).toEqual(["PUT", "/freshet-generation/doc", null]);
      const seconds = Date.parse(headers.get("date") ?? "") / 1000;
      expect(seconds).toBeGreaterThanOrEqual(0);
      expect(seconds).toBeLessThan(2 ** 31);
      generations.add(`${seconds} ${body.length}`);
    }
    expect(generations.size).toBe(20);
  });
});
