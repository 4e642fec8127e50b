/**
 * The promise with real processes and real faults: a purge-api and two servers that are killed, stopped and started
 * while pictures are asked for and purged. `FAULT_SECONDS=600 bun test ./test/faults` runs longer.
 */
import { afterAll, expect, test } from "bun:test";
import { dataFolder, keys, type Running, startPurge, startServer } from "../processes.ts";
import { startVersionedOrigin, versionIn } from "./versioned-origin.ts";

const seconds = Number(process.env.FAULT_SECONDS ?? 20);
/** Below the range that systems give to connections: the port must still be free when the log comes back to it. */
const purgePort = 21_000 + Math.floor(Math.random() * 11_000);

const data = dataFolder();
const origin = startVersionedOrigin();
const purgeUrl = `http://127.0.0.1:${purgePort}`;
const startLog = () => startPurge({ dataDir: `${data.path}/purge`, port: purgePort });
const startNode = (name: string) =>
  startServer({
    dataDir: `${data.path}/${name}`,
    purgeUrl,
    env: { FRESHET_ALLOW_LOCAL_ORIGINS: origin.host, FRESHET_ORIGIN_TIMEOUT_MS: "5000" },
  });

let log: Running;
const nodes = new Map<string, Running>();
afterAll(async () => {
  for (const node of nodes.values()) await node.kill();
  await log?.kill();
  await origin.stop();
  data.remove();
});

/** The newest version of which a job said DONE. */
let doneVersion = 0;
const books = { answers: 0, jobs: 0, lost: [] as string[], violations: [] as string[], faults: 0 };
const endMs = () => performance.now() + seconds * 1000;

async function call(path: string, body?: object): Promise<{ status: string; uuid: string } | null> {
  const init = { headers: { "x-client-key": keys.client }, signal: AbortSignal.timeout(2_000) };
  const post = body && { method: "POST", body: JSON.stringify(body) };
  const response = await fetch(purgeUrl + path, { ...init, ...post });
  if (!response.ok) return null;
  return ((await response.json()) as { invalidation: { status: string; uuid: string } }).invalidation;
}

/** Changes the original, purges it, and waits for DONE, whatever happens meanwhile. */
async function purgeOnce(scope: object): Promise<void> {
  const version = origin.update();
  const accepted = await call("/invalidate", scope).catch(() => null);
  if (!accepted) return;
  books.jobs++;
  for (const untilMs = performance.now() + 30_000; performance.now() < untilMs; ) {
    const job = await call(`/invalidate/${accepted.uuid}`).catch(() => null);
    if (job?.status === "DONE") {
      doneVersion = Math.max(doneVersion, version);
      return;
    }
    await Bun.sleep(10);
  }
  books.lost.push(accepted.uuid);
}

async function askOnce(name: string): Promise<void> {
  const need = doneVersion;
  const url = `${nodes.get(name)?.url}/http://${origin.host}/picture.bmp?w=1&h=1&force_format=png`;
  const picture = await fetch(url, { signal: AbortSignal.timeout(12_000) })
    .then((response) => (response.ok ? response.bytes() : null))
    .catch(() => null);
  // A server that is down answers nothing, which is no lie.
  if (!picture) return void (await Bun.sleep(20));
  books.answers++;
  const version = await versionIn(picture);
  if (version < need) books.violations.push(`${name} answered version ${version} after ${need} was DONE`);
}

const faults: Record<string, () => Promise<void>> = {
  async killServer() {
    const name = pick([...nodes.keys()]);
    await nodes.get(name)?.kill();
    await Bun.sleep(Math.random() * 1_000);
    nodes.set(name, await startNode(name));
  },
  async killLog() {
    await log.kill();
    await Bun.sleep(Math.random() * 1_500);
    log = await startLog();
  },
  /** Shorter and longer than a lease. */
  async stopServer() {
    const node = nodes.get(pick([...nodes.keys()])) as Running;
    node.signal("SIGSTOP");
    await Bun.sleep(pick([500, 3_000, 7_000]));
    node.signal("SIGCONT");
  },
  async stopLog() {
    log.signal("SIGSTOP");
    await Bun.sleep(pick([500, 3_000, 7_000]));
    log.signal("SIGCONT");
  },
};

function pick<T>(list: readonly T[]): T {
  return list[Math.floor(Math.random() * list.length)] as T;
}

async function repeat(untilMs: number, work: () => Promise<void>): Promise<void> {
  while (performance.now() < untilMs) await work();
}

test(
  `in ${seconds} seconds of killed and stopped processes no picture is older than a job that was DONE, and no job is lost`,
  async () => {
    log = await startLog();
    for (const name of ["a", "b"]) nodes.set(name, await startNode(name));
    const untilMs = endMs();
    const scopes = [
      { scope: "original", urls: [`http://${origin.host}/picture.bmp`] },
      { scope: "original", urls: [`http://${origin.host}/*`] },
      { scope: "all" },
    ];
    await Promise.all([
      ...["a", "a", "b", "b"].map((name) => repeat(untilMs, () => askOnce(name))),
      repeat(untilMs, async () => {
        await purgeOnce(pick(scopes));
        await Bun.sleep(Math.random() * 100);
      }),
      repeat(untilMs, async () => {
        await Bun.sleep(Math.random() * 1_500);
        books.faults++;
        await pick(Object.values(faults))();
      }),
    ]);
    console.log(`${books.faults} faults, ${books.answers} answers and ${books.jobs} jobs checked`);
    expect(books.violations).toEqual([]);
    expect(books.lost).toEqual([]);
    expect(books.answers).toBeGreaterThan(seconds * 10);
  },
  (seconds + 60) * 1000,
);
