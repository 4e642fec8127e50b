/**
 * The load generator: wrk, as Debian packages it. It is written in C and asks 100,000 times a second and more with one
 * thread, so it is not what is measured; autocannon runs in JavaScript and is slower than what it would measure, and oha
 * is in no Debian release.
 */
import { installPackages } from "../../scripts/install-packages.ts";

export interface Load {
  readonly rate: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers that were neither 2xx nor 3xx. */
  readonly refused: number;
}

export interface LoadOptions {
  readonly connections: number;
  readonly seconds: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A script of wrk's, in Lua. */
  readonly script?: string;
  /** The core that it runs on. */
  readonly core?: number | null;
}

export async function ensureWrk(): Promise<void> {
  if (Bun.which("wrk")) return;
  await installPackages(["wrk"], "wrk, which makes the load", "Without it nothing is measured over HTTP.");
}

export async function wrk(url: string, options: LoadOptions): Promise<Load> {
  const { connections, seconds, headers = {}, script, core = null } = options;
  const command = [
    ...(core === null ? [] : ["taskset", "-c", String(core)]),
    ...["wrk", "-t1", `-c${connections}`, `-d${seconds}s`, "--latency", "--timeout", "20s"],
    ...Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]),
    ...(script ? ["-s", script] : []),
    url,
  ];
  const output = await new Response(Bun.spawn(command, { stdout: "pipe", stderr: "pipe" }).stdout).text();
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]);
  if (!(rate > 0)) throw new Error(`wrk measured nothing: ${output}`);
  const refused = Number(/Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? 0);
  return { rate, refused, p50Ms: percentileMs(output, 50), p99Ms: percentileMs(output, 99) };
}

const inMs: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000, m: 60_000 };

function percentileMs(output: string, percent: number): number {
  const [, value, unit = ""] = new RegExp(`^\\s+${percent}%\\s+([\\d.]+)(us|ms|s|m)`, "m").exec(output) ?? [];
  return Number(value) * (inMs[unit] ?? Number.NaN);
}
