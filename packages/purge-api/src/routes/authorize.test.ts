import { afterAll, expect, test } from "bun:test";
import { openApp } from "../app.fixture.ts";

const service = await openApp();
afterAll(() => service.close());

test.each<[string, string, number, string]>([
  ["no key", "", 401, "key_missing"],
  ["a wrong key", "a-key-only-for-testS", 403, "key_wrong"],
  ["a key that is far too long", "x".repeat(10_000), 403, "key_wrong"],
])("%s is refused everywhere, before the body is read", async (_, key, status, code) => {
  for (const [method, path] of [
    ["POST", "/invalidate"],
    ["GET", "/invalidate"],
    ["GET", "/invalidate/4fc96d31-9815-4021-830a-ca6d96c514a5"],
    ["GET", "/token"],
  ] as const) {
    const body = method === "POST" ? "no JSON" : null;
    const response = await service.ask(path, { method, body, headers: { "x-client-key": key } });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code]);
  }
});
