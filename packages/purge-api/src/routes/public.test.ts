import { afterAll, describe, expect, test } from "bun:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import formFiles from "@freshet/web-invalidator/files" with { type: "json" };
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
  for (const rule of [
    "default-src 'none'",
    "script-src 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ]) {
    expect(policy).toContain(rule);
  }
  expect(policy).not.toContain("unsafe");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
});

test("the form's files are kept for good where their names say what is in them, and asked for again elsewhere", async () => {
  const ask = async (path: string) => {
    const { status, headers } = await service.app.handle(new Request(`http://localhost${path}`));
    return [status, headers.get("cache-control")];
  };
  for (const [path, { isFixed }] of Object.entries(formFiles)) {
    expect(await ask(path)).toEqual([200, isFixed ? "public, max-age=31536000, immutable" : "no-cache"]);
  }
});

describe("the form is sent packed, and only to who can unpack it", () => {
  async function ask(encodings: string | null) {
    const headers = encodings === null ? undefined : { "accept-encoding": encodings };
    const answer = await service.app.handle(new Request("http://localhost/sw.js", { headers }));
    const encoding = answer.headers.get("content-encoding");
    const bytes = await answer.bytes();
    const unpack =
      { br: brotliDecompressSync, gzip: gunzipSync }[encoding ?? ""] ?? ((same: Uint8Array) => same);
    return { encoding, text: new TextDecoder().decode(unpack(bytes)), vary: answer.headers.get("vary") };
  }

  test.each([
    ["gzip, deflate, br", "br"],
    ["br;q=1.0, gzip;q=0.8", "br"],
    ["br;q=0, gzip;q=0.8", "gzip"],
    ["GZIP", "gzip"],
    [null, null],
    ["", null],
    ["x-gzipped, broken", null],
    ["gzip;q=0", null],
    ["gzip;q=0.0, br", "br"],
  ])("%s", async (encodings, encoding) => {
    const plain = await ask(null);
    expect(plain.text).toContain("freshet-form-");
    expect(await ask(encodings)).toEqual({ encoding, text: plain.text, vary: "Accept-Encoding" });
  });
});
