/**
 * `bun bench/start.ts`, after `npm run build`: size of the binaries, and time from starting one on an empty folder to its
 * first answer. Medians of several starts.
 */
import { join } from "node:path";
import { dataFolder, startPurge, startServer } from "../test/processes.ts";
import { markdownTable, median } from "./report.ts";

const starts = 9;
const dist = join(import.meta.dir, "../dist");

async function firstAnswerMs(
  start: (dataDir: string) => Promise<{ url: string; stop(): Promise<void> }>,
  path: string,
) {
  const data = dataFolder();
  const startMs = performance.now();
  const running = await start(data.path);
  const response = await fetch(running.url + path);
  await response.bytes();
  const ms = performance.now() - startMs;
  await running.stop();
  data.remove();
  if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
  return ms;
}

async function row(name: string, what: string, measure: () => Promise<number>): Promise<string[]> {
  const size = (Bun.file(join(dist, name)).size / 1e6).toFixed(0);
  await measure();
  const times = [];
  for (let at = 0; at < starts; at++) times.push(await measure());
  return [name, `${size} MB`, `${median(times).toFixed(0)} ms to ${what}`];
}

const server = (dataDir: string) => startServer({ dataDir, binary: join(dist, "freshet-server") });
const purge = (dataDir: string) => startPurge({ dataDir, binary: join(dist, "freshet-purge") });
const rows = [
  await row("freshet-server", "the first picture, made from a sample", () =>
    firstAnswerMs(server, "/sample.li/flat.jpg?w=500"),
  ),
  await row("freshet-purge", "the form", () => firstAnswerMs(purge, "/")),
];
console.log(`\n${markdownTable(["binary", "size", `start on an empty folder, median of ${starts}`], rows)}`);
