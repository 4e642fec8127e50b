import { expect, test } from "bun:test";
import { createGuesses } from "./guesses.ts";

function setUp() {
  const state = { nowMs: 0, waitedMs: [] as number[] };
  const guesses = createGuesses(
    { monotonicMs: () => state.nowMs },
    async (ms) => void state.waitedMs.push(ms),
  );
  /** What somebody meets who sends a wrong key: how long it was held up, or the code of the error. */
  const guess = async (address: string | null = "192.0.2.1", key = "wrong") => {
    state.waitedMs = [];
    try {
      await guesses.pause(address, key);
    } catch (error) {
      return (error as { code: string }).code;
    }
    guesses.wrong(address);
    return state.waitedMs[0] ?? 0;
  };
  const flood = async (address?: string) => {
    for (let count = 0; count < 40; count++) await guess(address);
  };
  return { state, guesses, guess, flood };
}

test("ten wrong keys cost nothing; then they are looked at four times a second, and no more wait than for two seconds", async () => {
  const { guess, state } = setUp();
  for (let count = 0; count < 10; count++) expect(await guess()).toBe(0);
  for (const ms of [0, 250, 500, 750, 1_000, 1_250, 1_500, 1_750, 2_000]) expect(await guess()).toBe(ms);
  expect(await guess()).toBe("too_many_guesses");
  state.nowMs += 250;
  expect(await guess()).toBe(2_000);
  expect(await guess()).toBe("too_many_guesses");
});

test("a key that was right before is never held up, whatever others send from its address", async () => {
  const { guesses, flood, state } = setUp();
  guesses.right("a right key");
  await flood();
  state.waitedMs = [];
  await guesses.pause("192.0.2.1", "a right key");
  expect(state.waitedMs).toEqual([]);
});

test("other addresses are not held up, and neither is who comes from nobody knows where", async () => {
  const { guess, flood } = setUp();
  await flood();
  expect([await guess("192.0.2.2"), await guess(null)]).toEqual([0, 0]);
});

test("a network of IPv6 is one address", async () => {
  const { guess, flood } = setUp();
  await flood("2001:db8:1:2::1");
  expect(await guess("2001:db8:1:2:ffff::2")).toBe("too_many_guesses");
  expect(await guess("2001:db8:1:3::1")).toBe(0);
});

test("what was wrong is forgotten by and by", async () => {
  const { guess, flood, state } = setUp();
  await flood();
  state.nowMs += 119_000;
  expect(await guess()).toBe(0);
  for (let count = 0; count < 8; count++) expect(await guess()).toBe(0);
});

test("addresses that are remembered are bounded, and the one that is at it stays", async () => {
  const { guess, guesses, flood } = setUp();
  await flood();
  for (let count = 0; count < 9_999; count++) guesses.wrong(`10.0.${count >> 8}.${count & 255}`);
  expect(await guess()).toBe("too_many_guesses");
  for (let count = 0; count < 10_001; count++) guesses.wrong(`10.1.${count >> 8}.${count & 255}`);
  expect(await guess()).toBe(0);
});
