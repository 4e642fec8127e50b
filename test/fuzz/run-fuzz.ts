import { watchMemory } from "../../scripts/sweep/measure-memory.ts";
import { dataFolder, keys, type Running, startPurge, startServer } from "../processes.ts";
import { foundFiles, foundRequests, keepFile, keepRequest, type Service } from "./found.ts";
import { mutate } from "./mutate.ts";
import { createRandom, type Random } from "./random.ts";
import { makeSeedFiles, type SeedFile } from "./seed-files.ts";
import { type FuzzRequest, writeApiRequest, writeImageRequest, writeQuery } from "./write-requests.ts";

/** What came of a run. */
export interface FuzzReport {
  readonly seed: number;
  readonly inputs: Record<"files" | "urls" | "bodies", number>;
  /** Answers, by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Each a sentence: processes that ended, and decoders that did. */
  readonly crashes: readonly string[];
  readonly unanswered: readonly string[];
  /** 5xx other than 502, 503 and 504. */
  readonly bad: readonly string[];
  /** Processes that were ended because a job took too much: no failure, but worth a look. */
  readonly lost: Readonly<Record<string, number>>;
  /** What took longer than {@link slowMs}. */
  readonly slow: readonly string[];
  /** Of the image server with its children, and of purge-api; `null` where the system does not tell. */
  readonly peakBytes: { readonly server: number | null; readonly purge: number | null };
}

const usualQuery = "w=64&force_format=_webp";
const answerWithinMs = 60_000;
const slowMs = 10_000;
/** Requests under way at once: on one core more, a job of the slower ones could not be told from others. */
const workers = 3;

/**
 * Sends changed files, URLs and bodies to both services, as real processes, until the time is over; before that, all that
 * was found before. What finds something is written to `found/`, as it was sent.
 *
 * @param seed decides everything but the order in which answers come
 */
export async function runFuzz(seed: number, seconds: number): Promise<FuzzReport> {
  const world = await openWorld();
  const report = createReport(seed);
  const seeds = await makeSeedFiles();
  const random = createRandom(seed);
  const names = { origin: world.origin, key: keys.client };
  const honest = world.honest(seeds);

  /** @param keep called if it finds something */
  async function send(
    to: Service,
    request: FuzzRequest,
    name: string,
    keep: (what: string) => void = (what) => keepRequest({ to, request }, what, names),
  ): Promise<void> {
    const { path, ...init } = request;
    const what = `${name}: ${request.method} ${path.slice(0, 300)}`;
    try {
      const signal = AbortSignal.timeout(answerWithinMs);
      const startMs = performance.now();
      const response = await fetch(world[to]().url + path, { ...init, redirect: "manual", signal });
      await response.arrayBuffer();
      const ms = performance.now() - startMs;
      if (ms > slowMs) report.slow.push(`${ms.toFixed(0)} ms ${what}`);
      if (report.answer(response.status, what)) keep(what);
    } catch (error) {
      report.unanswered.push(`${what}: ${String(error)}`);
      keep(what);
    }
    for (const line of await world.crashed()) {
      report.crashes.push(`${line} over ${what}`);
      keep(what);
    }
  }

  async function tryFile(bytes: Uint8Array, name: string, query: string): Promise<void> {
    report.inputs.files++;
    const request = {
      path: `/${world.add(bytes)}?${query}`.replace(/[\s#]/g, "%20"),
      method: "GET",
      headers: {},
    };
    await send("server", request, name, (what) => keepFile(bytes, query, what));
  }

  async function replay(): Promise<void> {
    for (const { name, bytes, query } of foundFiles()) {
      for (const each of new Set([usualQuery, query ?? usualQuery])) await tryFile(bytes, name, each);
    }
    for (const { name, to, request } of foundRequests(names)) {
      report.inputs[to === "server" ? "urls" : "bodies"]++;
      await send(to, request, name, () => {});
    }
    for (const { name, bytes, family } of seeds) if (family !== "svg") await tryFile(bytes, name, usualQuery);
  }

  async function work(choose: Random): Promise<void> {
    while (performance.now() < endMs) {
      const kind = choose.below(5);
      if (kind < 3) {
        const seed = choose.pick(seeds);
        const query = choose.once(2) ? usualQuery : writeQuery(choose);
        await tryFile(mutate(seed, seeds, choose), seed.name, query);
      } else if (kind === 3) {
        report.inputs.urls++;
        await send("server", writeImageRequest(honest, choose), "a URL");
      } else {
        report.inputs.bodies++;
        await send("purge", writeApiRequest(keys.client, choose), "a body");
      }
    }
  }

  await replay();
  const endMs = performance.now() + seconds * 1000;
  await Promise.all(Array.from({ length: workers }, () => work(createRandom(random.below(2 ** 32)))));
  const result = { ...report.done(), lost: await world.lost(), peakBytes: world.peak() };
  await world.stop();
  return result;
}

/** Both services, and an origin that serves what they are asked for. */
async function openWorld() {
  const data = dataFolder();
  const files = new Map<string, Uint8Array>();
  let serial = 0;
  const origin = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch({ url }) {
      const bytes = files.get(new URL(url).pathname);
      return bytes ? new Response(bytes as Uint8Array<ArrayBuffer>) : new Response("", { status: 404 });
    },
  });
  const startPurgeApi = () =>
    startPurge({
      dataDir: `${data.path}/purge`,
      env: { FRESHET_HOOK_SECRET: "a secret for hooks, long enough" },
    });
  let purge = await startPurgeApi();
  const startImages = () =>
    startServer({
      dataDir: `${data.path}/server`,
      purgeUrl: purge.url,
      env: {
        FRESHET_ALLOW_LOCAL_ORIGINS: `127.0.0.1:${origin.port}`,
        FRESHET_ORIGINAL_BYTES: "200000000",
        FRESHET_RENDER_TIMEOUT_MS: "10000",
      },
    });
  let server = await startImages();
  const memory = { server: watchMemory(() => server.pid), purge: watchMemory(() => purge.pid) };
  let decoderCrashes = 0;

  async function lost(): Promise<Record<string, number>> {
    const text = await fetch(`${server.url}/metrics`).then((response) => response.text());
    const lines = text.matchAll(/^freshet_render_children_lost_total\{reason="(\w+)"\} (\d+)$/gm);
    return Object.fromEntries([...lines].map(([, reason = "", count]) => [reason, Number(count)]));
  }

  return {
    origin: `127.0.0.1:${origin.port}`,
    server: (): Running => server,
    purge: (): Running => purge,
    lost,
    /** @returns where it is */
    add(bytes: Uint8Array): string {
      const path = `/${serial++}`;
      files.set(path, bytes);
      // What is done with is forgotten: a long run would fill memory.
      files.delete(`/${serial - 1_000}`);
      return `http://127.0.0.1:${origin.port}${path}`;
    },
    /** Originals that are in order, for what is said about them. */
    honest(seeds: readonly SeedFile[]): readonly string[] {
      return seeds.map(({ bytes }, at) => {
        files.set(`/seed-${at}`, bytes);
        return `http://127.0.0.1:${origin.port}/seed-${at}`;
      });
    },
    /** What has ended since the last look; services are started again. */
    async crashed(): Promise<string[]> {
      const lines: string[] = [];
      if (!server.isAlive()) {
        lines.push(`the server ended: ${server.output().slice(-1_000)}`);
        server = await startImages();
        decoderCrashes = 0;
      }
      if (!purge.isAlive()) {
        lines.push(`purge-api ended: ${purge.output().slice(-1_000)}`);
        purge = await startPurgeApi();
      }
      const { crashed = 0 } = await lost();
      if (crashed > decoderCrashes) lines.push("a decoder ended");
      decoderCrashes = crashed;
      return lines;
    },
    peak: () => ({ server: memory.server.peak(), purge: memory.purge.peak() }),
    async stop() {
      memory.server.stop();
      memory.purge.stop();
      await server.stop();
      await purge.stop();
      await origin.stop(true);
      data.remove();
    },
  };
}

