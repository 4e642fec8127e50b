import { afterAll, describe, expect, test } from "bun:test";
import { type Json, openApp } from "../app.fixture.ts";

const service = await openApp();
afterAll(() => service.close());

test("/healthz needs no key", async () => {
  const response = await service.app.handle(new Request("http://localhost/healthz"));
  expect([response.status, await response.text()]).toEqual([200, "ok\n"]);
});

test("/readyz needs no key, and says what it looked at", async () => {
  const { status, body } = await service.get("/readyz");
  expect([status, body.status]).toEqual([200, "ready"]);
  expect(body.checks.map(({ name, ok, required }: Json) => [name, ok, required])).toEqual([
    ["database", true, true],
    ["running", true, true],
    ["log", true, false],
  ]);
});

test("the form needs no key, runs nothing but its own files, and cannot be framed", async () => {
  const { status, headers } = await service.app.handle(new Request("http://localhost/"));
  expect([status, headers.get("content-type")]).toEqual([200, expect.stringContaining("text/html")]);
  const policy = headers.get("content-security-policy");
  for (const rule of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"]) {
    expect(policy).toContain(rule);
  }
  expect(policy).not.toContain("unsafe");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
});

describe("the form is sent packed, and only to who can unpack it", () => {
  async function ask(encodings: string | null) {
    const headers = encodings === null ? undefined : { "accept-encoding": encodings };
    const { headers: answered, ...answer } = await service.app
      .handle(new Request("http://localhost/main.js", { headers }))
      .then(async (response) => ({
        headers: response.headers,
        bytes: new Uint8Array(await response.arrayBuffer()),
      }));
    const isPacked = answered.get("content-encoding") === "gzip";
    const text = new TextDecoder().decode(isPacked ? Bun.gunzipSync(answer.bytes) : answer.bytes);
    return { isPacked, text, vary: answered.get("vary") };
  }

  test.each([
    ["gzip, deflate, br", true],
    ["br;q=1.0, gzip;q=0.8", true],
    ["GZIP", true],
    [null, false],
    ["", false],
    ["br", false],
    ["x-gzipped", false],
    ["gzip;q=0", false],
    ["gzip;q=0.0, br", false],
  ])("%s", async (encodings, isPacked) => {
    const plain = await ask(null);
    expect(plain.text).toContain("invalid");
    expect(await ask(encodings)).toEqual({ isPacked, text: plain.text, vary: "Accept-Encoding" });
  });
});
