import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createTurns, type TurnsOptions, type Wish } from "./turns.ts";

/** Work that ends when the test says so. */
function job(name = "") {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const state = { began: false };
  const work = () => {
    state.began = true;
    begun.push(name);
    return promise;
  };
  return { state, work, resolve, reject };
}

let begun: string[] = [];

/** Lets everything happen that needs no help from outside. */
const settle = () => new Promise(setImmediate);
const codeOf = (work: Promise<string>) => work.catch((error) => error.code);

type Name = "now" | "slow" | "later";
const wish = (kind: Name = "now", token = "t", origin = "o", key?: string): Wish<Name> => ({
  ...{ kind, token, origin },
  ...(key !== undefined && { key }),
});

function turnsOf(options: Partial<TurnsOptions<Name>> = {}, waiting = 10) {
  begun = [];
  const running = options.running ?? 1;
  const kinds = {
    now: { running, waiting },
    slow: { running: Math.max(1, Math.floor(running / 2)), waiting },
    later: { running: Math.max(1, running - 2), waiting, isLast: true },
  };
  return createTurns<Name>({ kinds, waitMs: 60_000, what: "pictures", ...options, running });
}

describe("turns", () => {
  test("run so many at once, and let the others wait in line", async () => {
    const turns = turnsOf({ running: 2 });
    const jobs = [job(), job(), job(), job()];
    const results = jobs.map(({ work }) => turns.run(wish(), work));
    await settle();
    const starts = () => jobs.map(({ state }) => state.began);
    expect([starts(), turns.running, turns.waiting("now")]).toEqual([[true, true, false, false], 2, 2]);
    jobs[1]?.resolve("b");
    await settle();
    expect([starts(), turns.running, turns.waiting("now")]).toEqual([[true, true, true, false], 2, 1]);
    for (const [at, { resolve }] of jobs.entries()) resolve("abcd"[at] as string);
    expect(await Promise.all(results)).toEqual(["a", "b", "c", "d"]);
    expect([turns.running, turns.waiting("now")]).toEqual([0, 0]);
  });

  test("turn away who finds the line full, and serve those in it", async () => {
    const turns = turnsOf({}, 1);
    const [first, second, third] = [job(), job(), job()];
    const served = [turns.run(wish(), first.work), turns.run(wish(), second.work)];
    expect(await codeOf(turns.run(wish(), third.work))).toBe("overloaded");
    expect(third.state.began).toBe(false);
    first.resolve("first");
    second.resolve("second");
    expect(await Promise.all(served)).toEqual(["first", "second"]);
    expect(await turns.run(wish(), async () => "room again")).toBe("room again");
  });

  test("with no line at all turn away at once, but not who may begin", async () => {
    const turns = turnsOf({}, 0);
    const first = job();
    const running = turns.run(wish(), first.work);
    expect(await codeOf(turns.run(wish(), async () => ""))).toBe("overloaded");
    first.resolve("done");
    expect(await running).toBe("done");
    expect(await turns.run(wish(), async () => "room again")).toBe("room again");
  });

  test("are handed on after work that fails, or cannot even start", async () => {
    const turns = turnsOf();
    const first = job();
    const failing = turns.run(wish(), first.work);
    const broken = turns.run(wish(), () => {
      throw new Error("broken");
    });
    const last = turns.run(wish(), async () => "served");
    first.reject(new Error("failed"));
    const outcomes = await Promise.allSettled([failing, broken, last]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
    expect([turns.running, turns.waiting("now")]).toEqual([0, 0]);
  });

  test("nobody waits longer than there is time for", async () => {
    const turns = turnsOf({ waitMs: 5 });
    const first = job();
    const running = turns.run(wish(), first.work);
    expect(await codeOf(turns.run(wish(), async () => "late"))).toBe("overloaded");
    first.resolve("done");
    expect(await running).toBe("done");
    expect(turns.waiting("now")).toBe(0);
  });

  test("whatever ends when: never run more than they are, lose none, and keep the order of each origin", async () => {
    const scenario = fc.record({
      running: fc.integer({ min: 1, max: 4 }),
      perOrigin: fc.integer({ min: 1, max: 3 }),
      jobs: fc.array(
        fc.record({
          kind: fc.constantFrom<Name>("now", "slow", "later"),
          token: fc.constantFrom("a", "b"),
          origin: fc.constantFrom("x", "y", "z"),
          pick: fc.nat(),
          fails: fc.boolean(),
        }),
        { maxLength: 30 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ running, perOrigin, jobs: wishes }) => {
        const turns = turnsOf({ running, perOrigin }, 100);
        const all = wishes.map((each, at) => ({ ...each, ...job(`${at}`) }));
        const results = Promise.allSettled(all.map(({ work, ...each }) => turns.run(each, work)));
        const open = new Set(all);
        for (const { pick, fails } of wishes) {
          await settle();
          const now = [...open].filter(({ state }) => state.began);
          expect(now.length).toBeGreaterThan(0);
          expect(now.length).toBeLessThanOrEqual(running);
          expect(turns.running).toBe(now.length);
          for (const origin of ["x", "y", "z"]) {
            expect(now.filter((each) => each.origin === origin).length).toBeLessThanOrEqual(perOrigin);
          }
          const ending = now[pick % now.length] as (typeof now)[number];
          open.delete(ending);
          if (fails) ending.reject(new Error("failed"));
          else ending.resolve("done");
        }
        await results;
        const byFlow = Map.groupBy(begun.map(Number), (at) => {
          const { kind, token, origin } = wishes[at] as (typeof wishes)[number];
          return `${kind} ${token} ${origin}`;
        });
        for (const order of byFlow.values()) expect(order).toEqual(order.toSorted((a, b) => a - b));
        expect(begun.length).toBe(wishes.length);
        expect(turns.running).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});

/** Starts one job for each word, `token/origin#name` or `kind:…`, and ends what runs until all have begun. */
async function orderOf(turns: ReturnType<typeof turnsOf>, words: string): Promise<string> {
  const jobs = words.split(" ").map((word) => {
    const [, kind = "now", token = "", origin = "", name = ""] =
      /^(?:(\w+):)?(\w+)\/(\w+)#(\w+)$/.exec(word) ?? [];
    const each = job(name);
    return { ...each, name, result: turns.run(wish(kind as Name, token, origin), each.work) };
  });
  await settle();
  for (let at = 0; at < jobs.length; at++) {
    jobs.find(({ name }) => name === begun[at])?.resolve("");
    await settle();
  }
  await Promise.all(jobs.map(({ result }) => result));
  return begun.join(" ");
}

describe("fairness", () => {
  test("a token that wants much waits behind each turn of one that wants little", async () => {
    const order = await orderOf(turnsOf(), "a/x#a1 a/x#a2 a/x#a3 a/x#a4 b/y#b1 b/y#b2");
    expect(order).toBe("a1 a2 b1 a3 b2 a4");
  });

  test("an origin that wants much does not hold up another of its token", async () => {
    expect(await orderOf(turnsOf(), "a/x#x1 a/x#x2 a/x#x3 a/y#y1 b/z#z1")).toBe("x1 x2 z1 y1 x3");
  });

  test("kinds take turns, and the last begins when nothing else waits", async () => {
    const order = await orderOf(
      turnsOf(),
      "a/x#n1 later:a/x#l1 a/x#n2 a/x#n3 slow:a/x#s1 slow:a/x#s2 later:b/x#l2",
    );
    expect(order).toBe("n1 s1 n2 s2 n3 l1 l2");
  });

  test("slow work never takes all places", async () => {
    const turns = turnsOf({ running: 4 });
    const slow = Array.from({ length: 4 }, () => job("slow"));
    const results = slow.map(({ work }) => turns.run(wish("slow"), work));
    await settle();
    expect(begun).toEqual(["slow", "slow"]);
    expect(await turns.run(wish("now"), async () => "at once")).toBe("at once");
    for (const { resolve } of slow) resolve("");
    await Promise.all(results);
  });

  test("an origin has no more than its share at once, and others pass it by", async () => {
    const turns = turnsOf({ running: 4, perOrigin: 2 });
    const jobs = ["x1", "x2", "x3", "y1"].map((name) => ({ name, ...job(name) }));
    const results = jobs.map(({ name, work }) => turns.run(wish("now", "a", name[0] as string), work));
    await settle();
    expect(begun).toEqual(["x1", "x2", "y1"]);
    for (const { resolve } of jobs) resolve("");
    await Promise.all(results);
  });

  test("who fills the line makes room for others, of the newest", async () => {
    const turns = turnsOf({}, 3);
    const first = job("first");
    const running = turns.run(wish("now", "a", "x"), first.work);
    const greedy = [1, 2, 3].map((at) => codeOf(turns.run(wish("now", "a", "x"), async () => `a${at}`)));
    const modest = [1, 2].map((at) => codeOf(turns.run(wish("now", "b", "y"), async () => `b${at}`)));
    const other = codeOf(turns.run(wish("now", "a", "z"), async () => "z"));
    first.resolve("first");
    // Two of the three places are shared by two tokens, and the third stays with who had it: nobody has more than two.
    expect(await Promise.all([running, ...greedy, ...modest, other])).toEqual([
      "first",
      ...["a1", "overloaded", "overloaded"],
      ...["b1", "overloaded"],
      "z",
    ]);
  });

  test("without room nothing more begins, until there is some or it is asked for again", async () => {
    const room = { isThere: false };
    const turns = turnsOf({ running: 3, hasRoom: (running) => running === 0 || room.isThere });
    const jobs = [job("1"), job("2"), job("3")];
    const results = jobs.map(({ work }) => turns.run(wish(), work));
    await settle();
    expect(begun).toEqual(["1"]);
    jobs[0]?.resolve("");
    await settle();
    expect(begun).toEqual(["1", "2"]);
    room.isThere = true;
    await settle();
    expect(begun).toEqual(["1", "2"]);
    turns.advance();
    await settle();
    expect(begun).toEqual(["1", "2", "3"]);
    for (const { resolve } of jobs) resolve("");
    await Promise.all(results);
  });
});

describe("what nobody waits for", () => {
  test("is hurried when somebody does; what has begun, or is not there, is left alone", async () => {
    const turns = turnsOf({ running: 3 });
    const jobs = [job("0"), job("1"), job("2")];
    const results = jobs.map(({ work }, at) => turns.run(wish("later", "t", "o", `${at}`), work));
    await settle();
    expect(begun).toEqual(["0"]);
    for (const key of ["2", "0", "2", "none"]) turns.hurry(key, "now");
    await settle();
    expect([begun, turns.running]).toEqual([["0", "2"], 2]);
    for (const [at, { resolve }] of jobs.entries()) resolve(`${at}`);
    expect(await Promise.all(results)).toEqual(["0", "1", "2"]);
    expect(turns.running).toBe(0);
  });
});
