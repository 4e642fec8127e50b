/**
 * `bun bench/sweep.ts folder [folder for results]`: asks a real server for each picture of a folder in several ways, and
 * lists statuses and times; what is not 200 is named. With a second folder the results are kept, to be looked at.
 */
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { dataFolder, startServer } from "../test/processes.ts";
import { markdownTable, median } from "./report.ts";

const queries = [
  "w=300&force_format=jpeg",
  "w=300&force_format=_webp",
  "w=300&force_format=_avif",
  "w=300&h=200&gravity=auto",
  "w=300&h=300&func=fit&bg_color=3498db",
  "w=200&r=20&radius=20&force_format=png",
  "",
] as const;

const [folder, results] = process.argv.slice(2);
if (!folder) throw new Error("name a folder of pictures");
const names = (await Array.fromAsync(new Bun.Glob("**/*.*").scan({ cwd: folder })))
  .filter((name) => !name.endsWith(".md"))
  .toSorted();

const origin = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: ({ url }) => new Response(Bun.file(join(folder, decodeURIComponent(new URL(url).pathname)))),
});
const data = dataFolder();
const server = await startServer({ dataDir: data.path, env: { FRESHET_ALLOW_LOCAL_ORIGINS: "*" } });
const rows: string[][] = [];
const refused: string[] = [];
try {
  if (results) await mkdir(results, { recursive: true });
  for (const [at, query] of queries.entries()) {
    const times: number[] = [];
    const statuses = new Map<number, number>();
    let slowest = "";
    for (const name of names) {
      const path = name.split("/").map(encodeURIComponent).join("/");
      const startMs = performance.now();
      const response = await fetch(`${server.url}/http://127.0.0.1:${origin.port}/${path}?${query}`);
      const body = await response.bytes();
      const ms = performance.now() - startMs;
      if (ms > Math.max(0, ...times)) slowest = name;
      times.push(ms);
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      if (response.status !== 200) {
        refused.push(
          `${response.status} ${name} ?${query}: ${JSON.parse(new TextDecoder().decode(body)).detail}`,
        );
      } else if (results) {
        const type = response.headers.get("content-type")?.split(/[/+]/)[1];
        await Bun.write(join(results, `${at}-${basename(name)}.${type}`), body);
      }
    }
    const counts = [...statuses].map(([status, count]) => `${count} × ${status}`).join(", ");
    rows.push([query, counts, median(times).toFixed(0), `${Math.max(...times).toFixed(0)} (${slowest})`]);
  }
} finally {
  await server.stop();
  await origin.stop(true);
  data.remove();
}
console.log(`${names.length} files\n`);
console.log(markdownTable(["query", "answers", "median, ms", "slowest, ms"], rows));
console.log(`\n${refused.join("\n")}`);
process.exit();
