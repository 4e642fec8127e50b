import { type LogMessage, type LogRow, type NodeMessage, readNodeMessage } from "@freshet/core";
import type { PurgeLog } from "../log/log.ts";
import { createFeed, type Feed } from "./feed.ts";
import type { Membership, Session } from "./membership.ts";

type Hello = Extract<NodeMessage, { type: "hello" }>;

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

/**
 * The log's end of the conversation that core's `purge/wire.ts` describes. What a node acknowledges is passed on to
 * whoever settles jobs.
 */
export function createHub(deps: { log: PurgeLog; membership: Membership; onProgress(): void }): Hub {
  const { log, membership, onProgress } = deps;
  const greeted = new Map<Peer, Feed>();

  function greet(peer: Peer, hello: Hello): Session {
    // Also true for a node that applied nothing yet: there is no job at position 0.
    const isContinued = log.jobAt(hello.applied) === hello.job;
    if (hello.logId === log.logId() && !isContinued) startAnew();
    const applied = hello.logId === log.logId() ? hello.applied : 0;
    const session = membership.hello(hello, applied);
    const feed = createFeed(log, peer.send, applied);
    peer.send({ type: "welcome", logId: log.logId(), head: log.head() });
    feed.restart(applied);
    greeted.set(peer, feed);
    return session;
  }

  function answer(peer: Peer, session: Session, feed: Feed, message: Exclude<NodeMessage, Hello>): void {
    switch (message.type) {
      case "ack":
        membership.ack(session, message.applied);
        feed.acked(message.applied);
        onProgress();
        break;
      case "read":
        feed.restart(message.after);
        break;
      case "beat": {
        const leaseMs = membership.beat(session, message.applied, log.head());
        // Also a refusal is an answer: a node that hears nothing takes the connection for dead.
        peer.send({ type: "lease", beat: message.beat, leaseMs: leaseMs ?? 0 });
        feed.beat(message.applied);
        onProgress();
        break;
      }
    }
  }

  function connect(peer: Peer): Connection {
    let session: Session | null = null;

    function receive(text: string): void {
      const message = readNodeMessage(text);
      if (message.type === "hello") {
        session = greet(peer, message);
        return;
      }
      const feed = greeted.get(peer);
      if (!session || !feed) throw new TypeError("the first message must be hello");
      answer(peer, session, feed, message);
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
   * A node that applied a row which is not there, or is another one there, has followed a later state of this log. So
   * this is an older copy, and numbers that it gives out now were given out before. Under a new identity no stamp of
   * that time counts; every node has to say hello again.
   */
  function startAnew(): void {
    log.renewId();
    membership.doubt();
    for (const peer of greeted.keys()) peer.close("the log was replaced by an older copy");
  }

  return {
    connect,
    push(after, rows) {
      for (const feed of greeted.values()) feed.push(after, rows);
    },
    get connections() {
      return greeted.size;
    },
  };
}
