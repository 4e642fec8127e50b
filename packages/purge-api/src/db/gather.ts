import { setTimeout as sleep, setImmediate as turnOfEvents } from "node:timers/promises";

/** While there is much to do. Without that, each of several replicas would write many small groups in turn. */
const busyMs = 2;

/**
 * How long those gather who share a transaction of Postgres: a turn of events; or longer if others were asked for while the
 * last one ran, since who has his answer from it comes again at once. A transaction costs every replica the same, however
 * much is in it.
 */
export function gather(isBusy: boolean): Promise<unknown> {
  return isBusy ? sleep(busyMs) : turnOfEvents();
}
