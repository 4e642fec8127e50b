import { dataFolder, keys, type Running, startPurge, startServer } from "../../test/processes.ts";

export interface Cluster {
  readonly purge: Running;
  /** All of them, `purge` among them. */
  readonly replicas: readonly Running[];
  /** Data folder of `purge`. */
  readonly purgeDir: string;
  readonly servers: readonly Running[];
}

const headers = { "x-client-key": keys.client };

export interface ClusterOptions {
  /** Fills a server's data folder before it starts. */
  prepare?(dataDir: string): void;
  readonly env?: Record<string, string>;
  /** URL of a PostgreSQL database for purge-api, and how many of them share it. */
  readonly shared?: { readonly database: string; readonly replicas: number };
}

/** Real processes on loopback, until `measure` has ended. */
export async function withCluster(
  servers: number,
  measure: (cluster: Cluster) => Promise<void>,
  { prepare = () => {}, env = {}, shared }: ClusterOptions = {},
): Promise<void> {
  const folders: { path: string; remove(): void }[] = [];
  const newFolder = () => {
    folders.push(dataFolder());
    return (folders.at(-1) as { path: string }).path;
  };
  const running: Running[] = [];
  const keep = async (starting: Promise<Running>) => {
    running.push(await starting);
  };
  try {
    // As long a lease as a service has that nobody changed.
    const purgeEnv = { FRESHET_LEASE_MS: "4700", ...(shared && { FRESHET_DATABASE: shared.database }) };
    const count = shared?.replicas ?? 1;
    for (let at = 0; at < count; at++) await keep(startPurge({ dataDir: newFolder(), env: purgeEnv }));
    const replicas = running.slice();
    for (let at = 0; at < servers; at++) {
      const dataDir = newFolder();
      prepare(dataDir);
      const purgeUrl = (replicas[at % count] as Running).url;
      await keep(startServer({ dataDir, purgeUrl, env }));
    }
    const [purgeDir] = folders.map(({ path }) => path) as [string];
    await measure({ purge: replicas[0] as Running, purgeDir, replicas, servers: running.slice(count) });
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

/** One number of the `/metrics` of a server or of purge-api, all its labels together. */
export async function metric({ url }: Running, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`, { headers })).text();
  return text
    .split("\n")
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}
