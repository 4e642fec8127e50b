import type { Clock } from "@freshet/core";
import type { Moment } from "./lease.ts";

/** Heartbeats of one connection, and when each was sent. */
export interface Heartbeats {
  /** A new connection. */
  begin(): void;
  /** Number of one that is sent now. The moment is taken before sending: the node's lease must end before the log's. */
  next(): number;
  /** @returns when it was sent, if it is known */
  answered(beat: number): Moment | undefined;
  /** So many without an answer that the connection must be given up: the other end may have vanished without a word. */
  readonly areUnanswered: boolean;
}

const maxUnanswered = 3;

export function createHeartbeats(clock: Clock): Heartbeats {
  const sent = new Map<number, Moment>();
  let last = 0;
  return {
    begin: () => sent.clear(),
    next() {
      last++;
      sent.set(last, { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() });
      return last;
    },
    answered(beat) {
      const sentAt = sent.get(beat);
      for (const earlier of sent.keys()) if (earlier <= beat) sent.delete(earlier);
      return sentAt;
    },
    get areUnanswered() {
      return sent.size >= maxUnanswered;
    },
  };
}
