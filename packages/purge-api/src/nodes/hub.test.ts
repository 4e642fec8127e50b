import { afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import type { LogMessage, LogRow } from "@freshet/core";
import { createHolderStore } from "../db/holder-store.ts";
import { openDatabase } from "../db/open.ts";
import { noWitness } from "../db/witness.ts";
import { fakeClock } from "../fake-clock.fixture.ts";
import type { PurgeLog } from "../log/log.ts";
import { originals } from "../log/originals.fixture.ts";
import { createSqliteLog } from "../log/sqlite.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { createHub } from "./hub.ts";
import { createMembership } from "./membership.ts";

const opened: (() => void)[] = [];
let setup: ReturnType<typeof setUp>;

/** A hub over a real log in a folder of its own. */
function setUp() {
  const folder = temporaryFolder();
  const { db, close } = openDatabase(join(folder.path, "purge.sqlite"));
  opened.push(() => {
    close();
    folder.remove();
  });
  const clock = fakeClock();
  const log = createSqliteLog(db);
  const membership = createMembership({ clock, store: createHolderStore(db, noWitness), leaseMs: 5_000 });
  let progress = 0;
  const erased: unknown[] = [];
  const hub = createHub({
    log,
    membership,
    onProgress: () => progress++,
    onErased: async (node, report) => void erased.push([node, report]),
  });
  const append = async (count: number) => {
    const after = log.head();
    await log.append("doc", originals(...Array(count).fill("h/x.jpg")), 1);
    hub.push(after, await log.read(after, count));
    await turn();
  };
  return { clock, log, membership, hub, append, progress: () => progress, erased };
}

beforeEach(() => {
  setup = setUp();
});
afterEach(() => {
  for (const close of opened.splice(0)) close();
});

/** Job of the row at a position of a log without gaps. */
const jobAt = async (log: PurgeLog, seq: number) =>
  seq === 0 ? "" : ((await log.read(seq - 1, 1))[0]?.job ?? "");

/** Lets everything happen that waits for nothing but its turn. */
const turn = () => new Promise(setImmediate);

/** A node's end of a connection, which keeps what it was sent. */
function connectPeer(hub = setup.hub) {
  const inbox: LogMessage[] = [];
  const closings: string[] = [];
  const connection = hub.connect({
    send: (message) => void inbox.push(message),
    close: (reason) => void closings.push(reason),
  });
  return {
    closings,
    text: (text: string) => connection.receive(text).then(turn),
    say: (message: object) => connection.receive(JSON.stringify(message)).then(turn),
    /** Of a node that followed this very log, unless `more` says otherwise. */
    async hello(more: { applied?: number; [member: string]: unknown } = {}) {
      const message = {
        ...{ type: "hello", node: "n1", boot: "b1", fence: "revalidate", logId: "", applied: 0 },
        job: await jobAt(setup.log, more.applied ?? 0),
        ...more,
      };
      await connection.receive(JSON.stringify(message)).then(turn);
    },
    left: connection.closed,
    /** What came since the last look; rows as their numbers. */
    taken: () =>
      inbox
        .splice(0)
        .map((message) =>
          message.type === "rows"
            ? { after: message.after, rows: message.rows.map((row: LogRow) => row.seq) }
            : message,
        ),
  };
}

test("hello is answered with welcome, then every row in order", async () => {
  await setup.append(2);
  const peer = connectPeer();
  await peer.hello();
  expect(peer.taken()).toEqual([
    { type: "welcome", logId: setup.log.logId(), head: 2, isContinued: false },
    { after: 0, rows: [1, 2] },
  ]);
});

test("a node that has heard of rows before this replica is not told an older head", async () => {
  await setup.append(2);
  const log = { ...setup.log, head: () => 1 };
  const hub = createHub({ log, membership: setup.membership, onProgress() {} });
  const peer = connectPeer(hub);
  await peer.hello({ logId: setup.log.logId(), applied: 2 });
  expect(peer.taken()[0]).toMatchObject({ type: "welcome", head: 2, isContinued: true });
});

test("a node of this log is served from its cursor, a node of another log from the beginning", async () => {
  await setup.append(3);
  const [known, stranger] = [connectPeer(), connectPeer()];
  await known.hello({ logId: setup.log.logId(), applied: 2 });
  await stranger.hello({ boot: "b2", logId: "another", applied: 2 });
  expect(known.taken()[1]).toEqual({ after: 2, rows: [3] });
  expect(stranger.taken()[1]).toEqual({ after: 0, rows: [1, 2, 3] });
});

test("a long log comes in several messages without gap or overlap", async () => {
  for (let job = 0; job < 3; job++) await setup.append(7_000);
  const peer = connectPeer();
  await peer.hello();
  let applied = 0;
  for (let messages = peer.taken(); messages.length > 0; messages = peer.taken()) {
    for (const message of messages) {
      if (!("rows" in message)) continue;
      expect(message.after).toBe(applied);
      applied = message.rows.at(-1) as number;
    }
    await peer.say({ type: "ack", applied });
  }
  expect(applied).toBe(21_000);
});

test("rows reach only nodes that said hello and are still there", async () => {
  const [silent, gone, present] = [connectPeer(), connectPeer(), connectPeer()];
  await gone.hello({ boot: "b2" });
  await gone.left();
  await present.hello({ boot: "b3" });
  for (const peer of [silent, gone, present]) peer.taken();
  await setup.append(1);
  expect([silent, gone, present].map((peer) => peer.taken())).toEqual([[], [], [{ after: 0, rows: [1] }]]);
  expect(setup.hub.connections).toBe(1);
});

test("a node that saw a gap reads from its cursor", async () => {
  const peer = connectPeer();
  await peer.hello();
  await setup.append(1);
  await setup.append(2);
  peer.taken();
  await peer.say({ type: "read", after: 1 });
  expect(peer.taken()).toEqual([{ after: 1, rows: [2, 3] }]);
});

test("a lease is granted for the heartbeat that asked, once the node caught up", async () => {
  await setup.append(1);
  const peer = connectPeer();
  await peer.hello();
  peer.taken();
  await peer.say({ type: "beat", beat: 1, applied: 0 });
  expect(peer.taken()).toEqual([{ type: "lease", beat: 1, leaseMs: 0, head: 1 }]);
  await peer.say({ type: "ack", applied: 1 });
  await peer.say({ type: "beat", beat: 2, applied: 1 });
  expect(peer.taken()).toEqual([{ type: "lease", beat: 2, leaseMs: 5_000 }]);
  expect(setup.progress()).toBe(3);
});

test("hello twice on one connection starts over, and the node must catch up again", async () => {
  const peer = connectPeer();
  await peer.hello();
  await peer.say({ type: "beat", beat: 1, applied: 0 });
  await setup.append(1);
  peer.taken();
  await peer.hello();
  expect(peer.taken()).toEqual([
    { type: "welcome", logId: setup.log.logId(), head: 1, isContinued: false },
    { after: 0, rows: [1] },
  ]);
  await peer.say({ type: "beat", beat: 2, applied: 0 });
  expect(peer.taken()).toEqual([{ type: "lease", beat: 2, leaseMs: 0, head: 1 }]);
});

test("a node that left is lapsed when its lease has ended", async () => {
  const peer = connectPeer();
  await peer.hello();
  await peer.say({ type: "beat", beat: 1, applied: 0 });
  await peer.left();
  expect(setup.membership.statesFor(1)).toEqual([{ node: "n1", state: "waiting" }]);
  setup.clock.advance(6_000);
  expect(setup.membership.statesFor(1)).toEqual([{ node: "n1", state: "lapsed" }]);
});

test("what a node erased is passed on with its name, before the acknowledgement counts", async () => {
  const peer = connectPeer();
  await peer.hello();
  const report = { job: "j", seq: 1, originals: 1, variants: 2, bytes: 3 };
  await peer.say({ type: "erased", ...report });
  expect(setup.erased).toEqual([["n1", report]]);
});

test("a node that owes an erasure is behind, however far it has applied", async () => {
  const peer = connectPeer();
  await setup.append(2);
  await peer.hello({ applied: 2, acked: 1, logId: setup.log.logId(), job: await jobAt(setup.log, 2) });
  expect(setup.membership.statesFor(1)[0]?.state).toBe("acked");
  expect(setup.membership.statesFor(2)[0]?.state).not.toBe("acked");
});

const hello = { type: "hello", node: "n", boot: "b", fence: "revalidate", logId: "", applied: 0, job: "" };

test.each([
  ["no JSON", "{"],
  ["nothing", ""],
  ["null", "null"],
  ["a list", "[]"],
  ["a type that nobody knows", '{"type":"drop table"}'],
  ["an acknowledgement before hello", '{"type":"ack","applied":0}'],
  ["a heartbeat before hello", '{"type":"beat","beat":1,"applied":0}'],
  ["a read before hello", '{"type":"read","after":0}'],
  ["a cursor below zero", JSON.stringify({ ...hello, applied: -1 })],
  ["a cursor that is no number", JSON.stringify({ ...hello, applied: "1" })],
  ["a fence that nobody knows", JSON.stringify({ ...hello, fence: "hope" })],
  ["a name that is far too long", JSON.stringify({ ...hello, node: "n".repeat(201) })],
])("%s closes the connection and disturbs nobody", async (_, text) => {
  const [peer, other] = [connectPeer(), connectPeer()];
  await other.hello({ boot: "b2" });
  await peer.text(text);
  expect(peer.closings).toHaveLength(1);
  expect([other.closings, setup.hub.connections]).toEqual([[], 1]);
});

test("a node ahead of the log proves it an older copy: new identity, everybody starts anew", async () => {
  await setup.append(3);
  const old = setup.log.logId();
  const behind = connectPeer();
  await behind.hello({ boot: "b2", logId: old, applied: 3 });
  const ahead = connectPeer();
  await ahead.hello({ logId: old, applied: 4, job: "a job that this copy does not have" });
  expect(setup.log.logId()).not.toBe(old);
  expect(behind.closings).toEqual(["the log was replaced by an older copy"]);
  expect(ahead.closings).toEqual([]);
  expect(ahead.taken()).toEqual([
    { type: "welcome", logId: setup.log.logId(), head: 3, isContinued: false },
    { after: 0, rows: [1, 2, 3] },
  ]);
});

test("a node whose last row is another one here proves it an older copy that went on", async () => {
  await setup.append(3);
  const old = setup.log.logId();
  const peer = connectPeer();
  await peer.hello({ logId: old, applied: 2, job: "a job that this copy never had" });
  expect(setup.log.logId()).not.toBe(old);
  expect(peer.taken()).toEqual([
    { type: "welcome", logId: setup.log.logId(), head: 3, isContinued: false },
    { after: 0, rows: [1, 2, 3] },
  ]);
});

test("a node that starts is compared by the newest position that it ever stamped anything with", async () => {
  await setup.append(3);
  const logId = setup.log.logId();
  const welcomes = async (more: object) => {
    const peer = connectPeer();
    await peer.hello({ logId, applied: 0, ...more });
    return peer.taken()[0] as unknown as { isContinued: boolean };
  };
  expect(await welcomes({ reached: 2, job: await jobAt(setup.log, 2) })).toMatchObject({ isContinued: true });
  expect(setup.log.logId()).toBe(logId);
  expect(await welcomes({ reached: 2, job: "a job that this copy never had" })).toMatchObject({
    isContinued: false,
  });
  expect(setup.log.logId()).not.toBe(logId);
});

test("a node whose last row was dropped goes on if the log remembers whose it was, and begins anew if it does not", async () => {
  const { log, append } = setup;
  for (let job = 0; job < 3; job++) await append(2);
  const ends = await Promise.all([2, 4, 6].map((seq) => jobAt(log, seq)));
  const jobs = await log.claim();
  for (const job of jobs) await log.finish(job, "DONE", null, 1);
  await log.compact(100);
  expect((await log.read(0, 10)).map(({ seq }) => seq)).toEqual([6]);
  const logId = log.logId();
  const [known, forgotten] = [connectPeer(), connectPeer()];
  await known.hello({ logId, applied: 4, job: ends[1] });
  expect(known.taken()).toEqual([
    { type: "welcome", logId, head: 6, isContinued: true },
    { after: 4, rows: [6] },
  ]);
  await forgotten.hello({ node: "n2", boot: "b2", logId, applied: 3, job: ends[1] });
  expect(forgotten.taken()).toEqual([
    { type: "welcome", logId, head: 6, isContinued: false },
    { after: 0, rows: [6] },
  ]);
  expect(log.logId()).toBe(logId);
  expect(setup.membership.statesFor(3).map(({ state }) => state)).toEqual(["acked", "lapsed"]);
});

test("a node that was ahead of another log proves nothing about this one", async () => {
  const id = setup.log.logId();
  await connectPeer().hello({ logId: "another", applied: 1_000 });
  expect(setup.log.logId()).toBe(id);
});
