import { type Cluster, post, untilDone } from "./cluster.ts";

export const clients = 16;

export interface Load {
  /** Paths in each request, all of them others than in any request before. */
  readonly batch: number;
  /** Whether each request has an Idempotency-Key. */
  readonly isKeyed: boolean;
}

export const loads: Readonly<Record<string, Load>> = {
  "requests with one path": { batch: 1, isKeyed: false },
  "the same, an `Idempotency-Key` with each": { batch: 1, isKeyed: true },
  "paths in requests of 100": { batch: 100, isKeyed: false },
};

let paths = 0;

/**
 * As many requests as {@link clients} get answered one after the other, each sending to one of the replicas.
 * @returns paths per second, until the last of them is DONE
 */
export async function pathsPerSecond(
  { replicas }: Cluster,
  { batch, isKeyed }: Load,
  seconds: number,
): Promise<number> {
  const before = paths;
  const startMs = performance.now();
  const client = async (purge: Cluster["purge"]) => {
    let last = "";
    while (performance.now() - startMs < seconds * 1_000) {
      const urls = Array.from({ length: batch }, () => `/sample.li/${paths++}.jpg`);
      const headers = isKeyed ? { "idempotency-key": `"${paths}"` } : {};
      last = (await post(purge, { scope: "original", urls }, headers)).uuid;
    }
    await untilDone(purge, last);
  };
  const of = (at: number) => replicas[at % replicas.length] as Cluster["purge"];
  await Promise.all(Array.from({ length: clients }, (_, at) => client(of(at))));
  return ((paths - before) * 1_000) / (performance.now() - startMs);
}
