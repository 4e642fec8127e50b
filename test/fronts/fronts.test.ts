/**
 * The real Varnish and the real nginx before a real server: what a front keeps is gone when the job says DONE, also what
 * was on its way to the front while it was purged (reference/purge.md section 3, race 5).
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startVersionedOrigin, versionIn } from "../faults/versioned-origin.ts";
import { createKeeper } from "../keeper.ts";
import { keys, type Running, startPurge, startServer, until } from "../processes.ts";
import { ensureFronts, type FrontPrograms, reasonToSkip } from "./ensure-fronts.ts";
import { type FrontProcess, startNginx, startVarnish } from "./front-process.ts";
import { startHoldingProxy } from "./holding-proxy.ts";

const key = "a-secret-for-fronts-in-tests";
const installWithinMs = 240_000;
const headers = { "x-client-key": keys.client };

interface Job {
  readonly uuid: string;
  readonly status: string;
  readonly error: string | null;
  readonly fronts: readonly { readonly id: string; readonly state: string; readonly attempts: number }[];
}

interface Scene {
  readonly origin: ReturnType<typeof startVersionedOrigin>;
  readonly proxy: ReturnType<typeof startHoldingProxy>;
  readonly front: FrontProcess;
  readonly purge: Running;
  readonly dataDir: string;
}

const keeper = createKeeper();

/** Origin, server, proxy, front and a purge-api that knows the front, all of them for one kind of front. */
async function open(
  kind: "varnish" | "nginx",
  startFront: (options: { backend: number; folder: string; key: string }) => Promise<FrontProcess>,
): Promise<Scene> {
  const origin = startVersionedOrigin();
  const dataDir = keeper.newFolder();
  const log = await keeper.keep(startPurge({ dataDir }));
  const server = await keeper.keep(
    startServer({
      dataDir: keeper.newFolder(),
      purgeUrl: log.url,
      env: { FRESHET_ALLOW_LOCAL_ORIGINS: "*" },
    }),
  );
  const proxy = startHoldingProxy(server.url);
  const front = await startFront({ backend: proxy.port, folder: keeper.newFolder(), key });
  // The server found the log before the front was there; now the log is told of it.
  await log.stop();
  const purge = await restart(log, dataDir, kind, front.purgeUrl);
  // Without a lease it lets nobody keep its answers.
  await until(async () => {
    const response = await fetch(`${server.url}/http://${origin.host}/lease.bmp?force_format=png`);
    return !response.headers.get("cache-control")?.includes("no-store");
  }, "the server has a lease again");
  return { origin, proxy, front, purge, dataDir };
}

async function restart(before: Running, dataDir: string, kind: string, url: string): Promise<Running> {
  const config = `${dataDir}/freshet.toml`;
  await Bun.write(config, `[fronts.edge]\nkind = "${kind}"\nurls = ["${url}"]\n`);
  const env = { FRESHET_CONFIG: config, FRESHET_FRONT_EDGE_KEY: key, FRESHET_REBOUND_MS: "1000" };
  return keeper.keep(startPurge({ dataDir, port: Number(new URL(before.url).port), env }));
}

async function close({ origin, proxy, front }: Scene): Promise<void> {
  await front.stop();
  await proxy.stop();
  await origin.stop();
}

function pictures({ front, origin }: Scene) {
  return async (name: string): Promise<number> => {
    const response = await fetch(`${front.url}/http://${origin.host}/${name}.bmp?force_format=png`);
    expect(response.status).toBe(200);
    return versionIn(await response.bytes());
  };
}

async function post({ purge }: Scene, order: object): Promise<string> {
  const posted = await fetch(`${purge.url}/invalidate`, {
    method: "POST",
    headers,
    body: JSON.stringify(order),
  });
  expect(posted.status).toBe(201);
  return ((await posted.json()) as { invalidation: Job }).invalidation.uuid;
}

async function jobOf({ purge }: Scene, uuid: string): Promise<Job> {
  const response = await fetch(`${purge.url}/invalidate/${uuid}`, { headers });
  return ((await response.json()) as { invalidation: Job }).invalidation;
}

async function done(scene: Scene, uuid: string): Promise<Job> {
  let job = await jobOf(scene, uuid);
  await until(async () => {
    job = await jobOf(scene, uuid);
    return job.status === "DONE" || job.status === "ERROR";
  }, "the job ends");
  expect(job).toMatchObject({ status: "DONE", error: null });
  return job;
}

afterAll(() => keeper.end());

