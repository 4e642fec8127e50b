import { expect, test } from "bun:test";
import { type PathScope, type PurgeApi, plainToken } from "@freshet/core";
import { findMend } from "./mends.ts";

const token = plainToken("doc", ["img.example"]);

const table: [line: string, scope: PathScope, api: PurgeApi, mend: object | null][] = [
  ["/a.io/x.jpg?w=1", "original", "v7", { kind: "query", line: "/a.io/x.jpg" }],
  [
    "https://img.example/v7/a.io/x.jpg?w=1",
    "original",
    "v7",
    { kind: "query", line: "https://img.example/v7/a.io/x.jpg" },
  ],
  ["/a.io/*/x.jpg", "original", "v7", { kind: "folder", line: "/a.io/*" }],
  ["/a.io/team*.jpg?w=1", "original", "v7", { kind: "folder", line: "/a.io/team*" }],
  ["/a.io/team/*?w=1", "original", "v7", { kind: "query", line: "/a.io/team/*" }],
  ["“https://a.io/x.jpg”,", "original", "v7", { kind: "tidy", line: "https://a.io/x.jpg" }],
  ["https:/a.io/x.jpg", "original", "v7", { kind: "tidy", line: "https://a.io/x.jpg" }],
  ["(a.io\\x.jpg)", "original", "v7", { kind: "tidy", line: "a.io/x.jpg" }],
  ["/width/500/n/a.io/x.jpg", "original", "v7", { kind: "v6", isV6: true }],
  ["/width/500/n/a.io/x.jpg", "urls", "v7", { kind: "v6", isV6: true }],
  ["https://other.example/width/500/n/a.io/x.jpg", "urls", "v7", { kind: "v6", isV6: true }],
  ["/a.io/x.jpg", "urls", "v6", { kind: "v7", isV6: false }],
  ["/a.io/*", "urls", "v7", { kind: "original", scope: "original" }],
  ["20", "original", "v7", null],
  ["20?w=1", "original", "v7", null],
  ["/a.io/../x.jpg?w=1", "original", "v7", null],
  ["hello world", "original", "v7", null],
];

for (const [line, scope, api, expected] of table) {
  test(`findMend mends ${line} with scope ${scope} of ${api} by ${expected === null ? "nothing" : JSON.stringify(expected)}`, () => {
    expect(findMend(line, { scope, token, api })).toEqual(expected as never);
  });
}
