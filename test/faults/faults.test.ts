/**
 * The promise with real processes and real faults: a purge-api and three servers that are killed, stopped, cut off, set
 * back and filled up while pictures are asked for and purged, with every mode and scope. `bun run faults --minutes 10`
 * runs longer, with `--postgres` two purge-api on one PostgreSQL.
 */
import { afterAll, expect, test } from "bun:test";
import { type PostgresServer, startPostgres } from "../../packages/purge-api/src/db/postgres.fixture.ts";
import { keys } from "../processes.ts";
import { createBooks } from "./books.ts";
import { type Cluster, type Node, startCluster } from "./cluster.ts";
import { ensureFakeTime } from "./machine.ts";
import { createNemesis, type Nemesis, pick } from "./nemesis.ts";
import { paths, purgesOf, type Reach, shapes } from "./purges.ts";
import { versionIn } from "./versioned-origin.ts";

const seconds = Number(process.env.FAULT_SECONDS ?? 60);
/** Two purge-api on one PostgreSQL instead of one with a file of its own. */
const isOnPostgres = process.env.FAULT_LOG === "postgres";
/** For finding a cause: only faults with one of these names. */
const only = process.env.FAULTS?.split(",");
/** After the last fault everything that was accepted must be DONE within this time. */
const settleMs = 30_000;

const books = createBooks();
let postgres: PostgresServer | null = null;
let cluster: Cluster;
let nemesis: Nemesis;
let newest = 0;
afterAll(async () => {
  await cluster?.stop();
  await postgres?.close();
});

/** To any of the logs: one that is down answers nobody. */
async function call(path: string, body?: object): Promise<{ status: string; uuid: string } | null> {
  const init = { headers: { "x-client-key": keys.client }, signal: AbortSignal.timeout(2_000) };
  const post = body && { method: "POST", body: JSON.stringify(body) };
  const response = await fetch(`http://127.0.0.1:${pick(cluster.logs).port}${path}`, { ...init, ...post });
  if (response.status === 400) books.violations.push(`refused: ${await response.text()}`);
  if (!response.ok) return null;
  return ((await response.json()) as { invalidation: { status: string; uuid: string } }).invalidation;
}

const purged: Record<string, number> = {};
/** Nobody asks before: somebody who did would have brought the new picture by the time at which no old one may come. */
let quietUntilMs = 0;
/** Of soft purges, how many are followed by silence. */
const quietShare = 0.05;

/** Changes the original, mostly, and purges it. A call that nobody answered may have been accepted or not. */
async function purgeOnce(): Promise<void> {
  const { restores } = nemesis;
  const version = Math.random() < 0.8 ? cluster.origin.update() : cluster.origin.version;
  newest = version;
  const purge = pick(purgesOf(`http://${cluster.originHost}`));
  const accepted = await call("/invalidate", purge.order).catch(() => null);
  if (!accepted) return;
  books.counts.jobs++;
  purged[purge.name] = (purged[purge.name] ?? 0) + 1;
  if (purge.graceMs > 0 && Math.random() < quietShare) quietUntilMs = performance.now() + purge.graceMs + 500;
  const isForgotten = () => nemesis.restores !== restores;
  // Several at a time, since one may have to wait for a lease to run out.
  void watch(accepted.uuid, version, purge, isForgotten);
}

let endMs = Number.POSITIVE_INFINITY;

async function watch(uuid: string, version: number, reach: Reach, isForgotten: () => boolean): Promise<void> {
  books.open.set(uuid, version);
  while (performance.now() < endMs + settleMs && !isForgotten()) {
    const job = await call(`/invalidate/${uuid}`).catch(() => null);
    if (job?.status === "DONE" && !isForgotten()) {
      books.done(version, reach);
      books.open.delete(uuid);
      return;
    }
    await Bun.sleep(20);
  }
  books.open.delete(uuid);
  if (!isForgotten()) books.lost.push(uuid);
}

async function askOnce({ name, running }: Node): Promise<void> {
  const startMs = performance.now();
  if (startMs < quietUntilMs) return Bun.sleep(20);
  const question = { path: pick(paths), shape: pick(shapes) };
  const url = `${running.url}/http://${cluster.originHost}${question.path}?${question.shape}`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(15_000) })
    .then(async (response) =>
      response.ok
        ? {
            bytes: await response.bytes(),
            tag: response.headers.get("etag") ?? "",
            how: response.headers.get("cache-status"),
          }
        : null,
    )
    .catch(() => null);
  // A server that is down answers nothing, which is no lie.
  if (!answer) return Bun.sleep(20);
  books.answer(`${name} (${answer.how})`, question, startMs, await versionIn(answer.bytes), answer.tag);
}

async function repeat(untilMs: number, work: () => Promise<void>): Promise<void> {
  while (performance.now() < untilMs) await work();
}

/** All faults in turn, in an order that differs from round to round. */
async function rage(untilMs: number): Promise<Record<string, number>> {
  const raged: Record<string, number> = {};
  let left: string[] = [];
  await repeat(untilMs, async () => {
    if (left.length === 0) left = Object.keys(nemesis.faults).sort(() => Math.random() - 0.5);
    const name = left.pop() as string;
    if (only && !only.includes(name)) return Bun.sleep(1);
    raged[name] = (raged[name] ?? 0) + 1;
    books.note(name);
    await nemesis.faults[name]?.();
    await Bun.sleep(Math.random() * 500);
  });
  return raged;
}

test(
  `in ${seconds} seconds of faults no picture is older than a job that was DONE, and no job is lost`,
  async () => {
    await ensureFakeTime();
    postgres = isOnPostgres ? await startPostgres() : null;
    cluster = await startCluster(["a", "b", "c"], postgres);
    nemesis = createNemesis(cluster, books, () => newest);
    for (const reason of nemesis.skipped) console.log(`left out: ${reason}`);
    const untilMs = performance.now() + seconds * 1000;
    const work = Promise.all([
      ...cluster.nodes.flatMap((node) => [node, node].map((each) => repeat(untilMs, () => askOnce(each)))),
      repeat(untilMs, async () => {
        if (books.open.size < 20 && performance.now() > quietUntilMs) await purgeOnce();
        await Bun.sleep(Math.random() * 100);
      }),
    ]);
    const raged = await rage(untilMs);
    await work;
    endMs = performance.now();
    while (books.open.size > 0) await Bun.sleep(50);
    const { answers, jobs, done } = books.counts;
    console.log(`${answers} answers checked, ${jobs} jobs accepted, ${done} DONE, ${books.lost.length} lost`);
    console.log(
      `jobs: ${Object.entries(purged)
        .map(([name, count]) => `${count} ${name}`)
        .join(", ")}`,
    );
    console.log(
      `faults: ${Object.entries(raged)
        .map(([name, count]) => `${count} ${name}`)
        .join(", ")}`,
    );
    expect(books.violations).toEqual([]);
    expect(books.lost).toEqual([]);
    expect(answers).toBeGreaterThan(seconds * 5);
    expect(done).toBeGreaterThan(seconds / 2);
  },
  (seconds + 120) * 1000,
);
