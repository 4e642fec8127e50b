import type { Counted, ProcessMessage, SupervisorMessage } from "./messages.ts";

/** What a process that answers requests knows of the others that do. */
export interface Supervisor {
  listening(port: number): void;
  /** To be called each second. */
  tell(isReady: boolean, counted: Counted): void;
  /** Whether all of them may answer from their caches. */
  isWholeReady(): boolean;
  /** Metrics of all, in the text format of Prometheus. */
  metrics(): Promise<string>;
}

/** A supervisor that has ended takes this process along, so somebody answers in the end. */
const sumWithinMs = 3_000;

/**
 * The process that started this one.
 * @param count says what has been counted here
 */
export function connectSupervisor(count: () => Promise<Counted>): Supervisor {
  const waiting = new Map<number, (text: string) => void>();
  let asked = 0;
  let isWholeReady = false;
  const send = (message: ProcessMessage) => void process.send?.(message);
  process.on("message", async (message: SupervisorMessage) => {
    switch (message.kind) {
      case "count":
        send({ kind: "counted", id: message.id, counted: await count() });
        break;
      case "summed":
        waiting.get(message.id)?.(message.text);
        break;
      case "whole":
        isWholeReady = message.isReady;
        break;
    }
  });
  process.on("disconnect", () => process.exit(1));

  return {
    listening: (port) => send({ kind: "listening", port }),
    tell: (isReady, counted) => send({ kind: "status", isReady, counted }),
    isWholeReady: () => isWholeReady,
    async metrics() {
      const id = asked++;
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      waiting.set(id, resolve);
      send({ kind: "sum", id });
      const late = setTimeout(() => reject(new Error("the metrics of all took too long")), sumWithinMs);
      try {
        return await promise;
      } finally {
        clearTimeout(late);
        waiting.delete(id);
      }
    },
  };
}