/** What holds for any front. */
function common(sceneOf: () => Scene): void {
  test("a picture is kept by the front, and gone from it when the job says DONE", async () => {
    const scene = sceneOf();
    const get = pictures(scene);
    const before = await get("kept");
    scene.origin.update();
    expect(await get("kept")).toBe(before);
    const job = await done(
      scene,
      await post(scene, { scope: "original", urls: [`${scene.origin.host}/kept.bmp`] }),
    );
    expect(await get("kept")).toBe(before + 1);
    expect(job.fronts).toMatchObject([{ id: "edge", state: "purged" }]);
  });

  test.each([
    ["a folder", (host: string) => ({ scope: "original", urls: [`${host}/*`], mode: "hard" })],
    ["everything", () => ({ scope: "all", mode: "hard" })],
    ["one URL", (host: string) => ({ scope: "urls", urls: [`/http://${host}/wide.bmp?force_format=png`] })],
  ])("so it is with %s", async (_, order) => {
    const scene = sceneOf();
    const get = pictures(scene);
    const before = await get("wide");
    scene.origin.update();
    expect(await get("wide")).toBe(before);
    await done(scene, await post(scene, order(scene.origin.host)));
    expect(await get("wide")).toBe(before + 1);
  });

  test("who has not the key purges nothing", async () => {
    const { front } = sceneOf();
    for (const authorization of ["Bearer wrong", ""]) {
      const tags = { authorization, "freshet-tags": "t:doc" };
      const purged = await fetch(front.purgeUrl, { method: "PURGE", headers: tags });
      expect(purged.status).toBeGreaterThanOrEqual(400);
      const put = await fetch(`${front.purgeUrl}/freshet-generation/doc`, {
        method: "PUT",
        headers: tags,
        body: "x",
      });
      expect(put.status).toBeGreaterThanOrEqual(400);
    }
  });
}

const isThere = reasonToSkip === null;
describe.skipIf(!isThere)(`fronts${isThere ? "" : `: ${reasonToSkip}`}`, () => {
  let programs: FrontPrograms;
  beforeAll(async () => {
    programs = await ensureFronts();
  }, installWithinMs);

  describe("Varnish", () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await open("varnish", (options) => startVarnish(programs, options));
    }, installWithinMs);
    afterAll(() => close(scene));
    common(() => scene);

    test("an old picture that arrives after the purge is kept, and gone after the rebound", async () => {
      const { proxy, origin } = scene;
      const get = pictures(scene);
      const hold = proxy.holdNext();
      const slow = get("wire");
      await hold.arrived;
      origin.update();
      const uuid = await post(scene, { scope: "original", urls: [`${origin.host}/wire.bmp`] });
      await until(
        async () => (await jobOf(scene, uuid)).fronts[0]?.state === "rebounding",
        "the front was purged once",
      );
      expect((await jobOf(scene, uuid)).status).toBe("FLUSHINGCDNSERVERS");
      hold.release();
      const old = await slow;
      // The race is there: without the rebound it would stay so for a year.
      expect(await get("wire")).toBe(old);
      await done(scene, uuid);
      expect(await get("wire")).toBe(old + 1);
    });

    test("a soft purge lets the front answer once more while it asks, and then it has the new picture", async () => {
      const get = pictures(scene);
      const before = await get("soft");
      scene.origin.update();
      await done(
        scene,
        await post(scene, { scope: "original", urls: [`${scene.origin.host}/soft.bmp`], mode: "soft" }),
      );
      await until(async () => (await get("soft")) === before + 1, "the new picture is there");
    });

    test("a job that had not come through the fronts when purge-api was killed does so after its restart", async () => {
      const get = pictures(scene);
      const before = await get("killed");
      scene.origin.update();
      const uuid = await post(scene, { scope: "original", urls: [`${scene.origin.host}/killed.bmp`] });
      await until(
        async () => (await jobOf(scene, uuid)).status === "FLUSHINGCDNSERVERS",
        "the nodes are done",
      );
      await scene.purge.kill();
      const purge = await restart(scene.purge, scene.dataDir, "varnish", scene.front.purgeUrl);
      scene = { ...scene, purge };
      const job = await done(scene, uuid);
      expect(job.fronts).toMatchObject([{ id: "edge", state: "purged" }]);
      expect(await get("killed")).toBe(before + 1);
    });
  });

  describe("nginx", () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await open("nginx", (options) => startNginx(programs, options));
    }, installWithinMs);
    afterAll(() => close(scene));
    common(() => scene);

    test("an old picture that arrives after the purge is never asked for, without a rebound", async () => {
      const { proxy, origin } = scene;
      const get = pictures(scene);
      const hold = proxy.holdNext();
      const slow = get("wire");
      await hold.arrived;
      origin.update();
      const job = await done(
        scene,
        await post(scene, { scope: "original", urls: [`${origin.host}/wire.bmp`] }),
      );
      expect(job.fronts).toMatchObject([{ attempts: 1 }]);
      hold.release();
      const old = await slow;
      expect(await get("wire")).toBe(old + 1);
    });
  });
});
