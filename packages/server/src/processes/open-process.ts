import type { Counted, ProcessMessage, SupervisorMessage } from "./messages.ts";

/** One process that answers requests, as the one sees it that started it. */
export interface ServerProcess {
  readonly pid: number;
  readonly isListening: boolean;
  readonly isReady: boolean;
  /**
   * To be called each second. It is counted in calls and not by a clock, since this process may have stood still, too.
   * @returns how many seconds it has said nothing
   */
  secondPasses(): number;
  /** What it said last of what it has counted. */
  readonly lastCounted: Counted;
  /** What it has counted by now; what it said last, if it does not answer in time. */
  count(): Promise<Counted>;
  send(message: SupervisorMessage): void;
  signal(name: NodeJS.Signals): void;
}

export interface ProcessEvents {
  onListening(): void;
  onStatus(): void;
  /** Asked for the metrics of all. */
  onSum(answer: (text: string) => void): void;
  /** @param reason such as `SIGKILL`, or `exit code 1` */
  onEnd(reason: string): void;
}

/** A process that is busy may take a while; one that hangs must not keep the others' metrics from being read. */
const countWithinMs = 1_000;

export function openProcess(
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  events: ProcessEvents,
): ServerProcess {
  const state = { isListening: false, isReady: false, silentSeconds: 0, counted: [] as Counted };
  const waiting = new Map<number, (counted: Counted) => void>();
  let asked = 0;
  const child = Bun.spawn([...command], {
    // It ends with this process, however that ends.
    env: { ...env, BUN_FEATURE_FLAG_NO_ORPHANS: "1" },
    stdio: ["ignore", "inherit", "inherit"],
    ipc: hear,
    onExit: (child, code, signal) => {
      state.isListening = false;
      events.onEnd(String(child.signalCode ?? signal ?? `exit code ${code}`));
    },
  });

  function hear(message: ProcessMessage): void {
    switch (message.kind) {
      case "listening":
        state.isListening = true;
        events.onListening();
        break;
      case "status":
        state.isReady = message.isReady;
        state.silentSeconds = 0;
        state.counted = message.counted;
        events.onStatus();
        break;
      case "counted":
        state.counted = message.counted;
        waiting.get(message.id)?.(message.counted);
        break;
      case "sum":
        events.onSum((text) => send({ kind: "summed", id: message.id, text }));
        break;
    }
  }

  function send(message: SupervisorMessage): void {
    try {
      child.send(message);
    } catch {
      // It has ended, which is heard of by itself.
    }
  }

  return {
    pid: child.pid,
    get isListening() {
      return state.isListening;
    },
    get isReady() {
      return state.isReady;
    },
    secondPasses: () => ++state.silentSeconds,
    get lastCounted() {
      return state.counted;
    },
    async count() {
      const id = asked++;
      const { promise, resolve } = Promise.withResolvers<Counted>();
      waiting.set(id, resolve);
      send({ kind: "count", id });
      const late = setTimeout(() => resolve(state.counted), countWithinMs);
      const counted = await promise;
      clearTimeout(late);
      waiting.delete(id);
      return counted;
    },
    send,
    signal: (name) => child.kill(name),
  };
}
