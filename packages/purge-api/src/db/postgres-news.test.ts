import { expect, test } from "bun:test";
import type { LogRow } from "@freshet/core";
import { acksText, listenerOf, type News, startOfRows } from "./postgres-news.ts";

/** What a replica makes of texts that others sent. */
function heard(...texts: string[]): News[] {
  const news: News[] = [];
  const [, hear] = listenerOf("me", (one) => news.push(one));
  texts.forEach(hear);
  return news;
}

const row = { job: "j", token: "doc", kind: "original", pattern: 'doc|//h/"\\é\0', mode: "hard" } as const;
const told = (rows: readonly Omit<LogRow, "seq">[], after: number, head: number) =>
  `${startOfRows(rows, "you")}log","after":${after},"head":${head}}`;

test("rows arrive with their numbers", () => {
  const rows = [
    { ...row, seq: 6 },
    { ...row, seq: 7 },
  ];
  expect(heard(told([row, row], 5, 7))).toEqual([{ of: "rows", logId: "log", after: 5, head: 7, rows }]);
});

test("rows do not arrive if some of them were not stored, nor if they are too long", () => {
  expect(heard(told([row, row], 5, 6))).toMatchObject([{ of: "rows", head: 6, rows: null }]);
  const long = { ...row, pattern: `doc|//h/${"é".repeat(3_750)}` };
  const text = told([long], 5, 6);
  expect(Buffer.byteLength(text)).toBeLessThan(1_000);
  expect(heard(text)).toMatchObject([{ after: 5, rows: null }]);
});

test("the longest that is sent is one that Postgres takes", () => {
  const acks = Object.fromEntries(Array.from({ length: 900 }, (_, at) => [`boot-${at}`, 1]));
  expect(heard(acksText({ b: 3 }, "you"), acksText(acks, "you"))).toEqual([
    { of: "nodes", acks: { b: 3 } },
    { of: "nodes", acks: {} },
  ]);
  let longest = 0;
  for (let length = 7_000; length < 8_000; length += 10) {
    const text = told(
      [{ ...row, pattern: "x".repeat(length) }],
      Number.MAX_SAFE_INTEGER,
      Number.MAX_SAFE_INTEGER,
    );
    longest = Math.max(longest, Buffer.byteLength(text) + 36);
  }
  expect(longest).toBeGreaterThan(7_000);
  expect(longest).toBeLessThan(8_000);
});

test("what it said itself is no news, and what another version says is news of any kind", () => {
  expect(heard(acksText({}, "me"), "0b5d8e1c-a-uuid", '{"from":"you","of":"later"}')).toEqual([
    { of: "log" },
    { of: "log" },
  ]);
});
