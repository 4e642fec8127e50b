import type { AuditStore } from "./audit.ts";

const dayMicros = 86_400_000_000;

/** Refusals that are kept, whatever else is: they are what strangers can make many of. */
const keptRefusals = 10_000;

/**
 * Removes what is too old or too much, in steps between which others have their turn.
 * @param nowMs ms since 1970
 */
export async function keepBounds(
  store: Pick<AuditStore, "trim">,
  { auditDays, auditEntries }: { readonly auditDays: number; readonly auditEntries: number },
  nowMs: number,
): Promise<void> {
  const from = Math.round(nowMs * 1000) - auditDays * dayMicros;
  const bounds = { from, entries: auditEntries, refusals: keptRefusals };
  while ((await store.trim(bounds)) > 0) await new Promise(setImmediate);
}
