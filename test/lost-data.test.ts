/** A data folder that is deleted, damaged or held by somebody else under a running server: it answers all the same. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { busy, toJpeg } from "../packages/server/src/engine/test-pictures.ts";
import { dataFolder, type Running, startServer, until } from "./processes.ts";

const jpeg = (await toJpeg(busy(300, 200))) as Uint8Array<ArrayBuffer>;
let data: ReturnType<typeof dataFolder>;
let server: Running;
let origin: ReturnType<typeof Bun.serve>;
let folder: string;

beforeEach(async () => {
  data = dataFolder();
  folder = `${data.path}/data`;
  origin = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response(jpeg) });
  const FRESHET_ALLOW_LOCAL_ORIGINS = `127.0.0.1:${origin.port}`;
  server = await startServer({
    dataDir: folder,
    env: { FRESHET_ALLOW_LOCAL_ORIGINS, FRESHET_MEMORY_BYTES: "0" },
  });
});
afterEach(async () => {
  await server.kill();
  await origin.stop(true);
  data.remove();
});

const ask = async (width: number) => {
  const url = `${server.url}/http://127.0.0.1:${origin.port}/a.jpg?w=${width}`;
  const response = await fetch(url);
  await response.bytes();
  return response.status;
};
/** Known pictures, and new ones. */
async function answers(from: number): Promise<void> {
  for (const width of [40, 41, from, from + 1]) expect([width, await ask(width)]).toEqual([width, 200]);
}
const books = () =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".sqlite"));

describe("under a running server", () => {
  test("the data folder is deleted: it goes on, begins it anew, and says so", async () => {
    await answers(50);
    rmSync(folder, { recursive: true, force: true });
    await answers(60);
    await until(async () => /taken away/.test(server.output()), "it is said", server.output);
    await answers(70);
    await until(async () => books().length > 0, "the books are there again", server.output);
    expect(server.isAlive()).toBe(true);
  });

  test("all databases are overwritten with noise: it goes on, and after a start begins them anew", async () => {
    await answers(50);
    for (const name of books()) {
      const path = `${folder}/${name}`;
      writeFileSync(path, crypto.getRandomValues(new Uint8Array(Math.min(65_536, statSync(path).size))));
      for (const suffix of ["-wal", "-shm"]) rmSync(path + suffix, { force: true });
    }
    await answers(60);
    await server.kill();
    const FRESHET_ALLOW_LOCAL_ORIGINS = `127.0.0.1:${origin.port}`;
    server = await startServer({ dataDir: folder, env: { FRESHET_ALLOW_LOCAL_ORIGINS } });
    await answers(70);
    expect(server.output()).toMatch(/SQLITE_NOTADB|not a database|malformed/i);
  });

  test("somebody holds all databases: pictures are answered all the same, known and new ones", async () => {
    await answers(50);
    const held = books().map((name) => new Database(`${folder}/${name}`));
    // It may be writing down what was just used.
    for (const db of held) db.run("PRAGMA busy_timeout = 10000");
    for (const db of held) db.run("BEGIN EXCLUSIVE");
    try {
      await answers(60);
      expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    } finally {
      for (const db of held) db.close();
    }
    await answers(70);
  });
});
