/** Storages behind aliases, end to end: the real server, told by a settings file and the environment. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { photos } from "../../packages/server/src/origin/sources/photos.ts";
import { invalidate } from "../invalidate.ts";
import { createKeeper } from "../keeper.ts";
import { type Running, startPurge, startServer } from "../processes.ts";
import { installServers, type StorageServer, startStorageServer } from "./start-server.ts";

const keeper = createKeeper();
const folder = keeper.newFolder();
let bucket: StorageServer;
let purge: Running;
let server: Running;

beforeAll(async () => {
  await installServers();
  await mkdir(join(folder, "files", "2026"), { recursive: true });
  await mkdir(join(folder, "s3"));
  await copyFile(photos["flat.jpg"] as string, join(folder, "files", "2026", "a.jpg"));
  bucket = await startStorageServer("s3", join(folder, "s3"));
  await write("a.jpg", "flat.jpg");
  const file = join(folder, "freshet.toml");
  await Bun.write(
    file,
    `[storages.disk]
kind = "folder"
path = "${join(folder, "files")}"
[storages.bucket]
kind = "s3"
bucket = "photos"
region = "eu-central-1"
endpoint = "${bucket.url}"
path_style = true
[tokens.doc.aliases]
_disk_ = "storage://disk"
_cloud_ = "storage://bucket"
`,
  );
  const env = { FRESHET_CONFIG: file };
  const secrets = {
    FRESHET_STORAGE_BUCKET_ACCESS_KEY_ID: "S3RVER",
    FRESHET_STORAGE_BUCKET_SECRET_ACCESS_KEY: "S3RVER",
  };
  purge = await keeper.keep(startPurge({ dataDir: join(folder, "purge"), env }));
  const dataDir = join(folder, "server");
  server = await keeper.keep(startServer({ dataDir, purgeUrl: purge.url, env: { ...env, ...secrets } }));
}, 300_000);

afterAll(async () => {
  await keeper.end();
  await bucket?.[Symbol.asyncDispose]();
});

/** By a client that is not ours. */
async function write(name: string, photo: string): Promise<void> {
  const client = new Bun.S3Client({
    accessKeyId: "S3RVER",
    secretAccessKey: "S3RVER",
    bucket: "photos",
    endpoint: bucket.url,
  });
  await client.write(name, await Bun.file(photos[photo] as string).bytes());
}

async function etagOf(path: string): Promise<string> {
  const response = await fetch(server.url + path);
  expect([path, response.status, response.headers.get("content-type")]).toEqual([path, 200, "image/jpeg"]);
  expect((await response.bytes()).length).toBeGreaterThan(1_000);
  return response.headers.get("etag") as string;
}

test("a folder and a bucket of S3 are reached, and the same photo is the same picture", async () => {
  expect(await etagOf("/_disk_/2026/a.jpg?w=100")).toBe(await etagOf("/v7/_cloud_/a.jpg?w=100"));
  expect((await fetch(`${server.url}/_cloud_/nothing.jpg`)).status).toBe(404);
});

test("a purge reaches them, by the path that people see", async () => {
  const [disk, cloud] = [await etagOf("/_disk_/2026/a.jpg?w=90"), await etagOf("/_cloud_/a.jpg?w=90")];
  await copyFile(photos["boat.jpg"] as string, join(folder, "files", "2026", "a.jpg"));
  await write("a.jpg", "boat.jpg");
  expect([await etagOf("/_disk_/2026/a.jpg?w=90"), await etagOf("/_cloud_/a.jpg?w=90")]).toEqual([
    disk,
    cloud,
  ]);
  await invalidate(purge, { scope: "original", urls: ["/_disk_/2026/*", "/_cloud_/a.jpg"] });
  const after = [await etagOf("/_disk_/2026/a.jpg?w=90"), await etagOf("/_cloud_/a.jpg?w=90")];
  expect(after[0]).not.toBe(disk);
  expect(after[1]).toBe(after[0] as string);
});

test("a purge reaches what is passed on as it is, like any picture", async () => {
  const ask = async () => (await fetch(`${server.url}/_disk_/app.js?func=proxy`)).text();
  await Bun.write(join(folder, "files", "app.js"), "first");
  expect(await ask()).toBe("first");
  await Bun.write(join(folder, "files", "app.js"), "second");
  expect(await ask()).toBe("first");
  await invalidate(purge, { scope: "original", urls: ["/_disk_/app.js"] });
  expect(await ask()).toBe("second");
});
