/**
 * `npm run sweep -- DIR [--query Q]... [--server URL]`: asks a running server for every file below a folder, 64 pixels
 * wide, as WebP and as AVIF; one line for each file, and a summary. It starts a server of its own, unless one is given:
 * that one must be allowed to fetch from 127.0.0.1.
 *
 * Exit code 1 if a process crashed, a request was not answered, or was answered with a 5xx other than 502, 503 and 504;
 * 2 if there is nothing to be done.
 */
import { existsSync } from "node:fs";
import { dataFolder, type Running, startServer } from "../test/processes.ts";
import { watchMemory } from "./sweep/measure-memory.ts";
import { serveFiles } from "./sweep/serve-files.ts";
import { printable, walkFiles } from "./sweep/walk-files.ts";

const answerWithinMs = 120_000;
const usual = ["w=64&force_format=_webp", "w=64&force_format=_avif"];

interface Asked {
  readonly folder: string;
  readonly queries: readonly string[];
  readonly server: string | null;
}

function readArguments(args: readonly string[]): Asked {
  const queries: string[] = [];
  let folder: string | null = null;
  let server: string | null = null;
  for (let at = 0; at < args.length; at++) {
    const value = args[at] as string;
    if (value === "--query") queries.push(args[++at] ?? "");
    else if (value === "--server") server = (args[++at] ?? "").replace(/\/$/, "");
    else if (value !== "--") folder ??= value;
  }
  if (!folder || !existsSync(folder)) {
    console.error(
      folder
        ? `freshet: there is no ${folder}`
        : "freshet: npm run sweep -- DIR [--query Q]... [--server URL]",
    );
    process.exit(2);
  }
  return { folder, queries: queries.length > 0 ? queries : usual, server };
}

/** The server that is asked; one of our own is started again if it ends. */
async function openTarget(given: string | null) {
  const data = given === null ? dataFolder() : null;
  const env = { FRESHET_ALLOW_LOCAL_ORIGINS: "127.0.0.1" };
  const start = () => startServer({ dataDir: data?.path ?? "", env });
  let own: Running | null = data && (await start());
  return {
    url: () => given ?? (own?.url as string),
    pid: () => own?.pid ?? 0,
    isAlive: () => own === null || own.isAlive(),
    /** What it wrote last, to say why it ended. */
    lastWords: () => own?.output().slice(-2_000) ?? "",
    async startAgain() {
      if (own) own = await start();
    },
    async stop() {
      await own?.stop();
      data?.remove();
    },
  };
}

type Target = Awaited<ReturnType<typeof openTarget>>;

/** Status and time of one request; status 0 if there was no answer. */
async function ask(url: string): Promise<{ status: number; ms: number }> {
  const startMs = performance.now();
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerWithinMs) });
    await response.arrayBuffer();
    return { status: response.status, ms: performance.now() - startMs };
  } catch {
    return { status: 0, ms: performance.now() - startMs };
  }
}

/** Decoders that crashed so far, as the server counts them. */
async function crashesOf(target: Target): Promise<number> {
  const text = await fetch(`${target.url()}/metrics`, { signal: AbortSignal.timeout(answerWithinMs) })
    .then((response) => response.text())
    .catch(() => "");
  return Number(/^freshet_render_children_lost_total\{reason="crashed"\} (\d+)$/m.exec(text)?.[1] ?? 0);
}

const isBad = (status: number) => status >= 500 && ![502, 503, 504].includes(status);
const megabytes = (bytes: number | null) =>
  bytes === null ? "   - MB" : `${(bytes / 1e6).toFixed(0).padStart(4)} MB`;

/** Counts what is to be said at the end. */
function createTally() {
  const statuses = new Map<number, number>();
  let slowest = { ms: 0, name: "" };
  let most = { bytes: 0, name: "" };
  const counts = { files: 0, skipped: 0, requests: 0, serverCrashes: 0, decoderCrashes: 0 };
  return {
    counts,
    answer(name: string, { status, ms }: { status: number; ms: number }) {
      counts.requests++;
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (ms > slowest.ms) slowest = { ms, name };
    },
    memory(name: string, bytes: number | null) {
      if (bytes !== null && bytes > most.bytes) most = { bytes, name };
    },
    end(): boolean {
      const unanswered = statuses.get(0) ?? 0;
      const bad = [...statuses].reduce((sum, [status, count]) => sum + (isBad(status) ? count : 0), 0);
      const list = [...statuses].filter(([status]) => status !== 0).sort(([a], [b]) => a - b);
      console.log(`
${counts.files} files, ${counts.skipped} skipped, ${counts.requests} requests
answers: ${list.map(([status, count]) => `${count} × ${status}`).join(", ") || "none"}
slowest: ${slowest.ms.toFixed(0)} ms (${slowest.name})
most memory, server and children: ${megabytes(most.bytes || null).trim()} (${most.name})
crashes: ${counts.serverCrashes} of the server, ${counts.decoderCrashes} of decoders; unanswered: ${unanswered}; 5xx other than 502, 503, 504: ${bad}`);
      return counts.serverCrashes + counts.decoderCrashes + unanswered + bad === 0;
    },
  };
}

const { folder, queries, server } = readArguments(process.argv.slice(2));
const tally = createTally();
const origin = serveFiles();
const target = await openTarget(server);
const memory = server === null ? watchMemory(target.pid) : null;
let crashes = await crashesOf(target);

try {
  for (const { path, bytes, skipped } of walkFiles(Buffer.from(folder))) {
    const name = printable(path);
    if (skipped !== null) {
      tally.counts.skipped++;
      console.log(`skipped ${name}: ${skipped}`);
      continue;
    }
    tally.counts.files++;
    const address = origin.add(path);
    const answers: { status: number; ms: number }[] = [];
    for (const query of queries) {
      const answer = await ask(`${target.url()}/${address}?${query}`);
      answers.push(answer);
      tally.answer(name, answer);
      if (target.isAlive()) continue;
      tally.counts.serverCrashes++;
      console.log(`CRASHED over ${name}:\n${target.lastWords()}`);
      await target.startAgain();
      crashes = 0;
    }
    const peak = memory?.peak() ?? null;
    tally.memory(name, peak);
    const now = await crashesOf(target);
    const note = now > crashes ? " DECODER CRASHED" : "";
    tally.counts.decoderCrashes += Math.max(0, now - crashes);
    crashes = now;
    const statuses = answers.map(({ status }) => (status === 0 ? "---" : status)).join(" ");
    const times = answers.map(({ ms }) => `${ms.toFixed(0).padStart(5)} ms`).join(" ");
    console.log(`${statuses} ${times} ${megabytes(peak)} ${String(bytes).padStart(9)} B ${name}${note}`);
  }
} finally {
  memory?.stop();
  await target.stop();
  await origin.stop();
}
if (tally.counts.files + tally.counts.skipped === 0) console.log("there is no file in it");
process.exit(tally.end() ? 0 : 1);
