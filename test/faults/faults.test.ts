/**
 * The promise with real processes and real faults: a purge-api and three servers that are killed, stopped, cut off, set
 * back and filled up while pictures are asked for and purged. `bun run faults --minutes 10` runs longer.
 */
import { afterAll, expect, test } from "bun:test";
import { keys } from "../processes.ts";
import { createBooks } from "./books.ts";
import { type Cluster, type Node, startCluster } from "./cluster.ts";
import { ensureFakeTime } from "./machine.ts";
import { createNemesis, type Nemesis, pick } from "./nemesis.ts";
import { versionIn } from "./versioned-origin.ts";

const seconds = Number(process.env.FAULT_SECONDS ?? 60);
/** For finding a cause: only faults with one of these names. */
const only = process.env.FAULTS?.split(",");
/** After the last fault everything that was accepted must be DONE within this time. */
const settleMs = 30_000;

const books = createBooks();
let cluster: Cluster;
let nemesis: Nemesis;
let newest = 0;
afterAll(() => cluster?.stop());

async function call(path: string, body?: object): Promise<{ status: string; uuid: string } | null> {
  const init = { headers: { "x-client-key": keys.client }, signal: AbortSignal.timeout(2_000) };
  const post = body && { method: "POST", body: JSON.stringify(body) };
  const response = await fetch(cluster.logUrl + path, { ...init, ...post });
  if (!response.ok) return null;
  return ((await response.json()) as { invalidation: { status: string; uuid: string } }).invalidation;
}

/** Changes the original and purges it. A call that nobody answered may have been accepted or not. */
async function purgeOnce(): Promise<void> {
  const { restores } = nemesis;
  const version = cluster.origin.update();
  newest = version;
  const url = `http://${cluster.originHost}`;
  const scope = pick<object>([
    { scope: "original", urls: [`${url}/picture.bmp`] },
    { scope: "original", urls: [`${url}/*`], mode: "hard" },
    { scope: "all", mode: "hard" },
  ]);
  const accepted = await call("/invalidate", scope).catch(() => null);
  if (!accepted) return;
  books.counts.jobs++;
  const isForgotten = () => nemesis.restores !== restores;
  // Several at a time, since one may have to wait for a lease to run out.
  void watch(accepted.uuid, version, isForgotten);
}

let endMs = Number.POSITIVE_INFINITY;

async function watch(uuid: string, version: number, isForgotten: () => boolean): Promise<void> {
  books.open.set(uuid, version);
  while (performance.now() < endMs + settleMs && !isForgotten()) {
    const job = await call(`/invalidate/${uuid}`).catch(() => null);
    if (job?.status === "DONE" && !isForgotten()) {
      books.done(version);
      books.open.delete(uuid);
      return;
    }
    await Bun.sleep(20);
  }
  books.open.delete(uuid);
  if (!isForgotten()) books.lost.push(uuid);
}

const shapes = ["w=16&force_format=png", "w=24&force_format=jpeg", "w=64&force_format=webp", "w=20&h=20"];

async function askOnce({ name, running }: Node): Promise<void> {
  const startMs = performance.now();
  const url = `${running.url}/http://${cluster.originHost}/picture.bmp?${pick(shapes)}`;
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
  books.answer(`${name} (${answer.how})`, startMs, await versionIn(answer.bytes), answer.tag);
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
    cluster = await startCluster(["a", "b", "c"]);
    nemesis = createNemesis(cluster, books, () => newest);
    for (const reason of nemesis.skipped) console.log(`left out: ${reason}`);
    const untilMs = performance.now() + seconds * 1000;
    const work = Promise.all([
      ...cluster.nodes.flatMap((node) => [node, node].map((each) => repeat(untilMs, () => askOnce(each)))),
      repeat(untilMs, async () => {
        if (books.open.size < 20) await purgeOnce();
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
