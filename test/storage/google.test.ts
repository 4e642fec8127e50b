/** The way of a service account to its bucket: the assertion is judged by a library that is not ours. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { createStorageSource } from "../../packages/server/src/origin/sources/storage.ts";
import { loadStorages } from "../../packages/server/src/origin/storages.ts";
import { freely, startOrigin, type TestOrigin } from "../../packages/server/src/origin/test-origin.ts";
import { installServers, requireInstalled } from "./start-server.ts";

const email = "reader@project.iam.gserviceaccount.com";
const pem = {
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
} as const;
const known = generateKeyPairSync("rsa", { modulusLength: 2048, ...pem });
const unknown = generateKeyPairSync("rsa", { modulusLength: 2048, ...pem });
let google: TestOrigin;

beforeAll(async () => {
  await installServers();
  const jose = requireInstalled("jose");
  const publicKey = await jose.importSPKI(known.publicKey, "RS256");
  google = startOrigin({
    "/token": async (request) => {
      const form = new URLSearchParams(await request.text());
      const expected = {
        issuer: email,
        audience: `http://${google.host}/token`,
        algorithms: ["RS256"],
        maxTokenAge: "1h",
      };
      try {
        const { payload } = await jose.jwtVerify(form.get("assertion"), publicKey, expected);
        return Response.json({
          access_token: `may ${payload.scope}`,
          expires_in: 3599,
          token_type: "Bearer",
        });
      } catch (error) {
        return Response.json({ error: "invalid_grant", error_description: String(error) }, { status: 400 });
      }
    },
    "/photos/public/a%20b.jpg": ({ headers }) => {
      const isRight =
        headers.get("authorization") === "Bearer may https://www.googleapis.com/auth/devstorage.read_only";
      return isRight
        ? new Response("the picture", { headers: { etag: '"1"' } })
        : new Response(null, { status: 401 });
    },
  });
}, 300_000);
afterAll(() => google[Symbol.asyncDispose]());

async function fetchWith(privateKey: string) {
  const endpoint = `http://${google.host}`;
  const keyFile = {
    client_email: email,
    private_key: privateKey,
    private_key_id: "1",
    token_uri: `${endpoint}/token`,
  };
  const storages = loadStorages({
    env: { FRESHET_STORAGE_PHOTOS_SERVICE_ACCOUNT_FILE: "/run/account.json" },
    file: { storages: { photos: { kind: "gcs", bucket: "photos", endpoint, prefix: "public" } } },
    readFile: () => JSON.stringify(keyFile),
  });
  const reports: string[] = [];
  const source = createStorageSource(storages, {
    timeoutMs: 5_000,
    maxBytes: 1_000,
    now: Date.now,
    report: (error) => reports.push((error as Error).message),
  });
  const answer = await source.fetch("storage://photos/a%20b.jpg", null, freely).catch((error) => error);
  return { answer, reports };
}

test("a service account's key opens its bucket", async () => {
  const { answer, reports } = await fetchWith(known.privateKey);
  expect(answer).toMatchObject({ kind: "body", bytes: Buffer.from("the picture") });
  expect(reports).toEqual([]);
});

test("another key does not, and the operator is told why", async () => {
  const { answer, reports } = await fetchWith(unknown.privateKey);
  expect(answer).toMatchObject({ code: "origin_unreachable" });
  expect(reports).toEqual([expect.stringMatching(/no token for the service account: 400 .*invalid_grant/)]);
});
