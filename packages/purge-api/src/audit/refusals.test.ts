import { expect, test } from "bun:test";
import { fakeClock } from "../fake-clock.fixture.ts";
import type { NewEntry } from "./audit.ts";
import { createRefusals, type Refusal } from "./refusals.ts";

/** A record in memory. */
function setUp() {
  const clock = fakeClock();
  const entries: { -readonly [K in keyof NewEntry]: NewEntry[K] }[] = [];
  const reported: unknown[] = [];
  let isBroken = false;
  const store = {
    async add(entry: NewEntry) {
      if (isBroken) throw new Error("the disk is full");
      return entries.push({ ...entry }) - 1;
    },
    async addTo(number: number, count: number, endedAt: number) {
      if (isBroken) throw new Error("the disk is full");
      const entry = entries[number] as (typeof entries)[number];
      entry.count += count;
      entry.endedAt = endedAt;
    },
  };
  const refusals = createRefusals({ clock, store, report: (error) => reported.push(error) });
  const breakStore = (how: boolean) => {
    isBroken = how;
  };
  return { clock, entries, reported, refusals, breakStore };
}

const stranger: Refusal = {
  ...{ code: "key_wrong", request: "GET /x", address: "192.0.2.1", token: null, key: null },
};
const known: Refusal = { ...stranger, code: "quota_exceeded", token: "doc", key: "shop" };

test("the first time is written down at once, what repeats itself as a number", async () => {
  const { clock, entries, refusals } = setUp();
  refusals.note(stranger);
  expect(entries).toMatchObject([{ action: "refused", outcome: "key_wrong", targets: ["GET /x"], count: 1 }]);
  for (let more = 0; more < 1_000; more++) refusals.note({ ...stranger, request: `GET /${more}` });
  clock.advance(2_000);
  refusals.note(stranger);
  await refusals.flush();
  expect(entries.length).toBe(1);
  expect([entries[0]?.count, Number(entries[0]?.endedAt) - Number(entries[0]?.at)]).toEqual([
    1_002, 2_000_000,
  ]);
  await refusals.flush();
  expect(entries[0]?.count).toBe(1_002);
});

test("a minute later it is a new entry, and nothing was lost between the two", async () => {
  const { clock, entries, refusals } = setUp();
  refusals.note(stranger);
  refusals.note(stranger);
  clock.advance(60_000);
  refusals.note(stranger);
  await refusals.flush();
  expect(entries.map(({ count }) => count)).toEqual([2, 1]);
});

test("who comes from everywhere fills no disk, and takes nothing from who has a key", async () => {
  const { entries, refusals } = setUp();
  for (let host = 0; host < 5_000; host++) refusals.note({ ...stranger, address: `2001:db8::${host}` });
  refusals.note(known);
  await refusals.flush();
  expect(entries.length).toBe(22);
  expect(entries.reduce((sum, { count }) => sum + count, 0)).toBe(5_001);
  expect(entries[20]).toMatchObject({ outcome: "others", address: null, count: 4_980 });
  expect(entries[21]).toMatchObject({ token: "doc", key: "shop", outcome: "quota_exceeded", count: 1 });
});

test("a record that cannot be written to keeps nobody from anything", async () => {
  const { entries, reported, refusals, breakStore } = setUp();
  breakStore(true);
  for (let more = 0; more < 100; more++) refusals.note(stranger);
  await refusals.flush();
  expect([entries.length, reported.length]).toEqual([0, 1]);
  breakStore(false);
  refusals.note({ ...stranger, address: "192.0.2.2" });
  await refusals.flush();
  expect(entries.length).toBe(1);
});
