import { join } from "node:path";
import type { Clock } from "@freshet/core";
import type { AuditStore } from "./audit/audit.ts";
import type { Config } from "./config.ts";
import { createAuditStore } from "./db/audit-store.ts";
import { type ClientKeys, openClientKeys } from "./db/client-keys.ts";
import { createErasureStore, type ErasureStore } from "./db/erasure-store.ts";
import { openHighWater } from "./db/high-water.ts";
import { createHolderStore } from "./db/holder-store.ts";
import { openDatabase } from "./db/open.ts";
import { createPostgresAudit } from "./db/postgres-audit.ts";
import { openPostgresClientKeys } from "./db/postgres-client-keys.ts";
import { createPostgresErasures } from "./db/postgres-erasures.ts";
import { createPostgresHolders } from "./db/postgres-holders.ts";
import { openPostgres } from "./db/postgres-open.ts";
import { createPostgresRebounds } from "./db/postgres-rebounds.ts";
import { createPostgresRelay } from "./db/postgres-relay.ts";
import { createPostgresUsage } from "./db/postgres-usage.ts";
import { createPostgresWarmups } from "./db/postgres-warmups.ts";
import { createReboundStore } from "./db/rebound-store.ts";
import { createUsageStore } from "./db/usage-store.ts";
import { createWarmupStore } from "./db/warmup-store.ts";
import { openWitness, type Witness } from "./db/witness.ts";
import type { ReboundStore } from "./fronts/rebound-store.ts";
import type { JobStore, PurgeLog } from "./log/log.ts";
import { createPostgresLog } from "./log/postgres.ts";
import type { HeadListeners } from "./log/postgres-head.ts";
import { createSqliteLog } from "./log/sqlite.ts";
import { createMembership, type Membership } from "./nodes/membership.ts";
import { noRelay, type Relay } from "./nodes/relay.ts";
import { createSharedMembership } from "./nodes/shared-membership.ts";
import type { UsageStore } from "./stats/usage-store.ts";
import type { WarmupStore } from "./warmups/warmup.ts";

/** Everything that is kept in the database, whichever it is. */
export interface Storage {
  readonly log: PurgeLog & JobStore;
  readonly membership: Membership;
  readonly erasures: ErasureStore;
  readonly audit: AuditStore;
  readonly rebounds: ReboundStore;
  readonly usage: UsageStore;
  readonly warmups: WarmupStore;
  readonly relay: Relay;
  readonly keys: ClientKeys;
  /** A client key that was made now, to be shown once. */
  readonly createdKey: string | null;
  /** Rejects if nothing can be written. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

/** How often a replica looks at leases: it counts each from when it first saw it. */
export const lookEveryMs = 100;
/** How often a replica looks for what others did, in case that it does not hear of it. */
const refreshEveryMs = 1_000;

/** One process with a file of its own. @param witness for tests: by default it is a file in the data folder */
export async function openSqliteStorage(config: Config, clock: Clock, witness?: Witness): Promise<Storage> {
  const { db, probe, checkFile, close } = openDatabase(join(config.dataDir, "purge.sqlite"));
  const highWater = openHighWater(join(config.dataDir, "purge.head"));
  const log = createSqliteLog(db, highWater.note, checkFile);
  const own = witness ?? openWitness(db, join(config.dataDir, "purge.witness"));
  const whole: Witness = {
    isContinued: own.isContinued && highWater.found <= log.head(),
    renew() {
      highWater.note(log.head());
      own.renew();
    },
    revoke: own.revoke,
  };
  // Nodes that are down may have followed a later state of what may be an older copy: no stamp of theirs may count.
  if (!whole.isContinued) await log.renewId(log.logId());
  const store = createHolderStore(db, whole);
  const { keys, created } = openClientKeys(db, config.defaultToken, config.clientKey);
  return {
    log,
    erasures: createErasureStore(db),
    audit: createAuditStore(db),
    rebounds: createReboundStore(db),
    usage: createUsageStore(db),
    warmups: createWarmupStore(db),
    membership: createMembership({ clock, store, leaseMs: config.leaseMs }),
    relay: noRelay,
    keys,
    createdKey: created,
    probe: async () => probe(),
    async close() {
      await log.written().catch(() => {});
      close();
      highWater.close();
    },
  };
}

/** One replica among several. */
export async function openPostgresStorage(
  config: Config & { readonly database: string },
  clock: Clock,
  report: (error: unknown) => void,
): Promise<Storage> {
  const database = await openPostgres(config.database, config.databasePassword);
  const { keys, created } = await openPostgresClientKeys(database.db, config.defaultToken, config.clientKey);
  let listeners: HeadListeners = { onReturn() {}, onAcks() {} };
  const log = await createPostgresLog(database, report, {
    onReturn: () => listeners.onReturn(),
    onAcks: (acks) => listeners.onAcks(acks),
  });
  const store = createPostgresHolders(database);
  const membership = createSharedMembership({ clock, store, leaseMs: config.leaseMs, logId: log.logId });
  listeners = { onReturn: () => void membership.doubt(), onAcks: membership.heard };
  // Nothing here tells whether the database is the one of before, or another in its place. Other replicas that have run
  // all the while know, and need not wait.
  await membership.doubt();
  const timers = [
    setInterval(() => membership.look().catch(() => {}), lookEveryMs),
    setInterval(log.refresh, refreshEveryMs),
  ];
  return {
    log,
    erasures: createPostgresErasures(database),
    audit: createPostgresAudit(database.db),
    rebounds: createPostgresRebounds(database),
    usage: createPostgresUsage(database.db),
    warmups: createPostgresWarmups(database),
    membership,
    relay: await createPostgresRelay(database, report),
    keys,
    createdKey: created,
    probe: database.probe,
    close() {
      for (const timer of timers) clearInterval(timer);
      return database.close();
    },
  };
}
