import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createSlots } from "./slots.ts";

/** Work that ends when the test says so. */
function job() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const state = { began: false };
  const work = () => {
    state.began = true;
    return promise;
  };
  return { state, work, resolve, reject };
}

/** Lets everything happen that needs no help from outside. */
const settle = () => new Promise(setImmediate);

/** Not `expect(…).rejects`, which would wait for work that was let in by mistake longer than any time limit. */
const codeOf = (work: Promise<string>) => work.catch((error) => error.code);

describe("slots", () => {
  test("run so many at once, and let the others wait in line", async () => {
    const slots = createSlots(2, 10);
    const jobs = [job(), job(), job(), job()];
    const results = jobs.map(({ work }) => slots.run(work));
    const begun = () => jobs.map(({ state }) => state.began);
    expect([begun(), slots.running, slots.waiting]).toEqual([[true, true, false, false], 2, 2]);
    jobs[1]?.resolve("b");
    await settle();
    expect([begun(), slots.running, slots.waiting]).toEqual([[true, true, true, false], 2, 1]);
    for (const [at, { resolve }] of jobs.entries()) resolve("abcd"[at] as string);
    expect(await Promise.all(results)).toEqual(["a", "b", "c", "d"]);
    expect([slots.running, slots.waiting]).toEqual([0, 0]);
  });

  test("turn away who finds the line full, and serve those in it", async () => {
    const slots = createSlots(1, 1);
    const [first, second, third] = [job(), job(), job()];
    const served = [slots.run(first.work), slots.run(second.work)];
    expect(await codeOf(slots.run(third.work))).toBe("overloaded");
    expect(third.state.began).toBe(false);
    first.resolve("first");
    second.resolve("second");
    expect(await Promise.all(served)).toEqual(["first", "second"]);
    expect(await slots.run(async () => "room again")).toBe("room again");
  });

  test("with no line at all turn away at once", async () => {
    const slots = createSlots(1, 0);
    const first = job();
    const running = slots.run(first.work);
    expect(await codeOf(slots.run(async () => ""))).toBe("overloaded");
    first.resolve("done");
    expect(await running).toBe("done");
  });

  test("are handed on after work that fails, or cannot even start", async () => {
    const slots = createSlots(1, 10);
    const first = job();
    const failing = slots.run(first.work);
    const broken = slots.run(() => {
      throw new Error("broken");
    });
    const last = slots.run(async () => "served");
    first.reject(new Error("failed"));
    const outcomes = await Promise.allSettled([failing, broken, last]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
    expect([slots.running, slots.waiting]).toEqual([0, 0]);
  });

  test("never run more than they are, never lose one, and serve in order, whatever ends when", async () => {
    const scenario = fc.record({
      slots: fc.integer({ min: 1, max: 4 }),
      ends: fc.array(fc.record({ pick: fc.nat(), fails: fc.boolean() }), { maxLength: 30 }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ slots: count, ends }) => {
        const slots = createSlots(count, 100);
        const order: number[] = [];
        const jobs = ends.map(() => job());
        const all = jobs.map(({ work }, at) =>
          slots.run(() => {
            order.push(at);
            return work();
          }),
        );
        const outcomes = Promise.allSettled(all);
        const open = new Set(jobs);
        for (const { pick, fails } of ends) {
          const running = [...open].filter(({ state }) => state.began);
          expect(running.length).toBe(Math.min(count, open.size));
          expect(slots.running).toBe(running.length);
          const ending = running[pick % running.length] as (typeof running)[number];
          open.delete(ending);
          if (fails) ending.reject(new Error("failed"));
          else ending.resolve("done");
          await settle();
        }
        await outcomes;
        expect(order).toEqual(jobs.map((_, at) => at));
        expect([slots.running, slots.waiting]).toEqual([0, 0]);
      }),
      { numRuns: 50 },
    );
  });

  test("let what nobody waits for begin only when no other waits, and leave two slots free", async () => {
    const slots = createSlots(3, 10);
    const [now, ...laters] = [job(), job(), job()];
    const results = [slots.run(now.work), ...laters.map(({ work }, at) => slots.runLater(`${at}`, work))];
    const begun = () => laters.map(({ state }) => state.began);
    await settle();
    expect([begun(), slots.running, slots.waiting]).toEqual([[true, false], 2, 0]);
    now.resolve("now");
    laters[0]?.resolve("first");
    await settle();
    expect(begun()).toEqual([true, true]);
    laters[1]?.resolve("second");
    expect(await Promise.all(results)).toEqual(["now", "first", "second"]);
    expect(slots.running).toBe(0);
  });

  test("serve everybody who waits before what nobody waits for", async () => {
    const slots = createSlots(1, 10);
    const [first, later, second] = [job(), job(), job()];
    const results = [slots.run(first.work), slots.runLater("k", later.work), slots.run(second.work)];
    first.resolve("first");
    await settle();
    expect([second.state.began, later.state.began]).toEqual([true, false]);
    second.resolve("second");
    await settle();
    expect(later.state.began).toBe(true);
    later.resolve("later");
    expect(await Promise.all(results)).toEqual(["first", "later", "second"]);
  });

  test("hurry what somebody waits for after all; what has begun, or is not there, is left alone", async () => {
    const slots = createSlots(3, 10);
    const [first, second, third] = [job(), job(), job()];
    const results = [first, second, third].map(({ work }, at) => slots.runLater(`${at}`, work));
    await settle();
    expect([second.state.began, third.state.began]).toEqual([false, false]);
    for (const key of ["2", "0", "2", "none"]) slots.hurry(key);
    await settle();
    expect([second.state.began, third.state.began, slots.running]).toEqual([false, true, 2]);
    for (const [at, { resolve }] of [first, second, third].entries()) resolve(`${at}`);
    expect(await Promise.all(results)).toEqual(["0", "1", "2"]);
    expect(slots.running).toBe(0);
  });

  test("are handed on after later work that fails, and bounded for it", async () => {
    const slots = createSlots(1, 1);
    const [first, second, third] = [job(), job(), job()];
    const failing = codeOf(slots.runLater("a", first.work));
    const waiting = slots.runLater("b", second.work);
    expect(await codeOf(slots.runLater("c", third.work))).toBe("overloaded");
    first.reject(Object.assign(new Error("x"), { code: "failed" }));
    expect(await failing).toBe("failed");
    second.resolve("second");
    expect(await waiting).toBe("second");
  });
});
