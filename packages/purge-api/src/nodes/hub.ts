import { type LogMessage, type LogRow, readNodeMessage } from "@freshet/core";
import type { PurgeLog } from "../log/log.ts";
import type { Membership, Session } from "./membership.ts";

/** One node's connection, as the hub sees it. */
export interface Peer {
  send(message: LogMessage): void;
  close(reason: string): void;
}

export interface Hub {
  connect(peer: Peer): Connection;
  /** Sends rows that were just committed to every node that said hello. @param after seq before the first row */
  push(after: number, rows: readonly LogRow[]): void;
  readonly connections: number;
}

export interface Connection {
  receive(text: string): void;
  closed(): void;
}

/** Rows in one message while a node catches up: about 1 MB. */
const rowsPerMessage = 5_000;

/**
 * The log's end of the conversation that core's `purge/wire.ts` describes. What a node acknowledges is passed on to
 * whoever settles jobs.
 */
export function createHub(deps: { log: PurgeLog; membership: Membership; onProgress(): void }): Hub {
  const { log, membership, onProgress } = deps;
  const greeted = new Set<Peer>();

  function connect(peer: Peer): Connection {
    let session: Session | null = null;

    function receive(text: string): void {
      const message = readNodeMessage(text);
      if (message.type === "hello") {
        const isOurs = message.logId === log.logId();
        if (isOurs && message.applied > log.head()) startAnew();
        const applied = isOurs && message.logId === log.logId() ? message.applied : 0;
        session = membership.hello(message, applied);
        peer.send({ type: "welcome", logId: log.logId(), head: log.head() });
        sendFrom(applied);
        greeted.add(peer);
        return;
      }
      if (!session) throw new TypeError("the first message must be hello");
      switch (message.type) {
        case "ack":
          membership.ack(session, message.applied);
          return onProgress();
        case "read":
          return sendFrom(message.after);
        case "beat": {
          const leaseMs = membership.beat(session, message.applied, log.head());
          if (leaseMs !== null) peer.send({ type: "lease", beat: message.beat, leaseMs });
          return onProgress();
        }
      }
    }

    function sendFrom(after: number): void {
      for (let cursor = after; ; ) {
        const rows = log.read(cursor, rowsPerMessage);
        if (rows.length === 0) return;
        peer.send({ type: "rows", after: cursor, rows });
        cursor = (rows.at(-1) as LogRow).seq;
      }
    }

    return {
      receive(text) {
        try {
          receive(text);
        } catch (error) {
          peer.close((error as Error).message.slice(0, 100));
        }
      },
      closed() {
        greeted.delete(peer);
        if (session) membership.leave(session);
      },
    };
  }

  /**
   * A node that is ahead of this log has seen a later state of it, so this is an older copy, and numbers that it gives
   * out now were given out before. Under a new identity no stamp of that time counts; every node has to say hello again.
   */
  function startAnew(): void {
    log.renewId();
    for (const peer of greeted) peer.close("the log was replaced by an older copy");
  }

  return {
    connect,
    push(after, rows) {
      for (const peer of greeted) peer.send({ type: "rows", after, rows });
    },
    get connections() {
      return greeted.size;
    },
  };
}
