import { SettingsError } from "@freshet/core";
import type { Config } from "../config.ts";
import { openProcess, type ServerProcess } from "./open-process.ts";
import { createSumMetrics } from "./sum-metrics.ts";
import { keepWrittenBack } from "./write-back.ts";

export interface SuperviseOptions {
  readonly config: Pick<Config, "processes" | "serverPort" | "host" | "dataDir">;
  /** Starts one process that answers requests. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  say(line: string): void;
  report(line: string): void;
  exit(code: number): void;
}

/** A process that ends at once, each time, is started again after longer and longer pauses. */
const pauses = { firstMs: 100, maxMs: 10_000 };
/** One that ran so long was all right. */
const soundAfterMs = 10_000;
/** A process says something each second; one that has not for so many seconds hangs, and so do its connections. */
const silentSeconds = 15;
/** Two seconds more than a process gives the requests that it has. */
const killAfterMs = 12_000;

/**
 * Starts as many processes as the settings say, which answer requests on one port, and starts those again that end by
 * themselves. Ends when it is told to, and they have ended.
 *
 * @throws SettingsError if the port is taken
 */
export function supervise({ config, command, env, say, report, exit }: SuperviseOptions): void {
  const port = freePort(config);
  const processes = new Map<number, ServerProcess>();
  let isStopping = false;
  let hasStarted = false;
  let failed = 0;
  const listening = () => [...processes.values()].filter((one) => one.isListening);
  const metrics = createSumMetrics(() => listening().length);

  function start(seat: number, pauseMs: number): void {
    const startedMs = performance.now();
    const one = openProcess(
      command,
      { ...env, FRESHET_SERVER_PORT: String(port) },
      {
        onListening,
        onStatus: tellReadiness,
        onSum: (answer) => void sum().then(answer, (error) => report(String(error))),
        onEnd: (reason) => ended(seat, one, reason, nextPauseMs(pauseMs, startedMs)),
      },
    );
    processes.set(seat, one);
  }

  function onListening(): void {
    tellReadiness();
    if (hasStarted || listening().length < config.processes) return;
    hasStarted = true;
    say(`freshet-server listening on http://localhost:${port}`);
  }

  /** They take turns at answering, so they are ready together: one that is not would answer some of the requests. */
  function tellReadiness(): void {
    const isReady = hasStarted && listening().every((one) => one.isReady);
    for (const one of listening()) one.send({ kind: "whole", isReady });
  }

  async function sum(): Promise<string> {
    return metrics.text(await Promise.all(listening().map((one) => one.count())));
  }

  function ended(seat: number, one: ServerProcess, reason: string, pauseMs: number): void {
    processes.delete(seat);
    void metrics.ended(one.lastCounted);
    if (isStopping) {
      // One that was still starting ends by the signal.
      if (reason !== "exit code 0" && reason !== "SIGTERM") failed++;
      if (processes.size === 0) exit(failed === 0 ? 0 : 1);
    } else if (!hasStarted) {
      // It has said why; the others would say the same.
      failed++;
      stop();
    } else {
      report(`a process of freshet-server ended (${reason}) and is started again in ${pauseMs} ms`);
      metrics.countRestart();
      tellReadiness();
      setTimeout(() => isStopping || start(seat, pauseMs), pauseMs);
    }
  }

  function stop(): void {
    if (isStopping) return;
    isStopping = true;
    if (processes.size === 0) exit(failed === 0 ? 0 : 1);
    signalAll("SIGTERM");
    setTimeout(() => signalAll("SIGKILL"), killAfterMs);
  }

  function signalAll(name: NodeJS.Signals): void {
    for (const one of processes.values()) one.signal(name);
  }

  function endSilent(): void {
    for (const one of listening()) {
      if (one.secondPasses() <= silentSeconds) continue;
      report(`a process of freshet-server has said nothing for ${silentSeconds} s`);
      one.signal("SIGKILL");
    }
  }

  setInterval(endSilent, 1_000);
  keepWrittenBack(config.dataDir, (error) => report(String(error)));
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // Who is still starting reads the new settings anyway, and would end of it.
  process.on("SIGHUP", () => {
    for (const one of listening()) one.signal("SIGHUP");
  });
  for (let seat = 0; seat < config.processes; seat++) start(seat, 0);
}

function nextPauseMs(pauseMs: number, startedMs: number): number {
  if (pauseMs === 0 || performance.now() - startedMs >= soundAfterMs) return pauses.firstMs;
  return Math.min(pauseMs * 2, pauses.maxMs);
}

/** The processes share the port with each other, but nobody else shall: it would answer from a cache of its own. */
function freePort({ serverPort, host }: SuperviseOptions["config"]): number {
  try {
    const probe = Bun.serve({
      port: serverPort,
      hostname: host,
      reusePort: false,
      fetch: () => new Response(),
    });
    const { port } = probe;
    void probe.stop(true);
    return port as number;
  } catch (error) {
    throw new SettingsError([`FRESHET_SERVER_PORT, FRESHET_SERVER_HOST: ${(error as Error).message}`]);
  }
}
