import { describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import type { GcsStorage, S3Storage } from "../storage-settings.ts";
import { startOrigin } from "../test-origin.ts";
import { bucketUrl, createBucketStorage } from "./bucket-storage.ts";

const s3: S3Storage = {
  kind: "s3",
  bucket: "photos",
  region: "eu-central-1",
  endpoint: null,
  pathStyle: false,
  prefix: "",
  key: null,
};

describe("the URL of a bucket", () => {
  const table: readonly [settings: S3Storage | GcsStorage, url: string][] = [
    [s3, "https://photos.s3.eu-central-1.amazonaws.com"],
    [{ ...s3, region: "cn-north-1" }, "https://photos.s3.cn-north-1.amazonaws.com.cn"],
    [{ ...s3, pathStyle: true }, "https://s3.eu-central-1.amazonaws.com/photos"],
    [{ ...s3, endpoint: "http://minio:9000", pathStyle: true }, "http://minio:9000/photos"],
    [
      { ...s3, endpoint: "https://fra1.digitaloceanspaces.com" },
      "https://photos.fra1.digitaloceanspaces.com",
    ],
    [{ ...s3, endpoint: "https://h.io/storage/v1/s3", pathStyle: true }, "https://h.io/storage/v1/s3/photos"],
    [
      { kind: "gcs", bucket: "my.photos", endpoint: "https://storage.googleapis.com", prefix: "", key: null },
      "https://storage.googleapis.com/my.photos",
    ],
  ];
  for (const [settings, url] of table) test(`is ${url}`, () => expect(bucketUrl(settings)).toBe(url));
});

const deps = { now: () => Date.UTC(2026, 5, 1), timeoutMs: 5_000 };

function ask(
  settings: S3Storage | GcsStorage,
  path = "/a.jpg",
  known: { etag: string; lastModified: null } | null = null,
) {
  const storage = createBucketStorage(settings, deps);
  return storage({ path, search: "?acl", known, maxBytes: 1_000, signal: AbortSignal.timeout(5_000) });
}

describe("a bucket", () => {
  test("is asked with a session's token under the signature", async () => {
    await using origin = startOrigin({ "/photos/in/a.jpg": () => new Response("x") });
    const key = { accessKeyId: "ASIA", secretAccessKey: "secret", sessionToken: "session" };
    await ask({ ...s3, endpoint: `http://${origin.host}`, pathStyle: true, prefix: "in", key }, "/a.jpg", {
      etag: '"1"',
      lastModified: null,
    });
    const headers = origin.headers[0] as Headers;
    expect(headers.get("x-amz-security-token")).toBe("session");
    expect(headers.get("x-amz-date")).toBe("20260601T000000Z");
    expect(headers.get("if-none-match")).toBe('"1"');
    expect(headers.get("authorization")).toContain(
      "Credential=ASIA/20260601/eu-central-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, ",
    );
    expect(origin.asked).toEqual(["/photos/in/a.jpg"]);
  });

  test("is shown no key where there is none", async () => {
    await using origin = startOrigin({ "/photos/a.jpg": () => new Response("x") });
    await ask({ ...s3, endpoint: `http://${origin.host}`, pathStyle: true });
    expect(origin.headers[0]?.has("authorization")).toBe(false);
  });

  test("that redirects is not followed, not even to itself", async () => {
    const redirect = () => new Response(null, { status: 307, headers: { location: "/photos/b.jpg" } });
    await using origin = startOrigin({ "/photos/a.jpg": redirect, "/photos/b.jpg": () => new Response("x") });
    await expect(ask({ ...s3, endpoint: `http://${origin.host}`, pathStyle: true })).rejects.toMatchObject({
      code: "origin_failed",
    });
    expect(origin.asked).toEqual(["/photos/a.jpg"]);
  });
});

describe("a bucket of Google's with a service account", () => {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });

  test("is shown its token, and a new one once that was refused", async () => {
    let given = 0;
    await using origin = startOrigin({
      "/token": () => Response.json({ access_token: `token-${++given}`, expires_in: 3600 }),
      "/photos/a.jpg": ({ headers }) =>
        headers.get("authorization") === "Bearer token-2"
          ? new Response("x")
          : new Response(null, { status: 401 }),
    });
    const endpoint = `http://${origin.host}`;
    const key = { clientEmail: "a@b", privateKeyId: "1", privateKey, tokenUrl: `${endpoint}/token` };
    const storage = createBucketStorage({ kind: "gcs", bucket: "photos", endpoint, prefix: "", key }, deps);
    const once = () =>
      storage({ path: "/a.jpg", search: "", known: null, maxBytes: 100, signal: AbortSignal.timeout(5_000) });
    await expect(once()).rejects.toMatchObject({ code: "origin_failed" });
    expect(await once()).toMatchObject({ kind: "body" });
    expect(await once()).toMatchObject({ kind: "body" });
    expect(given).toBe(2);
  });
});
