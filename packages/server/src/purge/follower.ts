import {
  type Clock,
  type FencePolicy,
  type LogMessage,
  type LogRow,
  type NodeMessage,
  readLogMessage,
} from "@freshet/core";
import { createAppliedPurges } from "./applied-purges.ts";
import { createHeartbeats } from "./heartbeats.ts";
import { createLease } from "./lease.ts";
import { createOwedErasures, type Erasing } from "./owed-erasures.ts";
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
  readonly erasing: Erasing;
  /** Told of rows after they took effect. */
  onRows?(logId: string, rows: readonly LogRow[]): void;
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

export function createFollower(options: FollowerOptions): Follower {
  const { clock, node, boot, fence, softWindowMs, erasing, onRows } = options;
  const lease = createLease(clock);
  const heartbeats = createHeartbeats(clock);
  let wire: Wire | null = null;
  const purges = createAppliedPurges(clock, softWindowMs);
  const owed = createOwedErasures(erasing, (report) => {
    say({ type: "erased", ...report });
    say({ type: "ack", applied: owed.ackedUpTo(applied) });
  });
  let logId = "";
  let applied = 0;
  let lastJob = "";
  let head = 0;

  const say = (message: NodeMessage) => wire?.send(JSON.stringify(message));

  function beat(): void {
    owed.retry();
    if (heartbeats.areUnanswered) wire?.close();
    else if (wire) say({ type: "beat", beat: heartbeats.next(), applied: owed.ackedUpTo(applied) });
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
      owed.forget();
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
    onRows?.(logId, news);
    owed.add(logId, news);
    say({ type: "ack", applied: owed.ackedUpTo(applied) });
    if (!lease.isValid() && applied >= head) beat();
  }

  function granted({ beat: number, leaseMs }: Extract<LogMessage, { type: "lease" }>): void {
    const sentAt = heartbeats.answered(number);
    if (sentAt && leaseMs > 0) lease.grant(sentAt, leaseMs);
  }

  const trust = () => (lease.isValid() ? "trusted" : fence);

  return {
    connected(newWire) {
      wire = newWire;
      heartbeats.begin();
      const acked = owed.ackedUpTo(applied);
      say({ type: "hello", node, boot, fence, logId, applied, acked, job: lastJob });
      for (const report of owed.reports(logId)) say({ type: "erased", ...report });
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
