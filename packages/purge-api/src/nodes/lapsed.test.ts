import { expect, test } from "bun:test";
import { createHolderStore } from "../db/holder-store.ts";
import { openDatabase } from "../db/open.ts";
import { noWitness } from "../db/witness.ts";
import { fakeClock } from "../fake-clock.fixture.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { createMembership } from "./membership.ts";

// Wall time has fractions since it has microseconds. The record took none, so whoever looked first at a lapsed lease got
// an error: the stream of a job broke off as the job ended, and after a restart the process was waited for once more.
test("a lease that lapses at any fraction of a millisecond is on record, in the database itself", async () => {
  const folder = temporaryFolder();
  const { db, close } = openDatabase(`${folder.path}/log.db`);
  const clock = fakeClock();
  const store = createHolderStore(db, noWitness);
  const membership = createMembership({ clock, store, leaseMs: 5_000 });
  const node = { boot: "b1", node: "n1", fence: "revalidate", logId: "log", applied: 0, job: "" } as const;
  const session = await membership.hello({ type: "hello", ...node }, 0);
  await membership.beat(session, 0, 0);
  await membership.leave(session);
  clock.advance(6_000);
  expect(membership.statesFor(1)).toEqual([{ node: "n1", state: "lapsed" }]);
  expect(store.all()).toMatchObject([{ boot: "b1", lapsedAt: Math.round(clock.wallMs()) }]);
  close();
  folder.remove();
});
