import { expect, test } from "bun:test";
import type { PendingRebound, ReboundStore } from "../fronts/rebound-store.ts";

/** What every store of rebounds must do. @param open a new, empty one; `next` is what another process sees in its place */
export function reboundSuite(
  name: string,
  open: () => Promise<{ store: ReboundStore; next(): Promise<ReboundStore> }>,
): void {
  const row = { token: "doc", kind: "original", pattern: "doc|//h/\\'😀", mode: "soft" } as const;
  const pending: PendingRebound = { job: "j", seqTo: 7, rows: [row] };

  test(`${name}: what is owed is owed until it is removed, whoever asks after the process is gone`, async () => {
    const { store, next } = await open();
    await store.add(pending);
    await store.add(pending);
    expect(await store.claim()).toEqual([pending]);
    const successor = await next();
    expect(await successor.claim()).toEqual([pending]);
    await successor.remove({ job: "j", seqTo: 6 });
    expect(await successor.claim()).toEqual([pending]);
    await successor.remove(pending);
    expect(await successor.claim()).toEqual([]);
  });
}
