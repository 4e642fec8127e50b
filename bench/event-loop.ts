/**
 * `bun bench/event-loop.ts`: the longest time for which each operation held up the event loop, so that no other request
 * was answered; for a JPEG of 6 MP made 1600 px wide, and for animations. Time for which the thread could have run and
 * the machine had no processor for it is not counted (Linux only: /proc tells it).
 */
import { readFileSync } from "node:fs";
import { negotiate, parseRequest, plainToken } from "../packages/core/src/index.ts";
import { inspect } from "../packages/server/src/origin/inspect.ts";
import { render } from "../packages/server/src/render/render.ts";
import { movingGif } from "./moving-gif.ts";
import { sixMegapixels } from "./photo.ts";
import { markdownTable, median } from "./report.ts";

const rounds = 5;
const photo = await sixMegapixels(undefined);
const animation = await movingGif(30, 400);
const queries = [
  "",
  "r=30",
  "grey=1",
  "blur=10",
  "pixelate=10",
  "sharp=1",
  "radius=40",
  "trim=10",
  "h=1600&gravity=auto",
  "wat=1&wat_text=Freshet",
  "optipress=2",
  "force_format=_webp",
  "force_format=_avif",
];
const cells: readonly (readonly [name: string, source: Uint8Array, query: string])[] = [
  ...queries.map((query) => [query || "resize", photo, `w=1600&${query}`] as const),
  ["GIF of 30 frames", animation, "w=200"],
  ["GIF, pixelate", animation, "w=200&pixelate=5"],
];

/** Time that passed for the main thread: without what it waited for a processor, in ms. */
function ownMs(): number {
  const [, waitedNs] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, "latin1").split(" ");
  return performance.now() - Number(waitedNs) / 1e6;
}

/** Longest gap between two ticks of a timer of one millisecond while something runs, in ms. */
async function longestGapMs(work: () => Promise<unknown>): Promise<number> {
  let [last, longest] = [ownMs(), 0];
  const tick = () => {
    const now = ownMs();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(tick, 1);
  await work();
  clearInterval(timer);
  tick();
  return longest;
}

const rows: string[][] = [];
for (const [name, source, query] of cells) {
  const { plan } = parseRequest(`/h.io/photo.jpg?${query}`, plainToken("doc"));
  const { format } = await inspect(source);
  const gaps: number[] = [];
  const once = () =>
    render({ original: source, watermarks: [] }, plan, negotiate(plan.formats, null, format));
  await once();
  for (let round = 0; round < rounds; round++) gaps.push(await longestGapMs(once));
  rows.push([name, median(gaps).toFixed(1), Math.max(...gaps).toFixed(1)]);
  console.log(rows.at(-1)?.join("  "));
}
console.log(markdownTable(["operation", "longest gap, ms, median", "worst"], rows));
process.exit(0);
