import type { Clock, LogMessage, NodeMessage } from "@freshet/core";
import { createHeartbeats } from "./heartbeats.ts";
import { createLease } from "./lease.ts";

/**
 * Asks for the lease: each second, and at once when the node has come as far as it was refused at. Once only: to ask with
 * each row that comes before the answer would heap up questions.
 *
 * @param acked how far the node has carried out what it applied
 */
export function createAsking(clock: Clock, acked: () => number, say: (message: NodeMessage) => void) {
  const lease = createLease(clock);
  const heartbeats = createHeartbeats(clock);
  let goal = Number.POSITIVE_INFINITY;
  /** How far it was when it asked last. */
  let askedAt = 0;

  function ask(): void {
    askedAt = acked();
    say({ type: "beat", beat: heartbeats.next(), applied: askedAt });
  }

  function progressed(): void {
    if (acked() < goal) return;
    goal = Number.POSITIVE_INFINITY;
    ask();
  }

  function askAt(head: number): void {
    goal = head;
    progressed();
  }

  return {
    isValid: lease.isValid,
    end: lease.end,
    /** A new connection. */
    begin() {
      goal = Number.POSITIVE_INFINITY;
      heartbeats.begin();
    },
    ask,
    askAt,
    /** The node may have come further. */
    progressed,
    answered({ beat, leaseMs, head }: Extract<LogMessage, { type: "lease" }>): void {
      lease.grant(heartbeats.answered(beat), leaseMs);
      // Further than when it asked: the head that it is told may be old, and to ask again at once would be without end.
      if (head !== undefined) askAt(Math.max(head, askedAt + 1));
    },
    get areUnanswered() {
      return heartbeats.areUnanswered;
    },
  };
}
