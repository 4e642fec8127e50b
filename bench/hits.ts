/**
 * `bun bench/hits.ts`: requests per second for a picture that is in memory, and for a 304, over HTTP, measured by wrk
 * (Debian's package `wrk`) with 32 connections; beside a `Bun.serve` that answers the same bytes without looking at the
 * request, which is the most that this runtime can do. One process each; alternating rounds in one run.
 */
import { dataFolder, startServer } from "../test/processes.ts";
import { markdownTable, median } from "./report.ts";

const rounds = 5;
const secondsPerRound = 3;
const connections = 32;

if (!Bun.which("wrk")) throw new Error("wrk is needed: apt-get install wrk");

async function wrk(url: string, header?: string): Promise<number> {
  const options = ["-t1", `-c${connections}`, `-d${secondsPerRound}s`, ...(header ? ["-H", header] : [])];
  const output = await Bun.$`wrk ${options} ${url}`.text();
  if (/Non-2xx or 3xx/.test(output)) throw new Error(output);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]);
}

const data = dataFolder();
const server = await startServer({ dataDir: data.path });
const picture = `${server.url}/sample.li/flat.jpg?w=450`;
const first = await fetch(picture);
const etag = first.headers.get("etag") as string;
const bytes = await first.bytes();
const bare = Bun.spawn(
  [
    process.execPath,
    "-e",
    `const b=new Uint8Array(await Bun.stdin.arrayBuffer());const s=Bun.serve({port:0,hostname:"127.0.0.1",fetch:()=>new Response(b,{headers:{"content-type":"image/jpeg"}})});console.log(s.port)`,
  ],
  { stdin: bytes, stdout: "pipe" },
);
const { value } = await bare.stdout.getReader().read();
const bareUrl = `http://127.0.0.1:${new TextDecoder().decode(value).trim()}/`;

try {
  const rates: Record<string, number[]> = { hit: [], "304": [], bare: [] };
  await wrk(picture);
  for (let at = 0; at < rounds; at++) {
    rates.hit?.push(await wrk(picture));
    rates["304"]?.push(await wrk(picture, `If-None-Match: ${etag}`));
    rates.bare?.push(await wrk(bareUrl));
  }
  const of = (name: string) => median(rates[name] as number[]);
  const row = (label: string, name: string) => [
    label,
    of(name).toFixed(0),
    (of(name) / of("bare")).toFixed(2),
  ];
  console.log(
    `\nA picture of ${bytes.byteLength} bytes in memory, ${connections} connections, ${rounds} alternating rounds of ${secondsPerRound} s\n`,
  );
  console.log(
    markdownTable(
      ["", "requests/s, median", "ratio"],
      [
        row("Freshet, memory hit", "hit"),
        row("Freshet, 304", "304"),
        row("bare Bun.serve, same bytes", "bare"),
      ],
    ),
  );
} finally {
  bare.kill();
  await server.stop();
  data.remove();
}
