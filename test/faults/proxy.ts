import { connect, createServer, type Socket } from "node:net";
import { createFrameReader } from "./frames.ts";

/** A link between two processes that misbehaves as networks do; everything on loopback. */
export interface Link {
  readonly port: number;
  /**
   * - `open`: bytes pass, each `delayMs` later
   * - `duplicating`: so, and every message of a WebSocket arrives twice
   * - `silent`: what is sent is lost and nobody is told, as when a cable is pulled (half-open connections)
   * - `refusing`: connections break, and new ones are refused
   */
  set(state: "open" | "duplicating" | "silent" | "refusing", delayMs?: number): void;
  /** All connections break in the middle of whatever they were doing; new ones are welcome. */
  reset(): void;
  stop(): void;
}

/**
 * @param targetPort on 127.0.0.1; it need not be there yet
 * @param framed the link carries WebSockets, whose messages can be told apart
 */
export async function startLink(targetPort: number, { framed }: { framed: boolean }): Promise<Link> {
  let state: "open" | "duplicating" | "silent" | "refusing" = "open";
  let delayMs = 0;
  const sockets = new Set<Socket>();

  function pipe(from: Socket, to: Socket): void {
    const frames = createFrameReader();
    /** Delays may change, the order may not. */
    let dueMs = 0;
    const later = (what: () => void) => {
      dueMs = Math.max(dueMs, performance.now() + delayMs);
      const waitMs = dueMs - performance.now();
      if (waitMs <= 0) what();
      else setTimeout(what, waitMs);
    };
    from.on("data", (bytes: Buffer) => {
      const parts = framed ? frames.read(bytes) : [{ bytes, isText: false }];
      if (state === "silent") {
        // The stream has a hole now: nothing that comes later would make sense to the other end.
        from.removeAllListeners("data");
        from.on("data", () => {});
        return;
      }
      for (const part of parts) {
        const times = state === "duplicating" && part.isText ? 2 : 1;
        for (let at = 0; at < times; at++) later(() => to.write(part.bytes));
      }
    });
    from.on("error", () => {});
    from.on("close", () => {
      sockets.delete(from);
      if (state !== "silent") to.destroy();
    });
  }

  const server = createServer((near) => {
    if (state === "refusing") return void near.destroy();
    const far = connect(targetPort, "127.0.0.1");
    for (const socket of [near, far]) sockets.add(socket.setNoDelay(true));
    pipe(near, far);
    pipe(far, near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  const reset = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    port: (server.address() as { port: number }).port,
    set(newState, newDelayMs = 0) {
      // Connections that fell silent do not come back to life: their streams have holes.
      if (state === "silent" && newState !== "silent") reset();
      state = newState;
      delayMs = newDelayMs;
      if (state === "refusing") reset();
    },
    reset,
    stop() {
      reset();
      server.close();
    },
  };
}
