import { expect, test } from "bun:test";
import { nameOf } from "./name-of.ts";

test("a name is a whole number that a double holds exactly, and the same whenever it is asked for", () => {
  for (const text of ["", "a", "doc|//h/a.jpg", "\u{1f4f7}".repeat(1_000)]) {
    expect(Number.isSafeInteger(nameOf(text)) && nameOf(text) >= 0).toBe(true);
    expect(nameOf(`${text}`)).toBe(nameOf(text));
  }
});

test("keys that differ in little have different names, and use the range evenly", () => {
  const names = new Set<number>();
  const sixteenths = new Array(16).fill(0);
  for (let number = 0; number < 300_000; number++) {
    const name = nameOf(`doc|//img.example/a/${number % 97}/b/${number}.jpg`);
    names.add(name);
    sixteenths[Math.floor(name / 2 ** 49)]++;
  }
  expect(names.size).toBe(300_000);
  expect(Math.max(...sixteenths) / Math.min(...sixteenths)).toBeLessThan(1.1);
});
