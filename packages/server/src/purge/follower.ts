import {
  type Clock,
  type FencePolicy,
  type LogMessage,
  type LogRow,
  type NodeMessage,
  readLogMessage,
} from "@freshet/core";
import { createAppliedPurges } from "./applied-purges.ts";
import { createLease, type Moment } from "./lease.ts";
import type { PurgePosition } from "./position.ts";

/** One connection to the log. */
export interface Wire {
  send(text: string): void;
  close(): void;
}

export interface FollowerOptions {
  readonly clock: Clock;
  /** Durable name of this node. */
  readonly node: string;
  /** Random, new for each process. */
  readonly boot: string;
  readonly fence: FencePolicy;
  /** For how long after a soft purge the old picture may be answered while the origin is asked; 0 = not at all. */
  readonly softWindowMs: number;
}

/** Follows the purge log over whatever wire it is given; see core's `purge/wire.ts` for the conversation. */
export interface Follower extends PurgePosition {
  /** A connection is there. Its texts go to `receive`, its end to `disconnected`. */
  connected(wire: Wire): void;
  /** @throws TypeError or SyntaxError for what is no message of a log: the connection should be closed */
  receive(text: string): void;
  disconnected(): void;
  /** Asks for the lease again; to be called each second. Closes a wire on which nothing has come for too long. */
  beat(): void;
  isReady(): boolean;
}

/** Heartbeats without an answer before a connection is given up: the other end may have vanished without a word. */
const unansweredBeats = 3;

export function createFollower({ clock, node, boot, fence, softWindowMs }: FollowerOptions): Follower {
  const lease = createLease(clock);
  const sent = new Map<number, Moment>();
  let wire: Wire | null = null;
  const purges = createAppliedPurges(clock, softWindowMs);
  let logId = "";
  let applied = 0;
  let lastJob = "";
  let head = 0;
  let beats = 0;

  function say(message: NodeMessage): void {
    wire?.send(JSON.stringify(message));
  }

  function beat(): void {
    if (sent.size >= unansweredBeats) wire?.close();
    else if (wire) sendBeat();
  }

  function sendBeat(): void {
    beats++;
    // The moment is taken before sending: the node's lease must end before the log's.
    sent.set(beats, { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() });
    say({ type: "beat", beat: beats, applied });
  }

  function receive(text: string): void {
    const message = readLogMessage(text);
    switch (message.type) {
      case "welcome":
        welcome(message);
        break;
      case "rows":
        if (message.after > applied) say({ type: "read", after: applied });
        else apply(message.rows);
        break;
      case "lease":
        granted(message);
        break;
    }
  }

  /** Another log, or this log at an earlier state than it once had: its numbers mean something else than ours. */
  function welcome(message: Extract<LogMessage, { type: "welcome" }>): void {
    if (message.logId !== logId || message.head < applied) {
      lease.end();
      purges.forget();
      logId = message.logId;
      applied = 0;
      lastJob = "";
    }
    head = message.head;
    if (applied >= head) beat();
  }

  /** Rows that follow on the cursor, or begin before it. */
  function apply(rows: readonly LogRow[]): void {
    const news = rows.filter((row) => row.seq > applied);
    const last = news.at(-1);
    if (!last) return;
    applied = last.seq;
    purges.apply(news, lease.isValid());
    lastJob = last.job;
    say({ type: "ack", applied });
    if (!lease.isValid() && applied >= head) beat();
  }

  function granted({ beat: number, leaseMs }: Extract<LogMessage, { type: "lease" }>): void {
    const sentAt = sent.get(number);
    for (const earlier of sent.keys()) if (earlier <= number) sent.delete(earlier);
    if (sentAt && leaseMs > 0) lease.grant(sentAt, leaseMs);
  }

  function trust() {
    return lease.isValid() ? "trusted" : fence;
  }

  return {
    connected(newWire) {
      wire = newWire;
      sent.clear();
      say({ type: "hello", node, boot, fence, logId, applied, job: lastJob });
    },
    receive,
    disconnected() {
      wire = null;
    },
    beat,
    isReady: () => trust() === "trusted" || fence === "serve",
    stamp: () => ({ logId, seq: applied }),
    purgedAt: purges.purgedAt,
    trust,
  };
}
