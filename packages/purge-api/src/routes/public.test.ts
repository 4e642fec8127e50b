import { afterAll, expect, test } from "bun:test";
import { openApp } from "../app.fixture.ts";

const service = openApp();
afterAll(() => service.close());

test.each(["/healthz", "/readyz"])("%s needs no key", async (path) => {
  const response = await service.app.handle(new Request(`http://localhost${path}`));
  expect([response.status, await response.text()]).toEqual([200, "ok\n"]);
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
