import { expect, test } from "bun:test";
import { ownHosts } from "./own-hosts.ts";

test.each([
  ["any port", [], 8080, [], ["localhost:8080", "127.0.0.1:8080"]],
  ["hosts of the settings first", ["img.io"], 8080, [], ["img.io", "localhost:8080", "127.0.0.1:8080"]],
  ["a scheme's own port, as browsers say it", [], 80, [], ["localhost", "127.0.0.1"]],
  ["a port that nobody knows yet", ["img.io"], 0, [], ["img.io"]],
  ["what is another token's", [], 8080, ["localhost:8080"], ["127.0.0.1:8080"]],
  ["what is named twice", ["localhost:8080"], 8080, [], ["localhost:8080", "127.0.0.1:8080"]],
] as const)("%s", (_what, named, serverPort, hosts, expected) => {
  expect(ownHosts({ ownHosts: named, serverPort }, [{ hosts }])).toEqual([...expected]);
});
