/**
 * How long a purge takes, with real processes on loopback: one purge-api, three servers, 300 purges of one original,
 * one after the other. Run it with `bun bench/purge.ts`.
 */
import { dataFolder, keys, type Running, startPurge, startServer } from "../test/processes.ts";

const purges = 300;
const warmUps = 20;
const servers = 3;
const picture = "/sample.li/now.php?width=200";
const original = "/sample.li/now.php";

interface Sample {
  /** From before the POST was sent to its 201. */
  readonly acceptedMs: number;
  /** Between acceptance and DONE, by purge-api's own clock. */
  readonly durationMs: number;
  /** From before the POST was sent until the client saw DONE, asking without pause. */
  readonly doneMs: number;
  /** From before the POST was sent until all servers, asked after DONE, had answered with the new picture. */
  readonly newBytesMs: number;
  /** Servers that answered with the old picture after DONE: must be 0. */
  readonly stale: number;
}

interface Invalidation {
  readonly invalidation: {
    readonly uuid: string;
    readonly status: string;
    readonly duration_ms: number;
    readonly nodes: readonly unknown[];
  };
}

const headers = { "x-client-key": keys.client };

async function etag(server: Running): Promise<string> {
  const response = await fetch(server.url + picture);
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`a server answered ${response.status}`);
  return response.headers.get("etag") ?? "";
}

async function purgeOnce(purge: Running, nodes: readonly Running[]): Promise<Sample> {
  const before = await Promise.all(nodes.map(etag));
  const startMs = performance.now();
  const body = JSON.stringify({ scope: "original", urls: [original] });
  const posted = await fetch(`${purge.url}/invalidate`, { method: "POST", headers, body });
  const { invalidation } = (await posted.json()) as Invalidation;
  const acceptedMs = performance.now() - startMs;
  const job = await untilDone(`${purge.url}/invalidate/${invalidation.uuid}`);
  const doneMs = performance.now() - startMs;
  const after = await Promise.all(nodes.map(etag));
  return {
    acceptedMs,
    durationMs: job.duration_ms,
    doneMs,
    newBytesMs: performance.now() - startMs,
    stale: after.filter((tag, at) => tag === before[at]).length,
  };
}

async function untilDone(url: string): Promise<Invalidation["invalidation"]> {
  for (;;) {
    const { invalidation } = (await (await fetch(url, { headers })).json()) as Invalidation;
    if (invalidation.status === "ERROR") throw new Error("a purge ended in ERROR");
    if (invalidation.status !== "DONE") continue;
    if (invalidation.nodes.length !== servers) throw new Error("a purge did not wait for every server");
    return invalidation;
  }
}

function row(name: string, values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.ceil(share * sorted.length) - 1] as number).toFixed(2);
  return `| ${name} | ${at(0.5)} | ${at(0.99)} | ${at(1)} |`;
}

function print(samples: readonly Sample[]): void {
  const stale = samples.reduce((sum, sample) => sum + sample.stale, 0);
  console.log(`${purges} purges of one original, ${servers} servers, milliseconds\n`);
  console.log("| | P50 | P99 | max |\n|---|---:|---:|---:|");
  console.log(
    row(
      "POST → 201 (on disk)",
      samples.map((sample) => sample.acceptedMs),
    ),
  );
  console.log(
    row(
      "accepted → DONE (purge-api's clock)",
      samples.map((sample) => sample.durationMs),
    ),
  );
  console.log(
    row(
      "POST → DONE seen by the client",
      samples.map((sample) => sample.doneMs),
    ),
  );
  console.log(
    row(
      "POST → new picture from every server",
      samples.map((sample) => sample.newBytesMs),
    ),
  );
  console.log(`\nOld pictures after DONE: ${stale} of ${purges * servers}`);
}

async function main(): Promise<void> {
  const folders = Array.from({ length: servers + 1 }, dataFolder);
  const running: Running[] = [];
  try {
    const [purgeDir, ...serverDirs] = folders.map(({ path }) => path) as [string, ...string[]];
    const purge = await startPurge({ dataDir: purgeDir });
    running.push(purge);
    const nodes: Running[] = [];
    for (const dataDir of serverDirs) {
      const server = await startServer({ dataDir, purgeUrl: purge.url });
      running.push(server);
      nodes.push(server);
    }
    for (let at = 0; at < warmUps; at++) await purgeOnce(purge, nodes);
    const samples: Sample[] = [];
    while (samples.length < purges) samples.push(await purgeOnce(purge, nodes));
    print(samples);
  } finally {
    for (const process of running.reverse()) await process.stop();
    for (const folder of folders) folder.remove();
  }
}

await main();
