import { fillDisk } from "../faults/machine.ts";
import { invalidate } from "../invalidate.ts";
import { createAsk } from "./ask.ts";
import { damageFile, killChild, memoryOf } from "./harm.ts";
import { startWorld, type World } from "./world.ts";

type Ask = ReturnType<typeof createAsk>["ask"];

const any = (count: number) => Math.floor(Math.random() * count);

function pagesOf({ origin }: World) {
  return {
    hot: Array.from({ length: 8 }, (_, at) => `/http://${origin.well}/photo/${at}.jpg?w=${100 + 20 * at}`),
    cold: () => {
      const format = any(12) === 0 ? "&force_format=avif" : "";
      return `/http://${origin.well}/photo/${any(60)}.jpg?w=${40 + 40 * any(16)}${format}`;
    },
    ill: () => `/http://${origin.ill}${origin.illPages[any(origin.illPages.length)]}?n=${any(50)}&w=50`,
  };
}

/** Another version of an original, a purge, and a look whether what is answered after DONE is the new one. */
async function renew(
  { origin, purge }: World,
  ask: Ask,
  wrong: string[],
  done: { renewed: number },
): Promise<void> {
  const path = `/http://${origin.well}/changing.jpg`;
  await Bun.sleep(200);
  origin.change();
  await invalidate(purge, { scope: "original", urls: [path] });
  const answer = await ask(`${path}?func=proxy`, false);
  if (!answer) return;
  if (!Buffer.from(answer.bytes).equals(origin.current())) wrong.push("old bytes after DONE");
  else done.renewed++;
}

function createHarm({ server, folder, disk }: World) {
  const done = { killed: 0, damaged: 0, filled: 0 };
  return {
    done,
    async next(): Promise<void> {
      await Bun.sleep(200 + any(600));
      if (any(3) === 0 && killChild(server.pid)) done.killed++;
      for (let times = 0; times < 30; times++) if (damageFile(`${folder}/data`)) done.damaged++;
      if (!disk || any(6) > 0) return;
      const makeRoom = fillDisk(folder);
      done.filled++;
      await Bun.sleep(500);
      makeRoom();
    },
  };
}

/** Asks for everything at once, while much goes wrong. */
export async function soak(seconds: number) {
  const world = await startWorld();
  const { server, purge, disk } = world;
  const pages = pagesOf(world);
  const { ask, byStatus, wrong } = createAsk(server.url);
  const harm = createHarm(world);
  const hits: number[] = [];
  /** Bytes, twice a second. */
  const memory: number[] = [];
  const done = { renewed: 0 };

  const endMs = performance.now() + seconds * 1000;
  const repeat = async (work: () => Promise<unknown>) => {
    while (performance.now() < endMs) await work();
  };
  const times = (count: number, work: () => Promise<unknown>) =>
    Array.from({ length: count }, () => repeat(work));
  try {
    await Promise.all([
      ...times(8, async () => {
        const answer = await ask(pages.hot[any(pages.hot.length)] as string, true);
        if (answer) hits.push(answer.ms);
      }),
      ...times(12, () => ask(pages.cold(), true)),
      ...times(4, () => ask(pages.ill(), false)),
      ...times(1, () => renew(world, ask, wrong, done)),
      ...times(1, harm.next),
      ...times(1, async () => {
        memory.push(memoryOf(server.pid));
        await Bun.sleep(500);
      }),
    ]);
    if (!server.isAlive() || !purge.isAlive()) wrong.push("a service ended");
    // Once all that is over everything is as it should be.
    for (const target of pages.hot)
      if (!(await ask(target, true))) wrong.push(`no picture any more: ${target}`);
    return {
      ...{ byStatus, wrong, memory, harm: { ...harm.done, ...done } },
      /** In the order in which they were answered. */
      hitMs: hits,
      skipped: disk ? [] : ["full disks: mounting small ones takes root"],
      output: server.output() + purge.output(),
    };
  } finally {
    await world.stop();
  }
}
