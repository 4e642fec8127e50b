import { expect, test } from "bun:test";
import { parseRequest } from "../request/parse-request.ts";
import { plainToken } from "../request/token.ts";
import { picturePath } from "./picture-path.ts";
import { type PathScope, type PurgeApi, readPurgePath } from "./purge-path.ts";

const doc = plainToken("doc", ["img.example"]);
const small = "func=bound&w=480&h=480&org_if_sml=1&ci_info=1";

const table: [line: string, scope: PathScope, api: PurgeApi, expected: string | null][] = [
  ["/sample.li/a.jpg", "original", "v7", `/v7/sample.li/a.jpg?${small}`],
  ["https://img.example/v7/sample.li/a.jpg?vh=2", "original", "v7", `/v7/sample.li/a.jpg?vh=2&${small}`],
  ["https://shop.example/a.jpg?id=7", "original", "v7", `/v7/https://shop.example/a.jpg?id=7&${small}`],
  ["/width/500/n/sample.li/a.jpg", "original", "v6", `/v7/sample.li/a.jpg?${small}`],
  ["/sample.li/a.jpg?w=9", "urls", "v7", "/v7/sample.li/a.jpg?w=9&ci_info=1"],
  ["/sample.li/a.jpg", "urls", "v7", "/v7/sample.li/a.jpg?ci_info=1"],
  ["https://img.example/width/500/n/sample.li/a.jpg", "urls", "v6", "/width/500/n/sample.li/a.jpg"],
  ["/sample.li/a.jpg#top", "original", "v7", null],
  ["/sample.li/*", "original", "v7", null],
  ["/*", "original", "v7", null],
  ["20", "original", "v7", null],
];

for (const [line, scope, api, expected] of table) {
  test(`picturePath shows ${line} with scope ${scope} of ${api} as ${expected}`, () => {
    const path = picturePath(readPurgePath(line, scope, doc, api), api, true);
    expect(path).toBe(expected);
    if (path !== null) expect(() => parseRequest(path, doc)).not.toThrow();
  });
}

test("picturePath adds nothing to a URL that is signed, and makes no small picture that nobody signed", () => {
  const signed = "/sample.li/a.jpg?w=9&ci_sign=0123456789";
  expect(picturePath(readPurgePath(signed, "urls", doc), "v7", false)).toBe(`/v7${signed}`);
  expect(picturePath(readPurgePath("/sample.li/a.jpg", "original", doc), "v7", false)).toBeNull();
});
