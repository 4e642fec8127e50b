/** How far a session has come on its way to its first lease. */
export interface CatchingUp {
  caughtUp: boolean;
  /** How far it must have applied to be caught up, if it is waited for until then; `null`: it is not set, or it has. */
  goal: number | null;
}

/** Whatever a process knew before, it may have lost. */
export const newSession: Readonly<CatchingUp> = { caughtUp: false, goal: null };

/**
 * Judges a heartbeat. A process has caught up when it has applied everything up to the head. But the head may never
 * stand still for as long as a row takes to the process and its heartbeat back; so it is enough to have applied
 * everything up to where the head was when jobs began to wait for it as if it held a lease (its goal), if they did so
 * ever since. They begin when it has shown that it keeps pace, by reaching the head of an earlier heartbeat: one that
 * cannot keeps nobody waiting. `db/postgres-holders.ts` says the same in SQL.
 *
 * @param isWaitedFor whether its lease counts at the log, or it is waited for as if it had one
 * @returns what becomes of it: it is given a lease; is only waited for from now on; or nothing
 */
export function catchUp(
  session: CatchingUp,
  applied: number,
  head: number,
  isWaitedFor: boolean,
): "lease" | "wait" | "nothing" {
  const keepsPace = session.goal !== null && applied >= session.goal;
  session.caughtUp ||= applied >= head || (keepsPace && isWaitedFor);
  if (session.caughtUp) session.goal = null;
  else if (keepsPace || session.goal === null) session.goal = head;
  if (session.caughtUp) return "lease";
  return keepsPace ? "wait" : "nothing";
}
