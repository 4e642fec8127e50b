import { afterAll, beforeAll, expect, test } from "bun:test";
import { sendRaw } from "../../../../test/send-raw.ts";
import { openApp } from "../app.fixture.ts";

/** With a port: over it requests have an address. */
let service: Awaited<ReturnType<typeof openApp>>;
let port = 0;
beforeAll(async () => {
  service = await openApp();
  port = service.app.listen({ port: 0, hostname: "127.0.0.1" }).server?.port as number;
});
afterAll(async () => {
  await service.app.stop(true);
  await service.close();
});

const ask = (key: string) => fetch(`http://127.0.0.1:${port}/token`, { headers: { "x-client-key": key } });
const right = "a-key-only-for-tests";

test("who guesses is slowed down and turned away; the key that is in use is not", async () => {
  expect((await ask(right)).status).toBe(200);
  const guesses = Array.from({ length: 40 }, (_, at) => ask(`${right}${at}`));
  const during = await ask(right);
  const answers = await Promise.all(guesses);
  const count = (status: number) => answers.filter((answer) => answer.status === status).length;
  expect(count(403)).toBeGreaterThanOrEqual(10);
  expect(count(429)).toBeGreaterThan(10);
  expect(count(403) + count(429)).toBe(40);
  const refused = answers.find(({ status }) => status === 429) as Response;
  expect(refused.headers.get("retry-after")).toBe("2");
  expect(await refused.json()).toMatchObject({ code: "too_many_guesses", status: "error" });
  expect(during.status).toBe(200);
  // What needs no key is not held up either.
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
});

const send = (text: string) => sendRaw(port, text);

const body = JSON.stringify({ scope: "all" });
const post = (headers: string, sent: string = body) =>
  `POST /invalidate HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX-Client-Key: ${right}\r\n${headers}\r\n${sent}`;
/** What would be a purge of its own, if somebody else's connection carried it. */
const smuggled = post(`Content-Length: ${body.length}\r\n`);

const table: readonly [what: string, request: string][] = [
  ["two lengths of a body", post(`Content-Length: ${body.length}\r\nContent-Length: 3\r\n`)],
  ["a list of lengths", post(`Content-Length: ${body.length}, ${body.length}\r\n`)],
  ["a length with a sign", post(`Content-Length: +${body.length}\r\n`)],
  ["a length below zero", post("Content-Length: -1\r\n")],
  ["a length in hexadecimal", post("Content-Length: 0x10\r\n")],
  [
    "a length beside chunks",
    post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", `0\r\n\r\n${smuggled}`),
  ],
  [
    "chunks beside a length",
    post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", `0\r\n\r\n${smuggled}`),
  ],
  ["an encoding that nobody knows", post("Transfer-Encoding: xchunked\r\n", `0\r\n\r\n${smuggled}`)],
  [
    "chunks, twice",
    post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", `0\r\n\r\n${smuggled}`),
  ],
  ["a blank before the colon", post(`Content-Length : ${body.length}\r\n`)],
  ["a folded header", post(`X-A: 1\r\n Content-Length: ${body.length}\r\n`)],
  ["a bare carriage return in a header", post(`X-A: 1\rContent-Length: ${body.length}\r\n`)],
  ["a NUL in a header", post(`X-A: a\0b\r\nContent-Length: ${body.length}\r\n`)],
  ["a chunk whose size is none", post("Transfer-Encoding: chunked\r\n", `zz\r\n${body}\r\n0\r\n\r\n`)],
  [
    "a chunk of a size beyond all bounds",
    post("Transfer-Encoding: chunked\r\n", `ffffffffffffffffff\r\n${body}`),
  ],
  ["no host", post("").replace("Host: h\r\n", "")],
];

test.each(table)(
  "%s: no second request is found in it, and nothing is purged twice",
  async (_what, request) => {
    const before = await service.deps.jobs.head();
    const answer = await send(request);
    const status = answer === "" ? "none" : /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1];
    expect(status).toMatch(/^(none|4\d\d|501|505)$/);
    expect(answer.match(/HTTP\/1\.1 /g)?.length ?? 0).toBeLessThanOrEqual(1);
    expect(await service.deps.jobs.head()).toBe(before);
    expect(service.reported).toEqual([]);
  },
);

test("an answer carries no header that a client wrote", async () => {
  for (const target of [
    "/invalidate/x%0d%0aX-Injected:1",
    "/nothing%0d%0aX-Injected:1",
    "/stats/general?from=%0d%0aX-Injected:1",
    "/picture?url=%0d%0aX-Injected:1",
  ]) {
    const answer = await send(
      `GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX-Client-Key: ${right}\r\nIdempotency-Key: a\tb\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/);
    expect(
      answer
        .split("\r\n\r\n")[0]
        ?.split("\r\n")
        .filter((line) => /^x-injected/i.test(line)),
    ).toEqual([]);
  }
});

const pages = [
  "/",
  "/healthz",
  "/readyz",
  "/openapi",
  "/token",
  "/metrics",
  "/invalidate",
  "/nodes",
  "/nothing",
  "/sw.js",
];
test.each(pages)("%s: its type is not guessed by browsers, and no other page may read it", async (path) => {
  for (const method of ["GET", "OPTIONS"]) {
    const { headers } = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: {
        origin: "https://elsewhere.example",
        "access-control-request-method": "POST",
        "x-client-key": right,
      },
    });
    expect([path, method, headers.get("x-content-type-options")]).toEqual([path, method, "nosniff"]);
    expect([...headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
  }
});
