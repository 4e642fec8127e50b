import { expect, test } from "bun:test";
import { openRebuildable } from "../open-rebuildable.ts";
import { createCursor } from "./cursor.ts";
import { createLines, prepareLines } from "./lines.ts";

function setUp() {
  const opened = openRebuildable(":memory:", prepareLines, console.error);
  return { one: createLines(opened), other: createLines(opened) };
}
const at = (logId: string, seq: number) => ({ logId, seq, job: seq === 0 ? "" : `job-${seq}` });

test("processes that follow one log share a line, and know how far any of them has got", () => {
  const { one, other } = setUp();
  const [a, b] = [createCursor("a", one), createCursor("b", other)];
  expect(a.beginAnew("L")).toBe(true);
  expect(b.beginAnew("L")).toBe(false);
  expect(b.stamp()).toEqual(at("L/a.1", 0));
  one.note(at("L/a.1", 7));
  other.note(at("L/a.1", 5));
  expect([a.newest(), b.newest()]).toEqual([at("L/a.1", 7), at("L/a.1", 7)]);
  expect(createCursor("c", one).newest()).toEqual(at("L/a.1", 7));
});

test("a line that was joined and turns out to be void is left for one of its own", () => {
  const { one, other } = setUp();
  const [a, b] = [createCursor("a", one), createCursor("b", other)];
  a.beginAnew("L");
  b.beginAnew("L");
  expect(b.beginAnew("L")).toBe(true);
  expect(b.stamp()).toEqual(at("L/b.2", 0));
  // What the first goes on to stamp is not forgotten for it, nor taken for the last.
  one.note(at("L/a.1", 9));
  expect([other.newest(), other.newest("L/a.1")]).toEqual([at("L/b.2", 0), at("L/a.1", 9)]);
});

test("another log begins another line", () => {
  const { one, other } = setUp();
  const [a, b] = [createCursor("a", one), createCursor("b", other)];
  a.beginAnew("L");
  expect(b.beginAnew("M")).toBe(true);
  expect(a.beginAnew("M")).toBe(false);
  expect(a.stamp()).toEqual(b.stamp());
});
