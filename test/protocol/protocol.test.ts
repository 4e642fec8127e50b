/**
 * The promise, for generated schedules: the real resolver, follower, membership, hub, settler and log, with every
 * message, origin read, tick, cut, crash and restart in an order that chance decides and that a seed repeats.
 */
import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Direction } from "./network.ts";
import type { Node } from "./node.ts";
import { World } from "./world.ts";

type Command = readonly [name: keyof typeof commands, node: number, detail: number];

const scopes = [
  { scope: "original", urls: ["/h.io/a.bmp"] },
  { scope: "original", urls: ["/h.io/*"] },
  { scope: "all" },
  { scope: "urls", urls: ["/h.io/a.bmp?w=5"] },
  { scope: "tag", tags: ["red"] },
  { scope: "original", urls: ["/h.io/a.bmp"], transformations: ["?w=5"] },
];
const modes = ["hard", "revalidate", "soft", "erase"];
const pauses = [10, 400, 1_000, 2_600, 6_100];

/** What can happen: to one of the nodes, with a number that decides the rest. */
const commands = {
  purge: (world: World, _node: Node, detail: number) =>
    world.purge({ ...pick(scopes, detail), mode: pick(modes, Math.floor(detail / scopes.length)) }),
  purgeOther: (world: World, _node: Node, detail: number) => world.purgeOther(pick(modes, detail)),
  ask: (world: World, node: Node) => world.ask(node),
  read: (world: World, { process }: Node, detail: number) => {
    if (process?.fetches.length) world.origin.read(pick(process.fetches, detail));
  },
  land: (world: World, { process }: Node, detail: number) => {
    if (process?.fetches.length) world.origin.land(process.fetches, detail % process.fetches.length);
  },
  /** The origin is quick for once. */
  fetched: (world: World, { process }: Node) => {
    for (const fetch of process?.fetches ?? []) world.origin.read(fetch);
    while (process?.fetches.length) world.origin.land(process.fetches, 0);
  },
  up: (_world: World, { process }: Node) => process?.link.deliver("up"),
  down: (_world: World, { process }: Node) => process?.link.deliver("down"),
  connect: (world: World, node: Node) => world.connect(node),
  /** Reconnects and delivers what waits: without it, long runs of luck are needed to win a lease. */
  catchUp: async (world: World, node: Node) => {
    world.connect(node);
    for (let turn = 0; turn < 12; turn++) {
      await node.process?.link.deliver("up");
      await node.process?.link.deliver("down");
    }
  },
  drop: (_world: World, { process }: Node) => process?.link.drop(),
  cut: (_world: World, { process }: Node) => process && setCut(process.link, true),
  heal: (_world: World, { process }: Node) => process && setCut(process.link, false),
  crash: (_world: World, node: Node) => node.crash(),
  boot: (_world: World, node: Node) => node.boot(),
  killLog: (world: World) => world.killLog(),
  startLog: (world: World) => world.startLog(),
  compact: (world: World, _node: Node, detail: number) => void world.compact(detail % 8),
  saveLog: (world: World) => world.saveLog(),
  restoreLog: (world: World, _node: Node, detail: number) => world.restoreLog(detail, true),
  loseRows: (world: World, _node: Node, detail: number) => world.restoreLog(detail, false),
  duplicate: (_world: World, { process }: Node, detail: number) =>
    process?.link.duplicate(directionOf(detail)),
  reorder: (_world: World, { process }: Node, detail: number) => process?.link.reorder(directionOf(detail)),
  pass: (world: World, _node: Node, detail: number) => world.pass(pick(pauses, detail)),
};

function pick<T>(list: readonly T[], at: number): T {
  return list[at % list.length] as T;
}

function directionOf(detail: number): Direction {
  return detail % 2 === 0 ? "up" : "down";
}

function setCut(link: { isCut: boolean }, isCut: boolean): void {
  link.isCut = isCut;
}

/** Ordinary events are more frequent than faults, or nothing would ever get far enough to go wrong. */
const weights: Record<keyof typeof commands, number> = {
  ...{ ask: 8, fetched: 4, read: 2, land: 2, purge: 4, catchUp: 4, up: 3, down: 3, pass: 3, connect: 2 },
  ...{ drop: 1, cut: 1, heal: 2, crash: 1, boot: 3, killLog: 1, startLog: 3 },
  ...{ purgeOther: 3, compact: 4, saveLog: 1, restoreLog: 1, loseRows: 1, duplicate: 2, reorder: 2 },
};
const name = fc.oneof(
  ...Object.entries(weights).map(([command, weight]) => ({
    weight,
    arbitrary: fc.constant(command as keyof typeof commands),
  })),
);
const schedule: fc.Arbitrary<Command[]> = fc.array(fc.tuple(name, fc.nat(1), fc.nat(59)), {
  minLength: 20,
  maxLength: 120,
  size: "max",
});

async function play(steps: readonly Command[]): Promise<World> {
  const world = new World(2);
  try {
    world.startLog();
    for (const node of world.nodes) {
      node.boot();
      world.connect(node);
    }
    for (const [command, at, detail] of steps) {
      await commands[command](world, pick(world.nodes, at), detail);
      await world.breathe();
    }
    await world.heal();
    return world;
  } finally {
    world.close();
  }
}

const runs = Number(process.env.RUNS ?? 300);

test(`in ${runs} schedules with faults, no answer is older than a job that was DONE before it was asked for, and no job is lost`, async () => {
  const total = { answers: 0, jobsDone: 0, audits: 0 };
  await fc.assert(
    fc.asyncProperty(schedule, async (steps) => {
      const { books, unfinished, nodes } = await play(steps);
      total.answers += books.answers;
      total.jobsDone += books.jobsDone;
      expect(books.violations).toEqual([]);
      expect(unfinished).toBe(0);
      for (const { audits } of nodes) {
        total.audits += audits.looks;
        expect(audits.violations).toBe(0);
      }
    }),
    { numRuns: runs, ...(process.env.SEED && { seed: Number(process.env.SEED) }) },
  );
  console.log(`${runs} schedules: ${total.answers} answers and ${total.jobsDone} jobs checked`);
  // A world in which nothing ever happens would keep every promise.
  expect(total.answers).toBeGreaterThan(runs * 5);
  expect(total.jobsDone).toBeGreaterThan(runs);
  expect(total.audits).toBeGreaterThan(runs);
}, 600_000);
