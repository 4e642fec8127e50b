import type { Holder } from "./membership.ts";

/** A process on the record that several replicas of purge-api share. */
export interface SharedHolder extends Holder {
  readonly isConnected: boolean;
  readonly acked: number;
  /** Names the lease that it was granted last, each another; `null` if it holds none. */
  readonly lease: string | null;
  /** Heartbeats; tells whether somebody still hears from it. */
  readonly beats: number;
  /** Ms since 1970; `null` while it may hold a lease. */
  readonly lapsedAt: number | null;
}

/** What a session was opened with: everything that comes from it later is checked against it. */
export interface SharedSession {
  readonly boot: string;
  readonly id: string;
  readonly logId: string;
}

/**
 * The record of processes, in one place for all replicas. Each of these is one step: it happens as a whole, or not.
 * The first four end a session whose log has changed its identity, or whose connection to the database was lost
 * since: behind a new connection there may be an older copy of the log, in which what the node applied is something
 * else. The node has to say hello again, and is compared.
 */
export interface SharedHolders {
  /**
   * Puts a process on record; a lease that it holds goes on, but is not renewed before it has caught up.
   * @param at the last row that it ever applied, and that row's job; 0 if it begins anew
   * @param acked how far it has carried out what it applied
   * @throws Error if the log does not hold that row, nor remembers that it did
   */
  open(
    holder: Holder,
    logId: string,
    at: { readonly seq: number; readonly job: string },
    acked: number,
  ): Promise<SharedSession>;
  /**
   * Grants a lease if the process may be trusted: it has caught up (see `catchUp`) at the moment of the
   * grant, or has done so before in this session and was not called lapsed since.
   * @returns whether it was granted
   * @throws Error if the session is over
   */
  beat(session: SharedSession, applied: number): Promise<boolean>;
  /** @throws Error if the session is over */
  ack(session: SharedSession, applied: number): Promise<void>;
  leave(session: SharedSession): Promise<void>;
  all(): Promise<{ readonly logId: string; readonly holders: readonly SharedHolder[] }>;
  /**
   * Ends the sessions and leases of a process that nobody hears of any more.
   * @returns whether it was still as `seen`, and so is lapsed now
   */
  withdraw(seen: SharedHolder): Promise<boolean>;
  remove(boot: string): Promise<void>;
}
