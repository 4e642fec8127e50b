/**
 * `bun bench/purge/size.ts`: POST → DONE and the first new picture, for an original with one variant, for one with 10,000,
 * and for a token with 1,000,000 originals; three servers each, alternating rounds of one run.
 */
import { join } from "node:path";
import { openPointerTable } from "../../packages/server/src/origin/pointer-table.ts";
import { startVersionedOrigin } from "../../test/faults/versioned-origin.ts";
import { markdownTable, percentile } from "../report.ts";
import { purgeMs, withCluster } from "./cluster.ts";

const rounds = 100;
const variants = 10_000;
const originals = 1_000_000;
const origin = startVersionedOrigin();

/** As if a million originals had been asked for; a server reads them from its disk. */
function fill(dataDir: string): void {
  const table = openPointerTable(join(dataDir, "pointers.sqlite"));
  const pointer = {
    ...{
      content: "0".repeat(32),
      format: "jpeg" as const,
      mediaType: null,
      tags: [],
      fetchedAtMs: Date.now(),
    },
    ...{ validators: { etag: '"1"', lastModified: null }, stamp: { logId: "of before", seq: 1 } },
  };
  for (let at = 0; at < originals; at++) table.set(`doc|//shop.example/${at}.jpg`, "", pointer);
  table.close();
}

const env = { FRESHET_ALLOW_LOCAL_ORIGINS: origin.host };
const orders = {
  "an original with 1 variant": { scope: "original", urls: [`http://${origin.host}/few.bmp`] },
  [`an original with ${variants.toLocaleString("en")} variants`]: {
    scope: "original",
    urls: [`http://${origin.host}/many.bmp`],
  },
  [`a token with ${originals.toLocaleString("en")} originals`]: { scope: "all" },
};

try {
  await withCluster(
    3,
    async ({ purge, servers }) => {
      const picture = (name: string, width: number, height: number) => (server: { url: string }) =>
        fetch(
          `${server.url}/http://${origin.host}/${name}.bmp?w=${width}&h=${height}&func=crop&force_format=png`,
        ).then(async (response) => {
          if (!response.ok) throw new Error(`answered ${response.status}`);
          await response.bytes();
        });
      for (const server of servers) {
        await picture("few", 16, 16)(server);
        for (let at = 0; at < variants; at += 8) {
          const each = Array.from({ length: 8 }, (_, next) => at + next);
          await Promise.all(
            each.map((next) => picture("many", 1 + (next % 100), 1 + Math.floor(next / 100))(server)),
          );
        }
      }
      const times = new Map(Object.keys(orders).map((name) => [name, [] as number[]]));
      for (let round = 0; round < rounds; round++) {
        for (const [name, order] of Object.entries(orders)) {
          origin.update();
          times.get(name)?.push(await purgeMs(purge, order));
          await Promise.all(servers.map(picture("many", 16, 16)));
        }
      }
      const rows = [...times].map(([name, each]) => [
        name,
        `${percentile(each, 50).toFixed(2)} ms`,
        `${percentile(each, 99).toFixed(2)} ms`,
      ]);
      console.log(`\n${markdownTable(["POST → DONE, 3 servers", "P50", "P99"], rows)}`);
    },
    { prepare: fill, env },
  );
} finally {
  await origin.stop();
}
