import { expect, test } from "bun:test";
import { createCompactor } from "./compactor.ts";

/** A log of which only the size matters. */
function setUp(size: number, left: number) {
  const log = { rows: size, head: size, calls: 0, done: Promise.withResolvers<void>() };
  const compact = createCompactor(
    {
      size: () => log.rows,
      head: () => log.head,
      async compact() {
        log.calls++;
        const before = log.head;
        await log.done.promise;
        log.rows = left + log.head - before;
      },
    },
    100,
  );
  return { log, compact };
}

test("a log within its bound is left alone, and one beyond it is compacted once at a time", async () => {
  const { log, compact } = setUp(100, 80);
  await compact();
  expect(log.calls).toBe(0);
  log.rows = 101;
  const first = compact();
  await compact();
  log.done.resolve();
  await first;
  await compact();
  expect(log.calls).toBe(1);
});

test("one that cannot be made short enough is tried again when it has grown by a tenth of the bound", async () => {
  const { log, compact } = setUp(150, 150);
  log.done.resolve();
  for (const rows of [150, 150, 160, 161, 160]) {
    log.rows = rows;
    await compact();
  }
  expect(log.calls).toBe(2);
});

test("rows that came while it was compacted are no reason to let it grow", async () => {
  const { log, compact } = setUp(101, 80);
  const first = compact();
  log.rows += 400;
  log.head += 400;
  log.done.resolve();
  await first;
  expect(log.rows).toBe(480);
  await compact();
  expect(log.calls).toBe(2);
});

test("what failed is tried again, too, and says so", async () => {
  const { log, compact } = setUp(150, 80);
  log.done.reject(new Error("disk full"));
  await expect(compact()).rejects.toThrow("disk full");
  log.rows = 161;
  await expect(compact()).rejects.toThrow("disk full");
  expect(log.calls).toBe(2);
});
