/** A web server behind a password, against one that other people wrote. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runStorageSuite } from "../../packages/server/src/origin/sources/storage.suite.ts";
import { createStorageSource } from "../../packages/server/src/origin/sources/storage.ts";
import type { HttpStorage } from "../../packages/server/src/origin/storage-settings.ts";
import { freely } from "../../packages/server/src/origin/test-origin.ts";
import { installServers, type StorageServer, startStorageServer } from "./start-server.ts";

const folder = mkdtempSync(join(tmpdir(), "freshet-http-"));
// Neither is ASCII alone: RFC 7617 leaves the encoding open, and servers take UTF-8.
const login = { user: "frédéric", password: "a:b pässword" };
let server: StorageServer;

beforeAll(async () => {
  await installServers();
  server = await startStorageServer("http", folder, login.user, login.password);
}, 300_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const http = (below = ""): HttpStorage => ({
  kind: "http",
  url: below === "" ? server.url : `${server.url}/${below}`,
  login,
  headers: {},
});

async function put(name: string, text: string): Promise<void> {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

runStorageSuite({ name: "on a web server behind a password", settings: http, put });

describe("a web server behind a password", () => {
  async function outcome(changes: Partial<HttpStorage>): Promise<string> {
    await put("checked.jpg", "x");
    const source = createStorageSource(new Map([["s", { ...http(), ...changes }]]), {
      timeoutMs: 10_000,
      maxBytes: 1_000,
      now: Date.now,
      report() {},
    });
    const answer = await source.fetch("storage://s/checked.jpg", null, freely).catch((error) => error);
    return answer.code ?? answer.kind;
  }

  test("lets in who knows it", async () => expect(await outcome({})).toBe("body"));
  test("takes it as a header, too", async () => {
    const pair = Buffer.from(`${login.user}:${login.password}`).toString("base64");
    expect(await outcome({ login: null, headers: { authorization: `Basic ${pair}` } })).toBe("body");
  });
  test("lets in nobody else", async () => {
    expect(await outcome({ login: null })).toBe("origin_failed");
    expect(await outcome({ login: { ...login, password: "a" } })).toBe("origin_failed");
  });
});
