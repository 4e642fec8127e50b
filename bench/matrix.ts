/**
 * `bun bench/matrix.ts [--folder photos] [--sources jpeg-6,webp] [--formats jpeg,avif] [--widths 400,1000] [--rounds 5]
 * [--requests 24] [--no-ipx]`: pictures per second over HTTP beside the peers, each request of another original that
 * nobody knows, four at a time, alternating in one run; and beside each row its bytes and its fidelity (SSIMULACRA2,
 * beside a float Lanczos3 of the full decode). Every peer fetches the original from the same origin; ours stores it and
 * the picture, too.
 *
 * Peers are compared at equal fidelity: of sharp's ways (as it is by default; `fastShrinkOnLoad: false`; decoded in full)
 * it is the quickest that scores no more than a point less than ours. Its thread pool has as many threads as there are
 * cores; `as written`, with Bun's default of one less, stands beside it.
 *
 * Processor time is counted from /proc (Linux): it is what a busy machine tells best.
 */

import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { $ } from "bun";
import { prepare, scoreAgainst } from "../packages/server/src/engine/perceptual/ssimulacra2.ts";
import { referenceScale } from "../packages/server/src/engine/reference-scale.ts";
import { pixelsOf, toRaster } from "../packages/server/src/engine/test-pictures.ts";
import { ensurePeers } from "./ensure-peers.ts";
import {
  type Peer,
  startFreshet,
  startImageFilter,
  startIpx,
  startSharp,
  type Wish,
} from "./matrix/peers.ts";
import { processorMs } from "./matrix/processor-time.ts";
import { makeSources, numbered, type Source } from "./matrix/sources.ts";
import { markdownTable, median } from "./report.ts";

const { values } = parseArgs({
  options: {
    folder: { type: "string" },
    sources: { type: "string" },
    formats: { type: "string", default: "jpeg,webp,avif,png" },
    widths: { type: "string", default: "100,200,400,800,1200,2000" },
    rounds: { type: "string", default: "5" },
    requests: { type: "string", default: "24" },
    "no-ipx": { type: "boolean", default: false },
  },
});
await ensurePeers(
  "/usr/sbin/nginx",
  "/usr/lib/nginx/modules/ngx_http_image_filter_module.so",
  "/usr/bin/vipsthumbnail",
);
const parallel = 4;
const warmUpPictures = 800;
const spareScore = 1;
const [rounds, requests] = [Number(values.rounds), Number(values.requests)];
const sources = await makeSources(values.folder ?? null);
const chosen = values.sources?.split(",") ?? [...sources.keys()];

let serial = 0;
const origin = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request) {
    const [, name = "", number] = new URL(request.url).pathname.split("/");
    const source = sources.get(name);
    if (!source) return new Response(null, { status: 404 });
    return new Response(
      numbered(source.bytes, Number.parseInt(number as string, 10)) as Uint8Array<ArrayBuffer>,
      {
        headers: { "content-type": "application/octet-stream" },
      },
    );
  },
});
const originUrl = `http://127.0.0.1:${origin.port}`;

interface Result {
  readonly rate: number;
  readonly cpuMs: number;
}

interface Sample {
  readonly bytes: number;
  readonly score: number | null;
}

function wishFor(source: Source, width: number, format: string): Wish {
  return {
    original: `${originUrl}/${source.name}/${serial++}.img`,
    width,
    height: Math.round((source.height * width) / source.width),
    format,
    moving: source.name === "gif-moving" && (format === "webp" || format === "gif"),
  };
}

async function get(peer: Peer, wish: Wish): Promise<Uint8Array> {
  const response = await fetch(peer.urlFor(wish));
  if (response.status !== 200) throw new Error(`${peer.name}: ${response.status} ${peer.urlFor(wish)}`);
  return response.bytes();
}

