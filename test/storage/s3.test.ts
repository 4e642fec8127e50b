/** S3 and Google Cloud Storage's interoperability with it, against a server that checks signatures. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runStorageSuite } from "../../packages/server/src/origin/sources/storage.suite.ts";
import { createStorageSource } from "../../packages/server/src/origin/sources/storage.ts";
import type { S3Storage, StorageSettings } from "../../packages/server/src/origin/storage-settings.ts";
import { freely } from "../../packages/server/src/origin/test-origin.ts";
import { installServers, type StorageServer, startStorageServer } from "./start-server.ts";

const folder = mkdtempSync(join(tmpdir(), "freshet-s3-"));
const key = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER", sessionToken: null };
let server: StorageServer;

beforeAll(async () => {
  await installServers();
  server = await startStorageServer("s3", folder);
}, 300_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

function s3(changes: Partial<S3Storage> = {}): S3Storage {
  return {
    kind: "s3",
    bucket: "photos",
    region: "eu-central-1",
    endpoint: server.url,
    pathStyle: true,
    prefix: "",
    key,
    ...changes,
  };
}

/** Written by a client that is not ours. */
async function put(name: string, text: string): Promise<void> {
  if (name.includes("\\")) {
    // Bun's client takes it for a slash.
    const answer = await fetch(`${server.url}/photos/${encodeURIComponent(name)}`, {
      method: "PUT",
      body: text,
    });
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    return;
  }
  const bucket = new Bun.S3Client({ ...key, sessionToken: "", bucket: "photos", endpoint: server.url });
  await bucket.write(name, text);
}

runStorageSuite({ name: "in a bucket of S3", settings: (prefix) => s3({ prefix }), put });
runStorageSuite({
  name: "in a bucket of Google's, with an HMAC key",
  settings: (prefix) => ({ kind: "gcs", bucket: "photos", endpoint: server.url, prefix, key }),
  put,
});

describe("a server that checks signatures", () => {
  async function outcome(settings: StorageSettings, path = "/checked.jpg") {
    const reports: string[] = [];
    const source = createStorageSource(new Map([["s", settings]]), {
      timeoutMs: 10_000,
      maxBytes: 1_000,
      now: Date.now,
      report: (error) => reports.push((error as Error).message),
    });
    const answer = await source.fetch(`storage://s${path}`, null, freely).catch((error) => error);
    return { code: answer.code ?? answer.kind, reports };
  }

  test("accepts ours, for any region", async () => {
    await put("checked.jpg", "x");
    expect(await outcome(s3())).toEqual({ code: "body", reports: [] });
    expect(await outcome(s3({ region: "us-gov-west-1" }))).toEqual({ code: "body", reports: [] });
  });

  test("shows a public object to who has no key", async () => {
    await put("checked.jpg", "x");
    expect(await outcome(s3({ key: null }))).toEqual({ code: "body", reports: [] });
  });

  const wrong: readonly [what: string, changes: Partial<S3Storage>, reason: string][] = [
    ["a wrong secret", { key: { ...key, secretAccessKey: "wrong" } }, "403 SignatureDoesNotMatch"],
    ["a key that nobody knows", { key: { ...key, accessKeyId: "NOBODY" } }, "403 InvalidAccessKeyId"],
    ["a bucket that is not there", { bucket: "paintings" }, "404 NoSuchBucket"],
  ];
  for (const [what, changes, reason] of wrong) {
    test(`refuses ${what}, and the operator is told why`, async () => {
      await put("checked.jpg", "x");
      const { code, reports } = await outcome(s3(changes));
      expect(code).toBe("origin_failed");
      expect(reports).toEqual([
        expect.stringContaining(`storage s: the storage answered ${reason.slice(0, 3)}: ${reason}`),
      ]);
      expect(reports.join()).not.toContain("wrong");
    });
  }

  test("has no object of that name, which is no trouble of the operator's", async () => {
    expect(await outcome(s3(), "/no-such.jpg")).toEqual({ code: "origin_not_found", reports: [] });
  });
});
