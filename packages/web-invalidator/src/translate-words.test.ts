import { expect, test } from "bun:test";
import { translateLines } from "./translate-words.ts";

test.each<[old: string, url: string | null, notes: number]>([
  ["/width/500/n/sample.li/flat1.jpg", "/v7/sample.li/flat1.jpg?w=500", 0],
  [
    "https://demo.cloudimg.io/width/800/q35.foil1/https://cdn.scaleflex.it/demo/redcharlie.jpg",
    "https://demo.cloudimg.io/v7/https://cdn.scaleflex.it/demo/redcharlie.jpg?w=800&q=35&org_if_sml=1",
    0,
  ],
  ["/width/500/q_auto/sample.li/a.jpg", "/v7/sample.li/a.jpg?w=500", 1],
  ["/sample.li/flat.jpg?w=500", "/sample.li/flat.jpg?w=500", 1],
  ["/width/500/n/", null, 1],
])("%s is %s", (old, url, notes) => {
  const [line] = translateLines(` ${old}\n`);
  expect(line?.url).toBe(url);
  expect(line?.notes).toHaveLength(notes);
});

test("several lines are several URLs, and nothing is none", () => {
  expect(translateLines("/width/5/n/h.io/a.jpg\n\n/height/6/n/h.io/b.jpg").map(({ url }) => url)).toEqual([
    "/v7/h.io/a.jpg?w=5",
    "/v7/h.io/b.jpg?h=6",
  ]);
  expect(translateLines("  \n ")).toEqual([]);
  expect(translateLines("/width/5/n/h.io/a.jpg\n".repeat(300))).toHaveLength(100);
});
