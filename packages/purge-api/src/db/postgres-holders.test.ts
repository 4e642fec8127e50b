import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { fakeClock } from "../fake-clock.fixture.ts";
import { originals } from "../log/originals.fixture.ts";
import { createPostgresLog } from "../log/postgres.ts";
import { joiningSuite } from "../nodes/joining.suite.ts";
import { strangers } from "../nodes/membership.ts";
import { createSharedMembership } from "../nodes/shared-membership.ts";
import { usePostgres } from "./postgres-databases.fixture.ts";
import { createPostgresHolders } from "./postgres-holders.ts";

const leaseMs = 5_000;
const countedMs = 6_000;
const postgres = usePostgres();

/** Two replicas, each with a clock of its own. */
async function setUp() {
  await postgres.closeAll();
  const url = await postgres.newDatabase();
  const open = async () => {
    const clock = fakeClock();
    const database = await postgres.open(url);
    const log = await createPostgresLog(database, () => {});
    const store = createPostgresHolders(database);
    const membership = createSharedMembership({ clock, store, leaseMs, logId: log.logId });
    return { clock, database, log, store, membership };
  };
  return { a: await open(), b: await open() };
}

type Replica = Awaited<ReturnType<typeof setUp>>["a"];
const hello = {
  type: "hello",
  boot: "b1",
  node: "n1",
  fence: "revalidate",
  logId: "",
  applied: 0,
  job: "",
} as const;
const append = ({ log }: Replica) => log.append("doc", originals("h/1"), 1);
const states = async ({ membership }: Replica, seq: number) =>
  (await membership.look())(seq).map(({ state }) => state);

joiningSuite("on Postgres", async () => {
  const { a, b } = await setUp();
  // Each row comes by way of the one replica, and the process hangs on the other.
  const { hello, beat } = b.membership;
  return {
    membership: { ...a.membership, hello, beat },
    leaseMs,
    append: async () => void (await append(a)),
    head: a.log.head,
    advance: a.clock.advance,
  };
});

test("a lease that one replica granted is waited for by the other, until its own clock has counted it", async () => {
  const { a, b } = await setUp();
  const session = await b.membership.hello(hello, 0);
  expect(await b.membership.beat(session, 0, 0)).toBe(leaseMs);
  await append(a);
  expect(await states(a, 1)).toEqual(["waiting"]);
  b.clock.advance(1_000_000); // Whatever the other's clock says.
  a.clock.advance(countedMs - 1);
  expect(await states(a, 1)).toEqual(["waiting"]);
  a.clock.advance(1);
  expect(await states(a, 1)).toEqual(["lapsed"]);
});

test("what is acknowledged to one replica is known to the other", async () => {
  const { a, b } = await setUp();
  const session = await b.membership.hello(hello, 0);
  await b.membership.beat(session, 0, 0);
  await append(a);
  await b.membership.ack(session, 1);
  expect(await states(a, 1)).toEqual(["acked"]);
});

test("of acknowledgements that are written together, those of a session that is over fail alone", async () => {
  const { b } = await setUp();
  const first = await b.membership.hello(hello, 0);
  const other = await b.membership.hello({ ...hello, boot: "b2", node: "n2" }, 0);
  await b.membership.hello(hello, 0);
  const [old, own] = await Promise.allSettled([b.membership.ack(first, 1), b.membership.ack(other, 1)]);
  expect([old.status, own.status]).toEqual(["rejected", "fulfilled"]);
  expect((await b.store.all()).holders.map(({ acked }) => acked)).toEqual([0, 1]);
});

test("what other replicas say of acknowledgements is shown, and decides nothing", async () => {
  const { a, b } = await setUp();
  const session = await b.membership.hello(hello, 0);
  await b.membership.beat(session, 0, 0);
  await append(a);
  expect(await states(a, 1)).toEqual(["waiting"]);
  a.membership.heard({ b1: 1 });
  expect(a.membership.statesFor(1).map(({ state }) => state)).toEqual(["acked"]);
  expect(await states(a, 1)).toEqual(["waiting"]);
});

test("a process that was called lapsed gets no lease before it has applied what was DONE without it", async () => {
  const { a, b } = await setUp();
  const session = await b.membership.hello(hello, 0);
  await b.membership.beat(session, 0, 0);
  await append(a);
  await states(a, 1);
  a.clock.advance(countedMs);
  expect(await states(a, 1)).toEqual(["lapsed"]);
  // It was only slow: its session is over, and after another hello it must catch up.
  await expect(b.membership.beat(session, 0, 0)).rejects.toThrow("this session is over");
  const second = await b.membership.hello(hello, 0);
  expect(await b.membership.beat(second, 0, 0)).toBeNull();
  expect(await b.membership.beat(second, 1, 1)).toBe(leaseMs);
});

