import {
  type Answer,
  type Clock,
  type FencePolicy,
  type LogMessage,
  type LogRow,
  type NodeMessage,
  type Question,
  readLogMessage,
} from "@freshet/core";
import { createAppliedPurges } from "./applied-purges.ts";
import { createAsking } from "./asking.ts";
import { createCursor } from "./cursor.ts";
import { type Lines, noLines } from "./lines.ts";
import { createOwedErasures, type Erasing } from "./owed-erasures.ts";
import type { PurgeEpoch, PurgePosition } from "./position.ts";
import { createReply } from "./reply.ts";

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
  /** Answers what the log asks, beside its rows. */
  answer?(question: Question): Promise<Answer>;
  /** What is on the disk: of this process, the one before, and others that share it. */
  readonly lines?: Lines;
  /** Told of rows after they took effect, and of what stamps say as `logId` now. */
  onRows?(logId: string, rows: readonly LogRow[]): void;
}

/** Follows the purge log over whatever wire it is given; see core's `purge/wire.ts` for the conversation. */
export interface Follower extends PurgePosition, PurgeEpoch {
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
  const reply = createReply(options.answer);
  let wire: Wire | null = null;
  const purges = createAppliedPurges(clock, softWindowMs);
  const owed = createOwedErasures(erasing, (report) => {
    say({ type: "erased", ...report });
    ack();
  });
  const cursor = createCursor(boot, options.lines ?? noLines);
  const reader = createReader();

  const say = (message: NodeMessage) => wire?.send(JSON.stringify(message));
  const acked = () => owed.ackedUpTo(cursor.applied);
  const lease = createAsking(clock, acked, say);

  function beat(): void {
    owed.retry();
    if (lease.areUnanswered) wire?.close();
    else if (wire) lease.ask();
  }

  function receive(text: string): void {
    const message = reader.read(text);
    switch (message.type) {
      case "welcome":
        welcome(message);
        break;
      case "rows":
        if (message.after > cursor.applied) say({ type: "read", after: cursor.applied });
        else apply(message.rows);
        break;
      case "lease":
        lease.answered(message);
        break;
      case "ask":
        if (wire) void reply(message, wire);
        break;
    }
  }

  /**
   * Another log, this log at an earlier state than it once had, or a position that it has forgotten: its numbers say
   * nothing about what was stamped with ours.
   */
  function welcome(message: Extract<LogMessage, { type: "welcome" }>): void {
    const isSame = message.isContinued && message.logId === cursor.logId;
    if (!isSame || message.head < cursor.newest().seq) {
      lease.end();
      purges.forget();
      owed.forget();
      // It says hello again, now with what the other process has stamped.
      if (!cursor.beginAnew(message.logId)) return void wire?.close();
    }
    lease.askAt(message.head);
  }

  function ack(): void {
    say({ type: "ack", applied: acked() });
    lease.progressed();
  }

  /** Rows that follow on the cursor, or begin before it. */
  function apply(rows: readonly LogRow[]): void {
    const news = rows.filter((row) => row.seq > cursor.applied);
    const last = news.at(-1);
    if (!last) return;
    cursor.moveTo(last);
    purges.apply(news, lease.isValid());
    for (const tell of [owed.add, onRows]) tell?.(cursor.stamp().logId, news);
    ack();
  }

  const trust = () => (lease.isValid() ? "trusted" : fence);

  return {
    connected(newWire) {
      wire = newWire;
      reader.begin();
      lease.begin();
      const { logId, applied } = cursor;
      const { seq: reached, job } = cursor.newest();
      const at = { applied, reached, acked: acked(), job };
      say({ type: "hello", node, boot, fence, logId, ...at });
      for (const report of owed.reports(cursor.stamp().logId)) say({ type: "erased", ...report });
    },
    ...{ receive, beat, trust },
    disconnected() {
      wire = null;
    },
    isReady: () => trust() === "trusted" || fence === "serve",
    stamp: cursor.stamp,
    purgedAt: purges.purgedAt,
    epoch: purges.epoch,
  };
}

/** Rows before the welcome, or after another one, might be of another log than those that were applied. */
function createReader() {
  let isWelcome = false;
  return {
    /** A new connection. */
    begin() {
      isWelcome = false;
    },
    read(text: string): LogMessage {
      const message = readLogMessage(text);
      if ((message.type === "welcome") === isWelcome) {
        throw new TypeError("a connection begins with one welcome");
      }
      isWelcome = true;
      return message;
    },
  };
}
