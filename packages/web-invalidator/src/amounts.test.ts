import { expect, test } from "bun:test";
import { durationText, readTime, sizeText, timeText } from "./amounts.ts";

const english = { locale: "en-US" };

const durations: [ms: number, text: string][] = [
  [0, "0 ms"],
  [0.04, "0 ms"],
  [3.42, "3.4 ms"],
  [9.94, "9.9 ms"],
  [9.96, "10 ms"],
  [12, "12 ms"],
  [999.4, "999 ms"],
  [999.6, "1 s"],
  [1_260, "1.3 s"],
  [59_940, "59.9 s"],
  [59_960, "1 min"],
  [125_000, "2 min 5 s"],
];

for (const [ms, text] of durations) {
  test(`durationText says ${text} for ${ms}`, () => expect(durationText(ms, english)).toBe(text));
}

const sizes: [bytes: number, text: string][] = [
  [0, "0 B"],
  [999, "999 B"],
  [1_000, "1 KB"],
  [17_877, "17.9 KB"],
  [999_600, "1 MB"],
  [4_816_822, "4.8 MB"],
  [123_456_789, "123 MB"],
  [5e12, "5 TB"],
  [5e15, "5,000 TB"],
];

for (const [bytes, text] of sizes) {
  test(`sizeText says ${text} for ${bytes}`, () => expect(sizeText(bytes, english)).toBe(text));
}

test("amounts are written as the language does", () => {
  expect(durationText(1_260, { locale: "de-DE" })).toBe("1,3 s");
  expect(sizeText(17_877, { locale: "de-DE" })).toBe("17,9 KB");
});

test("timeText says the day only where it is not today", () => {
  const time = new Date(2026, 10, 23, 13, 5, 9);
  expect(timeText(time, english, new Date(2026, 10, 23, 20))).toMatch(/^1:05:09\sPM$/);
  expect(timeText(time, english, new Date(2026, 10, 24, 2))).toMatch(/^Nov 23, 1:05:09\sPM$/);
});

test("readTime reads purge-api's times as UTC", () => {
  expect(readTime("2026-11-23 13:39:52.636426")?.toISOString()).toBe("2026-11-23T13:39:52.000Z");
  expect(readTime("2026-11-23T13:39:52.636Z")?.toISOString()).toBe("2026-11-23T13:39:52.000Z");
  expect(readTime("yesterday")).toBeNull();
});
