import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FreshetError } from "@freshet/core";
import { encodeEntry } from "../cache/entry.ts";
import { keyOf } from "../cache/store.suite.ts";
import { type ChildPool, type ChildPoolOptions, createChildPool } from "./child-pool.ts";
import { JobError } from "./job-error.ts";
import type { testJobs } from "./test-jobs.ts";

type Jobs = typeof testJobs;

const command = [process.execPath, fileURLToPath(new URL("./test-child.ts", import.meta.url))];
const usual: ChildPoolOptions = {
  size: 1,
  jobMs: 20_000,
  jobBytes: 1_000_000_000,
  keptBytes: 1_000_000_000,
  keepBytes: 10_000,
  idleMs: 20_000,
  restBytes: 1_000_000_000,
};
let pools: ChildPool<Jobs>[] = [];

function createPool(options: Partial<ChildPoolOptions> = {}): ChildPool<Jobs> {
  const pool = createChildPool<Jobs>(command, { ...usual, ...options });
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

/** Whether there is such a process, and it is no zombie. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("a job", () => {
  test("gets its input and gives its output", async () => {
    expect(await createPool().run("double", 21)).toBe(42);
  });

  test("gets files whole, however large, and the caller keeps them", async () => {
    const large = new Uint8Array(5_000_001).map((_, at) => at % 251);
    const files = [new Uint8Array(0), new Uint8Array([1, 2, 3]), large, large.subarray(7, 9)];
    const reversed = await createPool().run("reverse", null, files);
    expect(reversed.map(({ length }) => length)).toEqual([0, 3, 5_000_001, 2]);
    expect(Buffer.from(reversed[2] as Uint8Array).equals(large.toReversed())).toBe(true);
    expect(reversed[3]).toEqual(new Uint8Array([8, 7]));
    expect(large.byteLength).toBe(5_000_001);
  });

  test("keeps an error's public face", async () => {
    expect(await failureOf(createPool().run("refuse", undefined))).toEqual(["image_broken", "it is torn"]);
  });

  test("that fails, cannot be loaded or sends what cannot be sent spoils nothing", async () => {
    const pool = createPool();
    for (const name of ["fail", "cannot be loaded", "cannot be cloned"] as const) {
      expect(await failureOf(pool.run(name, undefined as never))).toBe("thrown");
    }
    expect(await pool.run("double", 4)).toBe(8);
    expect(pool.pids).toHaveLength(1);
  });

  test("whose input cannot be sent fails at once", async () => {
    const pool = createPool();
    expect(await failureOf(pool.run("double", (() => 1) as never))).toBe("thrown");
    expect(await pool.run("double", 4)).toBe(8);
  });

  test("that there is not fails", async () => {
    expect(await failureOf(createPool().run("nonsense" as "double", 1))).toBe("thrown");
  });

  test("sees no setting of the parent, where keys are", async () => {
    process.env.FRESHET_TEST_SECRET = "hush";
    const environment = await createPool().run("environment", undefined);
    delete process.env.FRESHET_TEST_SECRET;
    expect(JSON.stringify(environment)).not.toContain("hush");
    expect(Object.keys(environment)).toContain("PATH");
  });
});

describe("a child", () => {
  test.each(["hang", "hang in WebAssembly"] as const)(
    "in an endless loop (%s) is killed and replaced",
    async (name) => {
      const pool = createPool({ jobMs: 500 });
      await pool.run("double", 1);
      const [pid = 0] = pool.pids;
      const [hanging, waiting] = [pool.run(name, undefined), pool.run("double", 3)];
      expect(await failureOf(hanging)).toBe("late");
      expect(await waiting).toBe(6);
      while (isAlive(pid)) await Bun.sleep(5);
      expect(pool.pids).not.toContain(pid);
    },
  );

  test.skipIf(process.platform !== "linux")(
    "that takes memory without end is killed and replaced",
    async () => {
      const pool = createPool({ jobBytes: 400_000_000 });
      const [taking, waiting] = [pool.run("take memory", undefined), pool.run("double", 3)];
      expect(await failureOf(taking)).toBe("memory");
      expect(await waiting).toBe(6);
    },
  );

  test.skipIf(process.platform !== "linux")(
    "that keeps much memory is replaced by the next job",
    async () => {
      const pool = createPool({ keptBytes: 300_000_000 });
      const before = await pool.run("pid", undefined);
      await pool.run("hold memory", 1_000);
      expect(await pool.run("pid", undefined)).toBe(before);
      await pool.run("hold memory", 400_000_000);
      expect(await pool.run("pid", undefined)).not.toBe(before);
    },
  );

  const deaths = [
    ["SIGSEGV", "crashed"],
    ["SIGABRT", "crashed"],
    ["SIGBUS", "crashed"],
    ["SIGILL", "crashed"],
    ["SIGFPE", "crashed"],
    ["SIGKILL", "killed"],
    ["SIGTERM", "killed"],
  ] as const;
  test.each(deaths)("that dies of %s fails its job only (%s), and is replaced", async (signal, reason) => {
    const pool = createPool({ size: 2 });
    const other = pool.run("double", 5);
    const [dying, waiting] = [pool.run("signal", signal), pool.run("double", 3)];
    expect(await failureOf(dying)).toBe(reason);
    expect([await other, await waiting]).toEqual([10, 6]);
  });

  test.each(["exit", "fail later"] as const)("that ends by itself (%s) fails its job only", async (name) => {
    const pool = createPool();
    const [dying, waiting] = [pool.run(name, undefined), pool.run("double", 3)];
    expect(await failureOf(dying)).toBe("crashed");
    expect(await waiting).toBe(6);
  });

  test("is started when it is needed, and not before", async () => {
    const pool = createPool({ size: 2 });
    expect(pool.pids).toEqual([]);
    await pool.run("double", 1);
    await pool.run("double", 1);
    expect(pool.pids).toHaveLength(1);
    await Promise.all([pool.run("double", 1), pool.run("double", 1), pool.run("double", 1)]);
    expect(pool.pids).toHaveLength(2);
  });

  test("is ended when there has been nothing to do, but for the last one", async () => {
    const pool = createPool({ size: 2, idleMs: 1 });
    await Promise.all([pool.run("double", 1), pool.run("double", 1)]);
    while (pool.pids.length > 1) await Bun.sleep(1);
    expect(await pool.run("double", 2)).toBe(4);
    expect(pool.pids).toHaveLength(1);
  });

  test.skipIf(process.platform !== "linux")(
    "is replaced when there has been nothing to do, and it holds much memory",
    async () => {
      const pool = createPool({ idleMs: 1, restBytes: 300_000_000 });
      const before = await pool.run("pid", undefined);
      await Bun.sleep(20);
      expect(pool.pids).toEqual([before]);
      await pool.run("hold memory", 400_000_000);
      while (pool.pids.includes(before)) await Bun.sleep(1);
      expect(pool.pids).toHaveLength(1);
      expect(await pool.run("double", 2)).toBe(4);
    },
  );
});

describe("a file that a child may keep", () => {
  const file = new Uint8Array(3_000).fill(7);
  const uses = (pool: ChildPool<Jobs>, name: string | null, bytes = file) =>
    pool.run("use kept", null, [bytes], name);

  test("is not sent again, and neither is what was made of it made again", async () => {
    const pool = createPool();
    expect(await uses(pool, "a")).toEqual({ length: 3_000, first: 7, uses: 1 });
    // Had it been sent, it would be another one.
    expect(await uses(pool, "a", new Uint8Array(5))).toEqual({ length: 3_000, first: 7, uses: 2 });
    expect(await uses(pool, null)).toEqual({ length: 3_000, first: 7, uses: 0 });
  });

  test("is dropped where there is no room, what was used last at last", async () => {
    const pool = createPool();
    for (const name of ["a", "b", "c", "a", "d"]) await uses(pool, name);
    expect((await uses(pool, "a")).uses).toBe(3);
    expect((await uses(pool, "b")).uses).toBe(1);
    const none = createPool({ keepBytes: 0 });
    for (let time = 0; time < 2; time++) expect((await uses(none, "a")).uses).toBe(1);
  });

  test("brings the next job of its name to the child that has it", async () => {
    const pool = createPool({ size: 2 });
    const [one, other] = await Promise.all([uses(pool, "a"), uses(pool, "b")]);
    expect([one.uses, other.uses]).toEqual([1, 1]);
    for (const name of ["b", "a", "b"]) expect((await uses(pool, name)).uses).toBeGreaterThan(1);
  });

  test("is gone with its child when it is to be forgotten, now or after the job", async () => {
    const pool = createPool({ size: 2 });
    await Promise.all([uses(pool, "a"), uses(pool, "b")]);
    const pids = pool.pids;
    pool.forget("a");
    expect(pool.pids).toEqual([pids[1] as number]);
    expect((await uses(pool, "b")).uses).toBe(2);
    const running = uses(pool, "c");
    pool.forget("c");
    expect((await running).uses).toBe(1);
    pool.forget();
    expect(pool.pids).toEqual([]);
    expect((await uses(pool, "b")).uses).toBe(1);
  });

  test("is kept by nobody if it was on its way, or waited, when it was to be forgotten", async () => {
    const pool = createPool();
    const [running, waiting] = [pool.run("double", 1), uses(pool, "a")];
    pool.forget("a");
    await running;
    expect((await waiting).uses).toBe(0);
    for (let time = 0; time < 2; time++) expect((await uses(pool, "a")).uses).toBe(0);
    for (const times of [1, 2]) expect((await uses(pool, "b")).uses).toBe(times);
  });
});

describe("a file that lies in the cache", () => {
  const folder = mkdtempSync(join(tmpdir(), "freshet-pool-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const inHand = new Uint8Array(100_000).fill(7);
  const [key, path] = [keyOf(1), join(folder, "file")];
  const find = async () => ({ path, key });
  const use = (pool: ChildPool<Jobs>, name: string | null) => pool.run("use kept", null, [inHand], name);

  test("is read there by the child, once, and only if it has a name", async () => {
    // Other bytes than those in hand, to tell where they come from.
    writeFileSync(path, encodeEntry({ bytes: inHand.fill(8, 0, 1), type: "" }, key));
    inHand.fill(7);
    const pool = createPool({ keepBytes: 1e6, find });
    expect((await use(pool, "a")).first).toBe(8);
    rmSync(path);
    expect(await use(pool, "a")).toEqual({ length: 100_000, first: 8, uses: 2 });
    expect((await use(pool, null)).first).toBe(7);
  });

  test("and is lost or damaged there is handed over as it is, to the same child", async () => {
    const pool = createPool({ keepBytes: 1e6, find });
    rmSync(path, { force: true });
    expect(await use(pool, "a")).toEqual({ length: 100_000, first: 7, uses: 1 });
    const { pids } = pool;
    writeFileSync(path, encodeEntry({ bytes: inHand, type: "" }, key).fill(1, 500, 600));
    for (const uses of [1, 2]) expect(await use(pool, "b")).toEqual({ length: 100_000, first: 7, uses });
    expect(pool.pids).toEqual(pids);
  });

  test("and is to be forgotten while it is looked for is kept by no child", async () => {
    const looking = Promise.withResolvers<void>();
    const pool = createPool({
      keepBytes: 1e6,
      find: async () => {
        pool.forget("a");
        looking.resolve();
        return find();
      },
    });
    const running = use(pool, "a");
    await looking.promise;
    const [pid] = pool.pids;
    expect((await running).uses).toBe(1);
    expect(pool.pids).not.toContain(pid as number);
  });

  test("and cannot be looked for fails the job only", async () => {
    const pool = createPool({ find: () => Promise.reject(new Error("no books")) });
    expect(await failureOf(use(pool, "a"))).toBe("thrown");
    expect(await pool.run("double", 4)).toBe(8);
  });
});

describe("a pool", () => {
  test("does what waits in the order in which it came", async () => {
    const pool = createPool();
    const done: number[] = [];
    await Promise.all([5, 3, 9].map(async (value) => done.push(await pool.run("double", value))));
    expect(done).toEqual([10, 6, 18]);
  });

  test("that is closed ends what runs and what waits, and leaves no process", async () => {
    const pool = createPool();
    await pool.run("double", 1);
    const [pid = 0] = pool.pids;
    const jobs = [pool.run("hang", undefined), pool.run("double", 1)];
    pool.close();
    expect(await Promise.all(jobs.map(failureOf))).toEqual(["killed", "killed"]);
    while (isAlive(pid)) await Bun.sleep(5);
    expect(pool.pids).toEqual([]);
  });

  const script = (job: string) => `
    import { createChildPool } from ${JSON.stringify(new URL("./child-pool.ts", import.meta.url).href)};
    const options = ${JSON.stringify({ ...usual, idleMs: 1_000_000 })};
    const pool = createChildPool(${JSON.stringify(command)}, options);
    console.log(await pool.run("double", 4), pool.pids[0]);
    ${job}
  `;

  test("lets the process end with an idle child, which ends, too", async () => {
    const parent = Bun.spawn([process.execPath, "-e", script("")], { stdout: "pipe", stderr: "inherit" });
    const [answer, pid] = (await new Response(parent.stdout).text()).trim().split(" ");
    expect([answer, await parent.exited]).toEqual(["8", 0]);
    while (isAlive(Number(pid))) await Bun.sleep(5);
  });

  test.each(["hang", "hang in WebAssembly"])(
    "takes its children along when it is killed (%s)",
    async (name) => {
      const parent = Bun.spawn([process.execPath, "-e", script(`await pool.run("${name}")`)], {
        stdout: "pipe",
        stderr: "inherit",
      });
      const { value = new Uint8Array() } = await parent.stdout.getReader().read();
      const pid = Number(new TextDecoder().decode(value).trim().split(" ")[1]);
      expect(isAlive(pid)).toBe(true);
      // The job is on its way or has begun: either way the child must notice.
      await Bun.sleep(50);
      parent.kill("SIGKILL");
      await parent.exited;
      while (isAlive(pid)) await Bun.sleep(5);
    },
  );
});
