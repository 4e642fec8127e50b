import type { Clock } from "@freshet/core";

/** A moment by both clocks. */
export interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** The node's right to trust its cache without asking. */
export interface Lease {
  /**
   * @param sentAt when the heartbeat that was granted was sent: the log's own count starts later. If that is not known,
   *   there is no lease.
   * @param leaseMs 0 = not yet
   */
  grant(sentAt: Moment | undefined, leaseMs: number): void;
  isValid(): boolean;
  end(): void;
}

/** The worse of two clocks decides: a monotonic clock may stop while a machine sleeps, a wall clock may be set back. */
export function createLease(clock: Clock): Lease {
  let monotonicEndMs = Number.NEGATIVE_INFINITY;
  let wallEndMs = Number.NEGATIVE_INFINITY;
  return {
    grant(sentAt, leaseMs) {
      if (sentAt === undefined || leaseMs === 0) return;
      monotonicEndMs = sentAt.monotonicMs + leaseMs;
      wallEndMs = sentAt.wallMs + leaseMs;
    },
    isValid: () => clock.monotonicMs() < monotonicEndMs && clock.wallMs() < wallEndMs,
    end() {
      monotonicEndMs = wallEndMs = Number.NEGATIVE_INFINITY;
    },
  };
}
