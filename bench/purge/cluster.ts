import { dataFolder, keys, type Running, startPurge, startServer } from "../../test/processes.ts";

export interface Cluster {
  readonly purge: Running;
  readonly servers: readonly Running[];
}

const headers = { "x-client-key": keys.client };

/** Real processes on loopback, until `measure` has ended. @param prepare fills a server's data folder before it starts */
export async function withCluster(
  servers: number,
  measure: (cluster: Cluster) => Promise<void>,
  options: { prepare?(dataDir: string): void; env?: Record<string, string> } = {},
): Promise<void> {
  const folders = Array.from({ length: servers + 1 }, dataFolder);
  const running: Running[] = [];
  try {
    const [log, ...nodes] = folders.map(({ path }) => path) as [string, ...string[]];
    // As long a lease as a service has that nobody changed.
    const purge = await startPurge({ dataDir: log, env: { FRESHET_LEASE_MS: "5000" } });
    running.push(purge);
    for (const dataDir of nodes) {
      options.prepare?.(dataDir);
      running.push(
        await startServer({ dataDir, purgeUrl: purge.url, ...(options.env && { env: options.env }) }),
      );
    }
    await measure({ purge, servers: running.slice(1) });
  } finally {
    for (const process of running.reverse()) await process.kill();
    for (const folder of folders) folder.remove();
  }
}

export interface Posted {
  readonly uuid: string;
}

export async function post(
  purge: Running,
  order: object,
  more: Record<string, string> = {},
): Promise<Posted> {
  const body = JSON.stringify(order);
  const response = await fetch(`${purge.url}/invalidate`, {
    method: "POST",
    headers: { ...headers, ...more },
    body,
  });
  const answer = await response.json();
  if (response.status !== 201) throw new Error(`answered ${response.status}: ${JSON.stringify(answer)}`);
  return (answer as { invalidation: Posted }).invalidation;
}

/** @returns milliseconds from before the POST was sent until the client saw DONE, asking without pause */
export async function purgeMs(purge: Running, order: object): Promise<number> {
  const startMs = performance.now();
  const { uuid } = await post(purge, order);
  await untilDone(purge, uuid);
  return performance.now() - startMs;
}

export async function untilDone(purge: Running, uuid: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${purge.url}/invalidate/${uuid}`, { headers });
    const { invalidation } = (await response.json()) as { invalidation: { status: string } };
    if (invalidation.status === "DONE") return;
    if (invalidation.status === "ERROR") throw new Error("a purge ended in ERROR");
  }
}

/** One number of a server's `/metrics`, all its labels together. */
export async function metric({ url }: Running, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text
    .split("\n")
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}
