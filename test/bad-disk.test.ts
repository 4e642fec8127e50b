/**
 * A disk that is full, or that nobody may write to any more, makes a server slower; no picture fails because of it. One
 * that is full under purge-api takes no purge until there is room again, and forgets none.
 */
import { afterAll, afterEach, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fillDisk, mountSmallDisk, type SmallDisk } from "./faults/machine.ts";
import { bitmap, versionIn } from "./faults/versioned-origin.ts";
import { invalidate } from "./invalidate.ts";
import { createKeeper } from "./keeper.ts";
import { keptIn } from "./kept.ts";
import { keys, type Running, startPurge, startServer, until } from "./processes.ts";

const { newFolder, keep, end } = createKeeper();
const disks: SmallDisk[] = [];
afterEach(() => {
  for (const disk of disks.splice(0)) disk.unmount();
});
afterAll(end);

/** Behind a picture, where nobody reads it: with it originals are too large for the books of the cache. */
const padding = new Uint8Array(40_000);

/** Each path is another picture. */
function startOrigin() {
  const state = { version: 0 };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url }) =>
      new Response(
        Buffer.concat([bitmap(state.version + Number(/\d+/.exec(new URL(url).pathname)?.[0])), padding]),
      ),
  });
  return {
    state,
    host: `127.0.0.1:${server.port}`,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

/** @returns `null` where no disk can be mounted: it takes root, on Linux */
async function setUp(processes: number) {
  const mountPoint = join(newFolder(), "disk");
  mkdirSync(mountPoint);
  const disk = mountSmallDisk(mountPoint);
  if (!disk) return null;
  disks.push(disk);
  const origin = startOrigin();
  const purge = await keep(startPurge({ dataDir: newFolder() }));
  const dataDir = join(mountPoint, "data");
  const env = {
    FRESHET_ALLOW_LOCAL_ORIGINS: origin.host,
    FRESHET_PROCESSES: String(processes),
    FRESHET_MEMORY_BYTES: "0",
    FRESHET_ORIGINAL_MEMORY_BYTES: "0",
  };
  const server = await keep(startServer({ dataDir, purgeUrl: purge.url, env }));
  return { origin, purge, server, dataDir, mountPoint };
}

type World = NonNullable<Awaited<ReturnType<typeof setUp>>>;

async function askAll({ server, origin }: World, from: number): Promise<void> {
  for (let at = from; at < from + 15; at++) {
    const response = await fetch(`${server.url}/http://${origin.host}/${at}.bmp?w=40&force_format=png`);
    expect(response.status).toBe(200);
    expect(await versionIn(await response.bytes())).toBe(origin.state.version + at);
  }
}

async function diskCheck(server: Running): Promise<{ status: number; ok: boolean | undefined }> {
  const response = await fetch(`${server.url}/readyz`);
  const { checks } = (await response.json()) as { checks: { name: string; ok: boolean }[] };
  return { status: response.status, ok: checks.find(({ name }) => name === "disk")?.ok };
}

const kept = ({ dataDir }: World) => keptIn(dataDir, "originals").length;

const faults: Readonly<Record<string, (mountPoint: string) => () => void>> = {
  full: (mountPoint) => fillDisk(mountPoint),
  /** What is open stays as it is; nothing new can be made, nor anything removed. */
  "read-only": (mountPoint) => {
    const mount = (...args: string[]) =>
      expect(Bun.spawnSync(["mount", ...args, mountPoint]).exitCode).toBe(0);
    mount("--bind", mountPoint);
    mount("-o", "remount,bind,ro");
    return () => void Bun.spawnSync(["umount", "-l", mountPoint]);
  },
};

for (const [what, begin] of Object.entries(faults)) {
  for (const processes of [1, 2]) {
    test(`a disk that is ${what} under ${processes} process${processes === 1 ? "" : "es"}`, async () => {
      const world = await setUp(processes);
      if (world === null) return console.log("left out: mounting small disks takes root");
      await using _origin = world.origin;
      await askAll(world, 0);
      await until(async () => kept(world) > 0, "originals are kept");
      const mend = begin(world.mountPoint);
      await askAll(world, 100);
      await until(
        async () => {
          const { status, ok } = await diskCheck(world.server);
          return status === 200 && ok === false;
        },
        "it says so",
        world.server.output,
      );
      // A purge is DONE, and nothing old is answered.
      world.origin.state.version = 1_000;
      await invalidate(world.purge, { scope: "all" });
      await askAll(world, 0);
      mend();
      const before = kept(world);
      await askAll(world, 200);
      await until(async () => kept(world) > before, "originals are kept again", world.server.output);
      expect(world.server.output()).toMatch(what === "full" ? /ENOSPC|SQLITE_FULL/ : /EROFS/);
      // Once a minute, of each kind; an error takes some twenty lines.
      expect(world.server.output().split("\n").length).toBeLessThan(200);
      await world.server.stop();
      await world.purge.stop();
    }, 60_000);
  }
}

test("a disk that is full under purge-api", async () => {
  const mountPoint = join(newFolder(), "disk");
  mkdirSync(mountPoint);
  const disk = mountSmallDisk(mountPoint);
  if (!disk) return console.log("left out: mounting small disks takes root");
  disks.push(disk);
  const purge = await keep(startPurge({ dataDir: join(mountPoint, "data") }));
  const post = () => {
    const urls = Array.from({ length: 1_000 }, (_, at) => `/h.io/${at}.jpg`);
    const init = { method: "POST", headers: { "x-client-key": keys.client } };
    return fetch(`${purge.url}/invalidate`, { ...init, body: JSON.stringify({ scope: "original", urls }) });
  };
  expect((await post()).status).toBe(201);
  const mend = fillDisk(mountPoint);
  const answers: Response[] = [];
  // What the database has room for in its files is accepted.
  while (answers.at(-1)?.status !== 503) answers.push(await post());
  const refused = answers.pop() as Response;
  expect(refused.headers.get("retry-after")).toBe("30");
  expect(await refused.json()).toMatchObject({ code: "storage_full", status: "error" });
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(answers.length > 0 ? [201] : []));
  mend();
  const accepted = await post();
  expect(accepted.status).toBe(201);
  const { invalidation } = (await accepted.json()) as { invalidation: { uuid: string } };
  await until(
    async () => {
      const init = { headers: { "x-client-key": keys.client } };
      const response = await fetch(`${purge.url}/invalidate/${invalidation.uuid}`, init);
      const answer = (await response.json()) as { invalidation: { status: string } };
      return answer.invalidation.status === "DONE";
    },
    "it is done",
    purge.output,
  );
  await purge.stop();
}, 60_000);
