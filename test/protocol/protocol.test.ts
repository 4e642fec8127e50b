/**
 * The promise, for generated schedules: the real resolver, follower, membership, hub, settler and log, with every
 * message, origin read, tick, cut, crash and restart in an order that chance decides and that a seed repeats.
 */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { createWorld, type World } from "./world.ts";

type Command = readonly [name: keyof typeof commands, node: number, detail: number];

const scopes = [
  { scope: "original", urls: ["/h.io/a.bmp"] },
  { scope: "original", urls: ["/h.io/*"] },
  { scope: "all" },
  { scope: "urls", urls: ["/h.io/a.bmp"] },
];

const commands = {
  purge: (world: World, _at: number, detail: number) =>
    world.purge(detail % 3 === 0 ? "soft" : "hard", scopes[detail % 4] as object),
  ask: (world: World, at: number) => world.ask(node(world, at)),
  read: (world: World, at: number, detail: number) => {
    const fetches = node(world, at).process?.fetches ?? [];
    world.read(fetches[detail % Math.max(1, fetches.length)]);
  },
  land: (world: World, at: number, detail: number) => {
    const fetches = node(world, at).process?.fetches ?? [];
    world.land(fetches, detail % Math.max(1, fetches.length));
  },
  /** The origin is quick for once. */
  fetched: (world: World, at: number) => {
    const fetches = node(world, at).process?.fetches ?? [];
    for (const fetch of fetches) world.read(fetch);
    while (fetches.length > 0) world.land(fetches, 0);
  },
  up: (world: World, at: number) => node(world, at).process?.link.deliver("up"),
  down: (world: World, at: number) => node(world, at).process?.link.deliver("down"),
  connect: (world: World, at: number) => world.connect(node(world, at)),
  /** Reconnects and delivers all that waits: without it, long runs of luck are needed to win a lease. */
  catchUp: (world: World, at: number) => {
    world.connect(node(world, at));
    for (let turn = 0; turn < 12; turn++) {
      node(world, at).process?.link.deliver("up");
      node(world, at).process?.link.deliver("down");
    }
  },
  drop: (world: World, at: number) => node(world, at).process?.link.drop(),
  cut: (world: World, at: number) => setCut(world, at, true),
  heal: (world: World, at: number) => setCut(world, at, false),
  crash: (world: World, at: number) => world.crash(node(world, at)),
  boot: (world: World, at: number) => world.boot(node(world, at)),
  killLog: (world: World) => world.killLog(),
  startLog: (world: World) => world.startLog(),
  pass: (world: World, _at: number, detail: number) =>
    world.pass([10, 400, 1_000, 2_600, 6_100][detail % 5] as number),
};

function node(world: World, at: number) {
  return world.nodes[at % world.nodes.length] as World["nodes"][number];
}

function setCut(world: World, at: number, isCut: boolean): void {
  const { process } = node(world, at);
  if (process) process.link.isCut = isCut;
}

/** Ordinary events are more frequent than faults, or nothing would ever get far enough to go wrong. */
const weights: Record<keyof typeof commands, number> = {
  ...{ ask: 8, fetched: 4, read: 2, land: 2, purge: 4, catchUp: 4, up: 3, down: 3, pass: 3, connect: 2 },
  ...{ drop: 1, cut: 1, heal: 2, crash: 1, boot: 3, killLog: 1, startLog: 3 },
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

async function play(steps: readonly Command[]): Promise<ReturnType<World["report"]>> {
  const world = createWorld(2);
  try {
    world.startLog();
    for (const each of world.nodes) {
      world.boot(each);
      world.connect(each);
    }
    for (const [command, at, detail] of steps) {
      commands[command](world, at, detail);
      await world.breathe();
    }
    await world.heal();
    return world.report();
  } finally {
    world.close();
  }
}

const runs = Number(process.env.RUNS ?? 300);

test(`in ${runs} schedules with faults, no answer is older than a job that was DONE before it was asked for, and no job is lost`, async () => {
  const total = { answers: 0, jobsDone: 0 };
  await fc.assert(
    fc.asyncProperty(schedule, async (steps) => {
      const { violations, unfinished, answers, jobsDone } = await play(steps);
      total.answers += answers;
      total.jobsDone += jobsDone;
      expect(violations).toEqual([]);
      expect(unfinished).toBe(0);
    }),
    { numRuns: runs, ...(process.env.SEED && { seed: Number(process.env.SEED) }) },
  );
  console.log(`${runs} schedules: ${total.answers} answers and ${total.jobsDone} jobs checked`);
  // A world in which nothing ever happens would keep every promise.
  expect(total.answers).toBeGreaterThan(runs * 5);
  expect(total.jobsDone).toBeGreaterThan(runs);
}, 600_000);