function createReport(seed: number) {
  const statuses: Record<string, number> = {};
  const inputs = { files: 0, urls: 0, bodies: 0 };
  const crashes: string[] = [];
  const unanswered: string[] = [];
  const bad: string[] = [];
  const slow: string[] = [];
  return {
    inputs,
    slow,
    crashes,
    unanswered,
    /** @returns whether it is one that there must not be */
    answer(status: number, what: string): boolean {
      statuses[status] = (statuses[status] ?? 0) + 1;
      const isBad = status >= 500 && ![502, 503, 504].includes(status);
      if (isBad) bad.push(`${status} ${what}`);
      return isBad;
    },
    done: () => ({ seed, inputs, statuses, crashes, unanswered, bad, slow }),
  };
}

export function formatReport(report: FuzzReport): string {
  const { seed, inputs, statuses, crashes, unanswered, bad, lost, slow, peakBytes } = report;
  const megabytes = (bytes: number | null) =>
    bytes === null ? "not known" : `${(bytes / 1e6).toFixed(0)} MB`;
  const list = (count: number, lines: readonly string[]) =>
    [String(count), ...lines.slice(0, 20).map((line) => `  ${line}`)].join("\n");
  return `seed: ${seed}
inputs: ${inputs.files} files, ${inputs.urls} URLs, ${inputs.bodies} bodies
answers: ${Object.entries(statuses)
    .map(([status, count]) => `${count} × ${status}`)
    .join(", ")}
crashes: ${list(crashes.length, crashes)}
unanswered: ${list(unanswered.length, unanswered)}
5xx other than 502, 503, 504: ${list(bad.length, bad)}
pictures given up: ${
    Object.entries(lost)
      .map(([reason, count]) => `${count} ${reason}`)
      .join(", ") || "none"
  }
slower than ${slowMs} ms: ${list(slow.length, slow)}
peak memory: ${megabytes(peakBytes.server)} the server with its children, ${megabytes(peakBytes.purge)} purge-api`;
}
