import { afterEach, describe, expect, test } from "bun:test";
import { FreshetError } from "@freshet/core";
import type { testJobs } from "./test-jobs.ts";
import { createWorkerPool, JobError, type WorkerPool } from "./worker-pool.ts";

type Jobs = typeof testJobs;

const entry = new URL("./test-worker.ts", import.meta.url);
let pools: WorkerPool<Jobs>[] = [];

function createPool({ size = 1, jobMs = 20_000, idleMs = 20_000 } = {}): WorkerPool<Jobs> {
  const pool = createWorkerPool<Jobs>(entry, { size, jobMs, idleMs });
  pools.push(pool);
  return pool;
}

afterEach(() => {
  for (const pool of pools) pool.close();
  pools = [];
});

/** How a job ended that was not to end well. */
async function failureOf(job: Promise<unknown>): Promise<unknown> {
  const error = await job.then(
    () => null,
    (error: unknown) => error,
  );
  if (error instanceof FreshetError) return [error.code, error.detail];
  return error instanceof JobError ? error.reason : error;
}

describe("a job", () => {
  test("gets its input and gives its output", async () => {
    expect(await createPool().run("double", 21)).toBe(42);
  });

  test("takes bytes away where it is told to, and copies them where not", async () => {
    const pool = createPool();
    const [moved, copied] = [new Uint8Array([1, 2, 3]), new Uint8Array([4, 5, 6])];
    expect(await pool.run("reverse", moved, [moved.buffer])).toEqual({
      reversed: new Uint8Array([3, 2, 1]),
      length: 3,
    });
    expect((await pool.run("reverse", copied)).reversed).toEqual(new Uint8Array([6, 5, 4]));
    expect([moved.byteLength, copied.byteLength]).toEqual([0, 3]);
  });

  test("may give a part of a larger buffer", async () => {
    expect((await createPool().run("part of a buffer", undefined)).part).toEqual(new Uint8Array([2, 3]));
  });

  test("keeps an error's public face", async () => {
    expect(await failureOf(createPool().run("refuse", undefined))).toEqual(["image_broken", "it is torn"]);
  });

  test("that fails, cannot be loaded or sends what cannot be sent spoils nothing", async () => {
    const pool = createPool();
    for (const name of ["fail", "cannot be loaded", "cannot be cloned", "memory of WebAssembly"] as const) {
      expect(await failureOf(pool.run(name, undefined as never))).toBe("thrown");
    }
    expect(await pool.run("double", 4)).toBe(8);
    expect(pool.workers).toBe(1);
  });

  test("whose input cannot be sent fails at once", async () => {
    const pool = createPool();
    expect(await failureOf(pool.run("double", (() => 1) as never))).toBe("thrown");
    expect(await pool.run("double", 4)).toBe(8);
  });

  test("that there is not fails", async () => {
    expect(await failureOf(createPool().run("nonsense" as "double", 1))).toBe("thrown");
  });
});

describe("a worker", () => {
  test("that hangs is ended and replaced", async () => {
    const pool = createPool({ jobMs: 300 });
    const [hanging, waiting] = [pool.run("hang", undefined), pool.run("double", 3)];
    expect(await failureOf(hanging)).toBe("late");
    expect(await waiting).toBe(6);
  });

  test("that hangs does not go on behind the scenes", async () => {
    const shared = new Int32Array(new SharedArrayBuffer(4));
    expect(await failureOf(createPool({ jobMs: 300 }).run("count", shared))).toBe("late");
    // A thread is ended at its next step: this loop comes to no end if it is not.
    for (let seen = -1; seen !== shared[0]; await Bun.sleep(20)) seen = shared[0] ?? 0;
    expect(shared[0]).toBeGreaterThan(0);
  });

  for (const name of ["exit", "fail later"] as const) {
    test(`that dies (${name}) fails its job only, and is replaced`, async () => {
      const pool = createPool();
      const [dying, waiting] = [pool.run(name, undefined), pool.run("double", 3)];
      expect(await failureOf(dying)).toBe("died");
      expect(await waiting).toBe(6);
    });
  }

  test("is started when it is needed, and not before", async () => {
    const pool = createPool({ size: 2 });
    expect(pool.workers).toBe(0);
    await pool.run("double", 1);
    await pool.run("double", 1);
    expect(pool.workers).toBe(1);
    await Promise.all([pool.run("double", 1), pool.run("double", 1), pool.run("double", 1)]);
    expect(pool.workers).toBe(2);
  });

  test("is ended when there has been nothing to do", async () => {
    const pool = createPool({ idleMs: 1 });
    await pool.run("double", 1);
    while (pool.workers > 0) await Bun.sleep(1);
    expect(await pool.run("double", 2)).toBe(4);
  });
});

describe("a pool", () => {
  test("does what waits in the order in which it came", async () => {
    const pool = createPool();
    const done: number[] = [];
    await Promise.all([5, 3, 9].map(async (value) => done.push(await pool.run("double", value))));
    expect(done).toEqual([10, 6, 18]);
  });

  test("that is closed ends what runs and what waits, and leaves no thread", async () => {
    const pool = createPool();
    const jobs = [pool.run("hang", undefined), pool.run("double", 1)];
    pool.close();
    expect(await Promise.all(jobs.map(failureOf))).toEqual(["died", "died"]);
    expect(pool.workers).toBe(0);
  });

  test("lets the process end with an idle worker, and not before a job is done", async () => {
    const script = `
      import { createWorkerPool } from ${JSON.stringify(new URL("./worker-pool.ts", import.meta.url).href)};
      const options = { size: 1, jobMs: 20_000, idleMs: 1_000_000 };
      createWorkerPool(new URL(${JSON.stringify(entry.href)}), options).run("double", 4).then(console.log);
    `;
    const child = Bun.spawn(["bun", "-e", script], { stdout: "pipe", stderr: "inherit" });
    expect(await new Response(child.stdout).text()).toBe("8\n");
    expect(await child.exited).toBe(0);
  });
});
