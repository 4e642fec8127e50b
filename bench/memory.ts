/**
 * `bun bench/memory.ts`: how far one render raises the memory of a process, beside the size of the pixels that were
 * really decoded (a JPEG that is shrunk while it is decoded counts as it comes out of its decoder). Each in a process of
 * its own, warmed up with a small picture. Linux only: it reads /proc.
 */
import { negotiate, parseRequest, plainToken } from "../packages/core/src/index.ts";
import { inspect } from "../packages/server/src/origin/inspect.ts";
import { render } from "../packages/server/src/render/render.ts";
import { movingGif } from "./moving-gif.ts";
import { sixMegapixels } from "./photo.ts";
import { markdownTable } from "./report.ts";

interface Cell {
  readonly name: string;
  readonly query: string;
  readonly source: () => Promise<Uint8Array>;
  /** Pixels and channels that the decoder makes. */
  readonly decodedBytes: number;
}

const photoBytes = 2725 * 2225 * 3;
const photo = () => sixMegapixels(undefined);
const cells: readonly Cell[] = [
  ...["w=2000", "w=2000&grey=1", "w=2000&blur=20", "w=2000&sharp=1", "w=2000&r=30", "w=2000&trim=10"].map(
    (query) => ({ name: "6 MP JPEG", query, source: photo, decodedBytes: photoBytes }),
  ),
  { name: "6 MP JPEG", query: "", source: photo, decodedBytes: photoBytes },
  {
    name: "GIF, 60 frames of 500 px",
    query: "w=300",
    source: () => movingGif(60, 500),
    decodedBytes: 60 * 500 * 500 * 4,
  },
];

function statusBytes(field: "VmHWM" | "VmRSS", status: string): number {
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
}

const readStatus = () => Bun.file("/proc/self/status").text();

async function renderOnce(source: Uint8Array, query: string): Promise<void> {
  const { plan } = parseRequest(`/h.io/x?${query}`, plainToken("doc"));
  const { format } = await inspect(source);
  await render({ original: source, watermarks: [] }, plan, negotiate(plan.formats, null, format));
}

async function measure({ query, source }: Cell): Promise<number> {
  const bytes = await source();
  await renderOnce(await movingGif(2, 60), query);
  Bun.gc(true);
  await Bun.write("/proc/self/clear_refs", "5");
  const before = statusBytes("VmRSS", await readStatus());
  await renderOnce(bytes, query);
  return statusBytes("VmHWM", await readStatus()) - before;
}

const chosen = process.argv[2];
if (chosen !== undefined) {
  console.log(await measure(cells[Number(chosen)] as Cell));
  process.exit(0);
}
const rows: string[][] = [];
for (const [index, { name, query, decodedBytes }] of cells.entries()) {
  const child = Bun.spawn([process.execPath, import.meta.path, String(index)], { stdout: "pipe" });
  const raised = Number(await new Response(child.stdout).text());
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
  rows.push([name, query, megabytes(decodedBytes), megabytes(raised), (raised / decodedBytes).toFixed(1)]);
}
console.log(markdownTable(["original", "query", "decoded, MB", "raised by, MB", "ratio"], rows));
