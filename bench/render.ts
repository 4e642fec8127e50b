/**
 * `bun bench/render.ts [photo.jpg]`: pictures per second over HTTP for a 6 MP JPEG made about 400 px wide, four requests
 * at a time, every one of another width so that nothing comes from a cache; beside sharp, alternating, in one run.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "../test/processes.ts";
import { sixMegapixels } from "./photo.ts";
import { markdownTable, median } from "./report.ts";

const rounds = 7;
const requestsPerRound = 100;
const parallel = 4;

const folder = await mkdtemp(join(tmpdir(), "freshet-bench-"));
const photo = await sixMegapixels(process.argv[2]);
const photoPath = join(folder, "photo.jpg");
await writeFile(photoPath, photo);

const origin = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response(Bun.file(photoPath)) });
const server = await startServer({ dataDir: folder, env: { FRESHET_ALLOW_LOCAL_ORIGINS: "*" } });
const peer = Bun.spawn([process.execPath, join(import.meta.dir, "peer-sharp.ts"), photoPath], {
  stdout: "pipe",
});
const peerUrl = await firstAddress(peer.stdout);

/** Another width or quality each time: content-addressed variants cannot be told apart by `vh`, nor found again here. */
function nextSize(serial: number): string {
  return `w=${350 + (serial % 100)}&q=${80 - Math.floor(serial / 100)}`;
}

const serials = { freshet: 0, sharp: 0 };
const urls = {
  freshet: () => `${server.url}/http://127.0.0.1:${origin.port}/photo.jpg?${nextSize(serials.freshet++)}`,
  sharp: () => `${peerUrl}/?${nextSize(serials.sharp++)}`,
};

async function round(next: () => string): Promise<number> {
  let left = requestsPerRound;
  const startMs = performance.now();
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      while (left-- > 0) {
        const response = await fetch(next());
        if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
        await response.bytes();
      }
    }),
  );
  return requestsPerRound / ((performance.now() - startMs) / 1000);
}

try {
  const results: Record<keyof typeof urls, number[]> = { freshet: [], sharp: [] };
  await round(urls.sharp);
  for (let at = 0; at < rounds; at++) {
    for (const name of ["freshet", "sharp"] as const) results[name].push(await round(urls[name]));
  }
  const ratio = median(results.freshet.map((rate, at) => rate / (results.sharp[at] as number)));
  console.log(
    `\n6 MP JPEG (${(photo.byteLength / 1e6).toFixed(1)} MB) → 350–449 px JPEG, ${parallel} at a time, ${rounds} alternating rounds of ${requestsPerRound}\n`,
  );
  console.log(
    markdownTable(
      ["", "pictures/s, median", "ratio"],
      [
        ["Freshet, all checks on, stored on disk", median(results.freshet).toFixed(1), ratio.toFixed(2)],
        ["Bun.serve + sharp 0.35.5, nothing stored", median(results.sharp).toFixed(1), "1"],
      ],
    ),
  );
} finally {
  peer.kill();
  await server.stop();
  await origin.stop(true);
  await rm(folder, { recursive: true });
}

async function firstAddress(output: ReadableStream<Uint8Array>): Promise<string> {
  for await (const chunk of output) {
    const match = /http:\/\/localhost:\d+/.exec(new TextDecoder().decode(chunk));
    if (match) return match[0];
  }
  throw new Error("the peer did not start");
}
