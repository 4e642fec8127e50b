import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { openApp } from "../app.fixture.ts";

let server: Bun.Server<undefined>;
let answer: () => Response | Promise<Response>;
const asked: { path: string; headers: Record<string, string> }[] = [];
const apps: Awaited<ReturnType<typeof openApp>>[] = [];
const png = new Uint8Array([137, 80, 78, 71]);
const headers = {
  "content-type": "image/png",
  etag: '"abc"',
  "cache-status": "freshet; hit; detail=memory",
  "x-ci-fetched": "2026-11-25T14:00:00.000Z",
  "set-cookie": "a=b",
  "surrogate-key": "t:doc",
};

beforeAll(() => {
  server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      const { origin } = new URL(request.url);
      asked.push({
        path: request.url.slice(origin.length),
        headers: Object.fromEntries(request.headers),
      });
      return answer();
    },
  });
});
afterAll(() => server.stop(true));
afterEach(async () => {
  asked.length = 0;
  answer = () => new Response(png, { headers });
  await Promise.all(apps.splice(0).map((app) => app.close()));
});
answer = () => new Response(png, { headers });

async function open(settings: object = {}, env: Record<string, string> = {}) {
  const app = await openApp({ FRESHET_SERVER_URL: `http://127.0.0.1:${server.port}`, ...env }, settings);
  apps.push(app);
  return app;
}

test("GET /picture passes a picture on with what tells it from another, and nothing else", async () => {
  const app = await open();
  const response = await app.ask("/picture?path=/sample.li/a.jpg%3Fvh=2");
  expect(response.status).toBe(200);
  expect(await response.bytes()).toEqual(png);
  expect(Object.fromEntries(response.headers)).toEqual({
    "content-type": "image/png",
    etag: '"abc"',
    "cache-status": headers["cache-status"],
    "x-ci-fetched": headers["x-ci-fetched"],
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
  });
  expect(asked[0]?.path).toBe("/v7/sample.li/a.jpg?vh=2&func=bound&w=480&h=480&org_if_sml=1&ci_info=1");
  expect(asked[0]?.headers.host).toBe("localhost:8080");
  expect(asked[0]?.headers).not.toHaveProperty("x-client-key");
});

test("GET /picture asks for an exact URL as it is, of v6 too", async () => {
  const app = await open();
  await app.ask(`/picture?scope=urls&path=${encodeURIComponent("/sample.li/a.jpg?w=5&h=6")}`);
  await app.ask("/picture?scope=urls&api=v6&path=/width/500/n/sample.li/a.jpg");
  expect(asked.map(({ path }) => path)).toEqual([
    "/v7/sample.li/a.jpg?w=5&h=6&ci_info=1",
    "/width/500/n/sample.li/a.jpg",
  ]);
});

const shopKey = "a-key-of-the-shop-only";
const shop = {
  tokens: { shop: { hosts: ["img.shop.example"], referers: ["shop.example"] } },
  keys: {
    folder: {
      sha256: createHash("sha256").update(shopKey).digest("hex"),
      token: "shop",
      prefixes: ["/shop.example/team/"],
    },
  },
};

test("GET /picture speaks for the token of its key: its host, its page, and only what the key may purge", async () => {
  const app = await open(shop);
  const init = { headers: { "x-client-key": shopKey } };
  expect((await app.ask("/picture?path=/shop.example/team/a.jpg", init)).status).toBe(200);
  expect(asked[0]?.headers.host).toBe("img.shop.example");
  expect(asked[0]?.headers.referer).toBe("https://shop.example/");
  const refused = await app.ask("/picture?path=/shop.example/b.jpg", init);
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, "key_scope"]);
  expect(asked).toHaveLength(1);
});

const refusals: [name: string, path: string, status: number, code: string][] = [
  ["a wildcard", "/picture?path=/sample.li/*", 404, "no_picture"],
  ["what cannot be read", "/picture?path=20", 404, "no_picture"],
  ["no path", "/picture", 400, "bad_query"],
  ["another scope", "/picture?path=/a.io/a&scope=all", 400, "bad_query"],
  ["another version", "/picture?path=/a.io/a&api=v5", 400, "bad_query"],
  ["dots that lead elsewhere", "/picture?path=/../metrics", 404, "no_picture"],
  ["dots in a URL", "/picture?scope=urls&path=/a.io/../../../metrics", 404, "no_picture"],
  ["backslashes", "/picture?path=a.io%5C..%5C..%5C..%5Cmetrics", 404, "no_picture"],
];

for (const [name, path, status, code] of refusals) {
  test(`GET /picture refuses ${name} without asking anybody`, async () => {
    const app = await open();
    const response = await app.ask(path);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code]);
    expect(asked).toEqual([]);
  });
}

test("GET /picture needs a key", async () => {
  const app = await open();
  expect((await app.ask("/picture?path=/a.io/a", { headers: { "x-client-key": "" } })).status).toBe(401);
  expect(asked).toEqual([]);
});

const failures: [name: string, answered: () => Response, status: number, code: string][] = [
  ["a stand-in for what is missing", () => new Response(png, { status: 404, headers }), 404, "no_picture"],
  ["an error", () => new Response("no", { status: 503 }), 502, "picture_failed"],
  [
    "a redirect",
    () =>
      asked.length > 1
        ? new Response(png, { headers })
        : new Response(null, { status: 302, headers: { location: "/elsewhere" } }),
    502,
    "picture_failed",
  ],
  ["what is no picture", () => Response.json({ secret: 1 }), 502, "picture_failed"],
  ["too much", () => new Response(new Uint8Array(16 * 1024 * 1024 + 1), { headers }), 502, "picture_failed"],
];

for (const [name, answered, status, code] of failures) {
  test(`GET /picture does not pass on ${name}`, async () => {
    const app = await open();
    answer = answered;
    const response = await app.ask("/picture?path=/a.io/a.jpg");
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code]);
  });
}

test("GET /picture says so where no server answers, or none is named", async () => {
  const closed = await open({}, { FRESHET_SERVER_URL: "http://127.0.0.1:1" });
  expect((await closed.ask("/picture?path=/a.io/a.jpg")).status).toBe(502);
  const unnamed = await openApp({ FRESHET_SERVER_PORT: "0" });
  apps.push(unnamed);
  expect((await unnamed.ask("/picture?path=/a.io/a.jpg")).status).toBe(404);
});

test("GET /picture shows eight at a time, and has room again when they are through", async () => {
  const app = await open();
  const gate = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  answer = async () => {
    if (asked.length === 8) arrived.resolve();
    await gate.promise;
    return new Response(png, { headers });
  };
  const many = Array.from({ length: 8 }, () => app.ask("/picture?path=/a.io/a.jpg"));
  await arrived.promise;
  expect((await app.ask("/picture?path=/a.io/a.jpg")).status).toBe(503);
  gate.resolve();
  expect((await Promise.all(many)).map(({ status }) => status)).toEqual(Array(8).fill(200));
  expect((await app.ask("/picture?path=/a.io/a.jpg")).status).toBe(200);
});