test("a lease that was renewed just before it would be called lapsed is waited for again", async () => {
  const { a, b } = await setUp();
  const session = await b.membership.hello(hello, 0);
  await b.membership.beat(session, 0, 0);
  await append(a);
  await states(a, 1);
  a.clock.advance(countedMs);
  expect(await b.membership.beat(session, 0, 0)).toBe(leaseMs); // behind the head, but trusted
  expect(await states(a, 1)).toEqual(["waiting"]);
  a.clock.advance(countedMs - 1);
  expect(await states(a, 1)).toEqual(["waiting"]);
});

test("a lease that was renewed after it was looked at cannot be withdrawn", async () => {
  const { a, b } = await setUp();
  const session = await b.membership.hello(hello, 0);
  await b.membership.beat(session, 0, 0);
  const [seen] = (await a.store.all()).holders;
  await b.membership.beat(session, 0, 0);
  expect(await a.store.withdraw(seen as NonNullable<typeof seen>)).toBe(false);
  const [renewed] = (await a.store.all()).holders;
  expect(await a.store.withdraw(renewed as NonNullable<typeof renewed>)).toBe(true);
});

test("a replica whose head is old grants nothing that the log would not", async () => {
  const { a, b } = await setUp();
  const session = await b.membership.hello(hello, 0);
  await append(a);
  expect(await b.membership.beat(session, 0, 0)).toBeNull();
});

test("a grant that meets an append waits for it, and knows it then", async () => {
  const { a, b } = await setUp();
  const session = await b.membership.hello(hello, 0);
  const isLocked = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const appending = a.database.db.transaction(async (tx) => {
    await tx.execute(sql`UPDATE meta SET head = head + 1`);
    isLocked.resolve();
    await goOn.promise;
  });
  await isLocked.promise;
  const granting = b.membership.beat(session, 0, 0);
  // It is seen to wait for the lock.
  const waits = sql`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FOR SHARE%'`;
  while ((await a.database.db.execute(waits)).length === 0) await new Promise(setImmediate);
  goOn.resolve();
  await appending;
  expect(await granting).toBeNull();
});

test("the connection to the database was lost: nothing counts that comes from before", async () => {
  const { a, b } = await setUp();
  const session = await b.membership.hello(hello, 0);
  await b.membership.beat(session, 0, 0);
  await append(a);
  await a.database.db.execute(
    sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()`,
  );
  const refused = async (work: Promise<unknown>) =>
    work.then(
      () => "done",
      () => "refused",
    );
  expect(await refused(b.membership.ack(session, 1))).toBe("refused");
  expect(await refused(b.membership.ack(session, 1))).toBe("refused");
  const again = async (): Promise<string> => refused(states(a, 1));
  while ((await again()) === "refused") await new Promise(setImmediate);
  expect((await states(a, 1))[0]).toBe("waiting");
});

test("a process whose last row is another one in this log is not let in", async () => {
  const { a, b } = await setUp();
  await append(a);
  await expect(
    b.membership.hello({ ...hello, logId: b.log.logId(), applied: 1, job: "of another copy" }, 1),
  ).rejects.toThrow("the log changed");
});

test("after the log has another identity nothing is DONE before one lease has passed", async () => {
  const { a, b } = await setUp();
  await b.log.renewId(b.log.logId());
  expect((await a.membership.look())(0)).toEqual([{ node: strangers, state: "waiting" }]);
  a.clock.advance(countedMs);
  expect((await a.membership.look())(0)).toEqual([]);
});

test("a process that left is lapsed once its lease has ended, and is removed only then", async () => {
  const { a, b } = await setUp();
  const session = await b.membership.hello(hello, 0);
  await b.membership.beat(session, 0, 0);
  await append(a);
  await b.membership.leave(session);
  expect(await states(a, 1)).toEqual(["waiting"]);
  await expect(a.membership.remove("n1")).rejects.toThrow("may answer from its cache");
  a.clock.advance(countedMs);
  expect(await states(a, 1)).toEqual(["lapsed"]);
  expect(await b.membership.list()).toMatchObject([{ node: "n1", state: "lapsed", leaseLeftMs: 0 }]);
  await a.membership.remove("n1");
  expect(await b.membership.list()).toEqual([]);
});

test("a process that serves without a lease is never lapsed", async () => {
  const { a, b } = await setUp();
  const session = await b.membership.hello({ ...hello, fence: "serve" }, 0);
  await b.membership.leave(session);
  await append(a);
  a.clock.advance(countedMs * 10);
  expect(await states(a, 1)).toEqual(["waiting"]);
});
