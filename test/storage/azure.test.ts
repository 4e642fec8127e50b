/** Azure's blob storage, against Microsoft's own Azurite, written by Microsoft's own client. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { runStorageSuite } from "../../packages/server/src/origin/sources/storage.suite.ts";
import { createStorageSource } from "../../packages/server/src/origin/sources/storage.ts";
import type { AzureStorage } from "../../packages/server/src/origin/storage-settings.ts";
import { freely } from "../../packages/server/src/origin/test-origin.ts";
import { installServers, requireInstalled, type StorageServer, startStorageServer } from "./start-server.ts";

const account = "devstoreaccount1";
/** The same on every emulator, as Microsoft documents it. */
const accountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
let server: StorageServer;
/** Microsoft's client, as far as it is used here. */
let containers: {
  readonly photos: Container;
  readonly public: Container;
};
let sas = "";

interface Container {
  create(options?: { access: "blob" }): Promise<unknown>;
  getBlockBlobClient(name: string): { upload(text: string, length: number): Promise<unknown> };
}

beforeAll(async () => {
  await installServers();
  server = await startStorageServer("azure");
  const azure = requireInstalled("@azure/storage-blob");
  const credential = new azure.StorageSharedKeyCredential(account, accountKey);
  const service = new azure.BlobServiceClient(`${server.url}/${account}`, credential);
  containers = { photos: service.getContainerClient("photos"), public: service.getContainerClient("public") };
  await containers.photos.create();
  await containers.public.create({ access: "blob" });
  const permissions = azure.ContainerSASPermissions.parse("r");
  const expiresOn = new Date(Date.now() + 3_600_000);
  sas = azure
    .generateBlobSASQueryParameters({ containerName: "photos", permissions, expiresOn }, credential)
    .toString();
}, 300_000);
afterAll(() => server[Symbol.asyncDispose]());

function azure(changes: Partial<AzureStorage> = {}): AzureStorage {
  return {
    kind: "azure",
    account,
    container: "photos",
    endpoint: `${server.url}/${account}`,
    prefix: "",
    key: { accountKey: Buffer.from(accountKey, "base64") },
    ...changes,
  };
}

const putInto = (container: "photos" | "public") => (name: string, text: string) =>
  containers[container].getBlockBlobClient(name).upload(text, Buffer.byteLength(text));

const skip = { "back\\slash.jpg": "Microsoft's client takes the backslash for a slash" };
runStorageSuite({
  name: "in a container of Azure, by its account's key",
  settings: (prefix) => azure({ prefix }),
  put: putInto("photos"),
  skip,
});
runStorageSuite({
  name: "in a container of Azure, by a shared access signature",
  settings: (prefix) => azure({ prefix, key: { sas } }),
  put: putInto("photos"),
  skip,
});
runStorageSuite({
  name: "in a public container of Azure",
  settings: (prefix) => azure({ prefix, key: null, container: "public" }),
  put: putInto("public"),
  skip,
});

describe("Azure", () => {
  async function outcome(settings: AzureStorage, path = "/checked.jpg") {
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

  const wrong: readonly [what: string, changes: () => Partial<AzureStorage>, reason: string][] = [
    ["a wrong key", () => ({ key: { accountKey: Buffer.from("wrong") } }), "AuthorizationFailure"],
    [
      "a signature that was tampered with",
      () => ({ key: { sas: sas.replace("sp=r", "sp=rw") } }),
      "AuthorizationFailure",
    ],
    ["a container that is not there", () => ({ container: "paintings" }), "ContainerNotFound"],
  ];
  for (const [what, changes, reason] of wrong) {
    test(`refuses ${what}, and the operator is told why`, async () => {
      await putInto("photos")("checked.jpg", "x");
      const { code, reports } = await outcome(azure(changes()));
      expect(code).toBe("origin_failed");
      expect(reports).toEqual([expect.stringContaining(reason)]);
    });
  }

  test("shows nothing of a private container to who has no key", async () => {
    await putInto("photos")("checked.jpg", "x");
    expect((await outcome(azure({ key: null }))).code).not.toBe("body");
  });

  test("has no blob of that name, which is no trouble of the operator's", async () => {
    expect(await outcome(azure(), "/no-such.jpg")).toEqual({ code: "origin_not_found", reports: [] });
  });
});
