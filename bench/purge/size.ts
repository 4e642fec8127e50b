/**
 * `bun bench/purge/size.ts`: POST → DONE for an original with one variant, for one with 10,000, and for a token with
 * 1,000,000 originals; three servers that hold all of these, alternating rounds of one run.
 */
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openPointerTable, type Pointer } from "../../packages/server/src/origin/pointer-table.ts";
import { startVersionedOrigin } from "../../test/faults/versioned-origin.ts";
import { dataFolder, startServer } from "../../test/processes.ts";
import { markdownTable, median, percentile } from "../report.ts";
import { metric, purgeMs, withCluster } from "./cluster.ts";

const rounds = 200;
const variants = 10_000;
const originals = 1_000_000;
const askedAtOnce = 8;
const origin = startVersionedOrigin();
const env = { FRESHET_ALLOW_LOCAL_ORIGINS: origin.host };

async function ask(url: string, name: string, width: number, height: number): Promise<void> {
  const path = `http://${origin.host}/${name}.bmp?w=${width}&h=${height}&func=crop&force_format=png`;
  const response = await fetch(`${url}/${path}`);
  await response.bytes();
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
}

/** Once, for all servers: each starts with a copy. */
async function fill(dataDir: string): Promise<void> {
  const { url, stop } = await startServer({ dataDir, env });
  await ask(url, "few", 16, 16);
  for (let at = 0; at < variants; at += askedAtOnce) {
    const each = Array.from({ length: askedAtOnce }, (_, next) => at + next);
    await Promise.all(each.map((next) => ask(url, "many", 1 + (next % 100), 1 + Math.floor(next / 100))));
  }
  await stop();
  // A server has a name of its own.
  rmSync(join(dataDir, "node-name"), { force: true });
  const table = openPointerTable(join(dataDir, "pointers.sqlite"));
  const pointer: Pointer = {
    content: "0".repeat(32),
    format: "jpeg",
    mediaType: null,
    validators: { etag: '"1"', lastModified: null },
    stamp: { logId: "of before", seq: 1 },
    fetchedAtMs: Date.now(),
    tags: [],
  };
  for (let at = 0; at < originals; at++) table.set(`doc|//shop.example/${at}.jpg`, "", pointer);
  table.close();
}

const orders = {
  "an original with 1 variant": { scope: "original", urls: [`http://${origin.host}/few.bmp`] },
  [`an original with ${variants.toLocaleString("en")} variants`]: {
    scope: "original",
    urls: [`http://${origin.host}/many.bmp`],
  },
  [`a token with ${originals.toLocaleString("en")} originals`]: { scope: "all" },
};

const filled = dataFolder();
try {
  await fill(filled.path);
  await withCluster(
    3,
    async ({ purge, servers }) => {
      const times = Object.values(orders).map(() => [] as number[]);
      for (let round = 0; round < rounds; round++) {
        for (const [at, order] of Object.values(orders).entries()) {
          // What is purged was in use.
          await Promise.all(servers.map(({ url }) => ask(url, at === 0 ? "few" : "many", 16, 16)));
          times[at]?.push(await purgeMs(purge, order));
        }
      }
      // Round by round: the machine may be busier in one than in another.
      const ratio = (each: readonly number[]) =>
        median(each.map((ms, round) => ms / (times[0]?.[round] ?? 0))).toFixed(2);
      const rows = Object.keys(orders).map((name, at) => {
        const each = times[at] ?? [];
        const ms = (percent: number) => `${percentile(each, percent).toFixed(2)} ms`;
        return [name, ms(50), ms(99), ratio(each)];
      });
      const kept = await Promise.all(servers.map((server) => metric(server, "freshet_store_bytes")));
      console.log(`\nbytes on disk and in memory of the servers: ${kept.join(", ")}`);
      console.log(markdownTable(["POST → DONE, 3 servers", "P50", "P99", "ratio, median"], rows));
    },
    { prepare: (dataDir) => cpSync(filled.path, dataDir, { recursive: true }), env },
  );
} finally {
  await origin.stop();
  filled.remove();
}