async function ask(
  peer: Peer,
  source: Source,
  width: number,
  count: number,
  formatAt: (at: number) => string,
): Promise<void> {
  let left = count;
  const worker = async () => {
    while (left-- > 0) await get(peer, wishFor(source, width, formatAt(left)));
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

/** AVIF takes sharp so long that a quarter of the pictures tells as much. */
const countOf = (format: string) => (format === "avif" ? Math.ceil(requests / 4) : requests);

async function round(peer: Peer, source: Source, width: number, format: string): Promise<Result> {
  const count = countOf(format);
  const [startMs, startCpuMs] = [performance.now(), processorMs(peer.pid)];
  await ask(peer, source, width, count, () => format);
  return {
    rate: count / ((performance.now() - startMs) / 1000),
    cpuMs: (processorMs(peer.pid) - startCpuMs) / count,
  };
}

const references = new Map<string, ReturnType<typeof prepare>>();

/** Of a moving picture nothing is scored. */
async function sample(peer: Peer, source: Source, width: number, format: string): Promise<Sample> {
  const bytes = await get(peer, wishFor(source, width, format));
  if (source.name === "gif-moving") return { bytes: bytes.byteLength, score: null };
  const made = await toRaster(bytes);
  const key = `${source.name}/${made.width}x${made.height}`;
  let reference = references.get(key);
  if (!reference) {
    reference = prepare(pixelsOf(referenceScale(await toRaster(source.bytes), made.width, made.height)));
    references.set(key, reference);
  }
  const isPlain = source.name !== "png-alpha" || format !== "jpeg";
  return { bytes: bytes.byteLength, score: isPlain ? scoreAgainst(reference, pixelsOf(made)) : null };
}

async function alternating(peers: readonly Peer[], source: Source, width: number, format: string) {
  const results = new Map<Peer, Result[]>(peers.map((peer) => [peer, []]));
  for (let at = 0; at < rounds; at++) {
    for (const peer of peers) results.get(peer)?.push(await round(peer, source, width, format));
  }
  return results;
}

const cores = availableParallelism();
const ours = await startFreshet("Freshet");
const fast = await startFreshet("Freshet, fast", '[tokens.doc]\nfidelity = "fast"\n');
const sharps = {
  all: await startSharp("sharp", "all", cores),
  half: await startSharp("sharp, half", "half", cores),
  none: await startSharp("sharp, in full", "none", cores),
  written: await startSharp("sharp as written", "all"),
};
const others = [values["no-ipx"] ? null : await startIpx(), await startImageFilter(originUrl)];
for (const other of others)
  if (other && "missing" in other) console.log(`missing: ${other.name}: ${other.missing}`);
const ipx = others[0] && "pid" in others[0] ? others[0] : null;
const filter = others[1] && "pid" in others[1] ? others[1] : null;

/** Of sharp's ways the quickest that is as true as ours. */
async function equalSharp(score: number | null, source: Source, width: number, format: string) {
  for (const peer of [sharps.all, sharps.half]) {
    const their = await sample(peer, source, width, format);
    const isEqual = score === null || their.score === null || their.score >= score - spareScore;
    if (isEqual) return { peer, sample: their };
  }
  return { peer: sharps.none, sample: await sample(sharps.none, source, width, format) };
}

const show = ({ bytes, score }: Sample) => `${(bytes / 1000).toFixed(1)} kB, ${score?.toFixed(1) ?? "–"}`;
const ratios: Record<"equal" | "equalCpu" | "written" | "ipx" | "fast" | "filter", number[]> = {
  ...{ equal: [], equalCpu: [], written: [], ipx: [], fast: [], filter: [] },
};
let worst = { ratio: Number.POSITIVE_INFINITY, cell: "" };

async function cell(source: Source, width: number, format: string): Promise<string[]> {
  const our = await sample(ours, source, width, format);
  const equal = await equalSharp(our.score, source, width, format);
  const isJpeg = source.name.startsWith("jpeg") && format === "jpeg";
  const takesFilter = filter && (isJpeg || (source.name === "png-alpha" && format === "png"));
  const peers = [
    ours,
    equal.peer,
    sharps.written,
    ...(ipx ? [ipx] : []),
    ...(isJpeg ? [fast] : []),
    ...(takesFilter ? [filter] : []),
  ];
  const ipxSample = ipx && (await sample(ipx, source, width, format));
  const fastSample = isJpeg ? await sample(fast, source, width, format) : null;
  const results = await alternating(peers, source, width, format);
  const ratio = (a: Peer, b: Peer, of: (a: Result, b: Result) => number) =>
    median((results.get(a) ?? []).map((result, at) => of(result, results.get(b)?.[at] as Result)));
  const faster = (a: Result, b: Result) => a.rate / b.rate;
  const cheaper = (a: Result, b: Result) => b.cpuMs / a.cpuMs;
  const found = {
    equal: ratio(ours, equal.peer, faster),
    equalCpu: ratio(ours, equal.peer, cheaper),
    written: ratio(ours, sharps.written, faster),
    ipx: ipx ? ratio(ours, ipx, faster) : null,
    fast: isJpeg ? ratio(fast, sharps.written, faster) : null,
    filter: takesFilter ? ratio(ours, filter, faster) : null,
  };
  for (const [name, value] of Object.entries(found))
    if (value !== null) ratios[name as keyof typeof ratios].push(value);
  const name = `${source.name} → ${width} px ${format}`;
  if (found.equal < worst.ratio) worst = { ratio: found.equal, cell: name };
  const middle = median((results.get(ours) ?? []).map(({ rate }) => rate));
  const cpuMs = (peer: Peer) => median((results.get(peer) ?? []).map(({ cpuMs }) => cpuMs)).toFixed(1);
  return [
    name,
    middle.toFixed(1),
    `${cpuMs(ours)} / ${cpuMs(equal.peer)}`,
    show(our),
    `${equal.peer.name}: ${show(equal.sample)}`,
    ...[found.equal, found.equalCpu, found.written].map((value) => value.toFixed(2)),
    found.ipx === null || !ipxSample ? "" : `${found.ipx.toFixed(2)} (${show(ipxSample)})`,
    found.fast === null || !fastSample ? "" : `${found.fast.toFixed(2)} (${show(fastSample)})`,
    found.filter?.toFixed(2) ?? "",
  ];
}

/**
 * What is to be compiled is, and threads and children are there, as in a server that has been running for a while: each kind
 * of source has code of its own.
 */
async function warmUp(): Promise<void> {
  const photo = sources.get("jpeg-0.3") as Source;
  for (const peer of [ours, fast, ...Object.values(sharps), ipx]) {
    if (!peer) continue;
    // PNG for what comes of libvips, which ours uses for that.
    await ask(peer, photo, 100, warmUpPictures, (at) => (at % 8 === 0 ? "png" : "jpeg"));
    for (const name of chosen) {
      const source = sources.get(name);
      if (source) await ask(peer, source, 100, warmUpPictures / 20, (at) => (at % 8 === 0 ? "webp" : "jpeg"));
    }
  }
}

try {
  await warmUp();
  const rows: string[][] = [];
  for (const name of chosen) {
    const source = sources.get(name);
    if (!source) throw new Error(`there is no source ${name}; there are ${[...sources.keys()].join(", ")}`);
    for (const format of values.formats.split(",")) {
      for (const width of values.widths.split(",").map(Number)) {
        if (width >= source.width) continue;
        rows.push(await cell(source, width, format));
        console.log(rows.at(-1)?.join("  "));
      }
    }
  }
  const head = [
    "cell",
    "pictures/s",
    "processor ms, its",
    "bytes, score",
    "sharp at equal fidelity",
    "× it",
    "× its processor time",
    "× sharp as written",
    "× ipx",
    "fast × sharp as written",
    "× image_filter",
  ];
  console.log(
    `\n${requests} pictures a round (AVIF: ${countOf("avif")}), ${parallel} at a time, ${rounds} alternating rounds, medians; ${cores} cores\n`,
  );
  console.log(markdownTable(head, rows));
  const mean = (numbers: readonly number[]) =>
    Math.exp(numbers.reduce((sum, number) => sum + Math.log(number), 0) / numbers.length);
  console.log("\ngeometric means");
  for (const [name, numbers] of Object.entries(ratios)) {
    if (numbers.length > 0)
      console.log(`  ${name.padEnd(10)} ${mean(numbers).toFixed(2)} of ${numbers.length} cells`);
  }
  console.log(`worst cell at equal fidelity: ${worst.ratio.toFixed(2)}, ${worst.cell}`);
  await thumbnailer();
} finally {
  for (const peer of [ours, fast, ...Object.values(sharps), ipx, filter]) await peer?.stop();
  await origin.stop(true);
}

/** libvips' own program: one process a picture, one after the other, from a file; so it has a table of its own. */
async function thumbnailer(): Promise<void> {
  const program = "/usr/bin/vipsthumbnail";
  if (!existsSync(program)) {
    console.log("missing: vipsthumbnail: Debian's libvips-tools is not installed");
    return;
  }
  const source = sources.get("jpeg-6") as Source;
  const folder = await mkdtemp(join(tmpdir(), "freshet-vips-"));
  const [file, made] = [join(folder, "a.jpg"), join(folder, "b.jpg")];
  await writeFile(file, source.bytes);
  const timed = async (work: () => Promise<unknown>) => {
    const startMs = performance.now();
    await work();
    return performance.now() - startMs;
  };
  const ratios: number[] = [];
  const both: [number[], number[]] = [[], []];
  for (let at = 0; at < rounds * 3; at++) {
    const our = await timed(() => get(ours, wishFor(source, 400, "jpeg")));
    const its = await timed(() => $`${program} ${file} -s 400x -o ${made}[Q=80]`.quiet());
    both[0].push(our);
    both[1].push(its);
    ratios.push(its / our);
  }
  const ownSample = await sample(ours, source, 400, "jpeg");
  const bytes = await Bun.file(made).bytes();
  const raster = await toRaster(bytes);
  const reference = prepare(
    pixelsOf(referenceScale(await toRaster(source.bytes), raster.width, raster.height)),
  );
  const score = scoreAgainst(reference, pixelsOf(raster));
  const head = ["cell", "ms each, one after the other", "its", "× it", "bytes, score", "its"];
  const cells = both.map((all) => median(all).toFixed(0));
  const samples = [show(ownSample), show({ bytes: bytes.byteLength, score })];
  console.log("\nBeside vipsthumbnail, a process for each picture\n");
  console.log(
    markdownTable(head, [["jpeg-6 → 400 px jpeg", ...cells, median(ratios).toFixed(2), ...samples]]),
  );
  await rm(folder, { recursive: true });
}
