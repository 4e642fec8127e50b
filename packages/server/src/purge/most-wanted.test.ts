import { describe, expect, test } from "bun:test";
import { parseRequest, plainToken, printRequest, readInvalidation, requestKey } from "@freshet/core";
import fc from "fast-check";
import type { Wanted } from "../demand/demand.ts";
import { mostWanted } from "./most-wanted.ts";

const doc = plainToken("doc");
const always = async () => true;

function wanted(path: string, requests: number, tags: readonly string[] = []): Wanted {
  const request = parseRequest(path, doc);
  const { token, origin, watermarks } = request;
  const inputs = [origin, ...watermarks];
  return {
    ...{ token, inputs, requestKey: requestKey(request), url: printRequest(request) },
    ...{ accept: null, tags, requests },
  };
}

const pictures = [
  wanted("/h.io/a/1.jpg?w=5", 1),
  wanted("/h.io/a/1.jpg?w=6", 9, ["red"]),
  wanted("/h.io/a/2.jpg?w=5", 3, ["red", "blue"]),
  wanted("/h.io/b/3.jpg?w=5&wat=1&wat_url=https://h.io/mark.png", 5),
  wanted("/h.io/b/4.jpg?w=5", 7),
];

describe("of what a purge reaches, the most wanted come first", () => {
  test.each([
    [{ scope: "all" }, 10, [9, 7, 5, 3, 1]],
    [{ scope: "all" }, 2, [9, 7]],
    [{ scope: "all" }, 0, []],
    [{ scope: "original", urls: ["/h.io/a/1.jpg"] }, 10, [9, 1]],
    [{ scope: "original", urls: ["/h.io/a/*", "/h.io/b/4.jpg"] }, 10, [9, 7, 3, 1]],
    [{ scope: "original", urls: ["/h.io/a/1.jpg", "/h.io/a/2.jpg"], transformations: ["?w=5"] }, 10, [3, 1]],
    [{ scope: "urls", urls: ["/h.io/a/1.jpg?width=5"] }, 10, [1]],
    // A watermark that is purged is in the pictures that carry it.
    [{ scope: "original", urls: ["/h.io/mark.png"] }, 10, [5]],
    [{ scope: "tag", tags: ["red"] }, 10, [9, 3]],
    [{ scope: "tag", tags: ["blue", "none"] }, 10, [3]],
    [{ scope: "original", urls: ["/h.io/none.jpg"] }, 10, []],
  ])("%j, %d of them", async (order, count, requests) => {
    const targets = readInvalidation(order, doc).rows.map(({ target }) => target);
    const most = await mostWanted(pictures, targets, count, always);
    expect(most.map((each) => each.requests)).toEqual(requests);
  });
});

test("nothing of another token is reached", async () => {
  const targets = readInvalidation({ scope: "all" }, plainToken("shop")).rows.map(({ target }) => target);
  expect(await mostWanted(pictures, targets, 10, always)).toEqual([]);
});

test("of any number of pictures exactly the first by count", async () => {
  const all = readInvalidation({ scope: "all" }, doc).rows.map(({ target }) => target);
  const counts = fc.uniqueArray(fc.nat(10_000), { maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(counts, fc.integer({ min: 0, max: 20 }), async (requests, count) => {
      const asked = requests.map((each) => ({ ...(pictures[0] as Wanted), requests: each }));
      const most = await mostWanted(asked, all, count, always);
      expect(most.map((each) => each.requests)).toEqual(requests.sort((a, b) => b - a).slice(0, count));
    }),
  );
});

test("when the time is over, what was found by then is the answer", async () => {
  const targets = readInvalidation({ scope: "all" }, doc).rows.map(({ target }) => target);
  let looks = 0;
  const most = await mostWanted(pictures, targets, 10, async () => ++looks <= 2);
  expect(most.map(({ requests }) => requests)).toEqual([9, 1]);
});
