/**
 * Schedules that chance finds too seldom, by name: each of them breaks the promise if the real classes leave out one thing.
 */
import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Node } from "./node.ts";
import { World } from "./world.ts";

const hardPurge = { scope: "original", urls: ["/h.io/a.bmp"], mode: "hard" };
/** Longer than any lease is counted. */
const lapseMs = 6_100;

let world: World;
let node: Node;
beforeEach(() => {
  world = new World(1);
  [node] = world.nodes as [Node];
  world.startLog();
  node.boot();
});
afterEach(() => world.close());

/** Everything on the way arrives, of whatever follows from it too. */
async function arrive(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) {
    await node.process?.link.deliver("up");
    await node.process?.link.deliver("down");
  }
  await world.breathe();
}

async function catchUp(): Promise<void> {
  world.connect(node);
  await arrive();
}

/** Asks once; the origin is quick. */
async function ask(): Promise<void> {
  world.ask(node);
  await world.breathe();
  for (const fetch of node.process?.fetches ?? []) world.origin.read(fetch);
  while (node.process?.fetches.length) world.origin.land(node.process.fetches, 0);
  await world.breathe();
}

/** Nobody hears of the node until all jobs are DONE without it. */
async function lapse(): Promise<void> {
  world.pass(lapseMs);
  await world.breathe();
  expect(world.unfinished).toBe(0);
}

/** The next answer is as new as it must be, and the world goes on. */
async function expectHonestAnswer(): Promise<void> {
  const { answers } = world.books;
  await ask();
  expect([world.books.violations, world.books.answers]).toEqual([[], answers + 1]);
  await world.heal();
  expect([world.unfinished, world.books.violations]).toEqual([0, []]);
}

test("a node that joins gets its lease although a row is added on each way to it and back", async () => {
  world.connect(node);
  let ways = 0;
  for (; !node.process?.follower.isReady() && ways < 20; ways++) {
    await world.purgeOther("hard");
    // All that waits: a message and what came with it.
    for (let at = 0; at < 10; at++) await node.process?.link.deliver(ways % 2 === 0 ? "up" : "down");
  }
  expect(ways).toBeLessThan(20);
  await world.heal();
  expect([world.unfinished, world.books.violations]).toEqual([0, []]);
});

/** The log is set back to its first row. The node's picture is stamped with a later row, and the node is at that row. */
async function setBack(rows: number): Promise<void> {
  await world.purgeOther("hard");
  await catchUp();
  world.saveLog();
  for (let row = 0; row < rows; row++) await world.purgeOther("hard");
  await catchUp();
  await ask();
}

test("a restarted node says up to where its disk is stamped: an older copy of the log has another row there", async () => {
  await setBack(1);
  node.crash();
  world.restoreLog(0, false);
  world.startLog();
  await world.purge(hardPurge);
  await lapse();
  node.boot();
  await catchUp();
  await expectHonestAnswer();
});

/**
 * An older copy of the log goes on, its identity unchanged, and forgets the row that would tell: then only a new line of
 * the node voids what was stamped by rows of the other.
 */
async function goOnAndForget(): Promise<void> {
  world.restoreLog(0, false);
  world.startLog();
  await world.purge(hardPurge);
  for (let row = 0; row < 3; row++) await world.purgeOther("hard");
  await lapse();
  await world.compact(100);
}

test("a restarted node begins another line than the process before it", async () => {
  await setBack(3);
  node.crash();
  await goOnAndForget();
  node.boot();
  await catchUp();
  await expectHonestAnswer();
});

test("what a node stamped before the log forgot where it was does not count after", async () => {
  await setBack(3);
  node.process?.link.drop();
  await goOnAndForget();
  await catchUp();
  await expectHonestAnswer();
});

test("what a node stamped by another log does not count by this one", async () => {
  await setBack(1);
  node.process?.link.drop();
  world.restoreLog(0, true);
  world.startLog();
  await world.purge(hardPurge);
  await lapse();
  await catchUp();
  await expectHonestAnswer();
});

test("rows that overtake the welcome are not taken for rows of the log that was followed before", async () => {
  await setBack(3);
  node.process?.link.drop();
  await goOnAndForget();
  world.connect(node);
  await node.process?.link.deliver("up");
  await world.breathe();
  node.process?.link.reorder("down");
  await node.process?.link.deliver("down");
  await node.process?.link.deliver("up");
  node.process?.link.drop();
  await catchUp();
  await expectHonestAnswer();
});

test("a folded row purges what each of its parts did", async () => {
  await catchUp();
  await ask();
  node.crash();
  await world.purge(hardPurge);
  await world.purgeOther("hard");
  await lapse();
  await world.compact(1);
  node.boot();
  await catchUp();
  await expectHonestAnswer();
});
