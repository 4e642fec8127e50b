import { expect, test } from "bun:test";
import { readWait } from "./prefer.ts";

test.each<[string | null, number]>([
  [null, 0],
  ["", 0],
  ["wait=5", 5],
  ["respond-async, wait=10", 10],
  ['WAIT = "7" ; x=1', 7],
  ["wait=0", 0],
  ["wait=3600", 60],
  ["wait=1, wait=2", 1],
  ["wait", 0],
  ["wait=-1", 0],
  ["wait=soon, wait=3", 3],
  ["awaiting=5", 0],
  ["wait=99999999999999999999", 0],
])("Prefer: %s", (header, seconds) => expect(readWait(header)).toBe(seconds));
