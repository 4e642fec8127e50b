import { beforeEach, expect, test } from "bun:test";
import { createTokenTable, plainToken } from "@freshet/core";
import { hashText, sha1Text } from "../hash.ts";
import { serverLimits } from "../limits.ts";
import { createReadRequest } from "./read-request.ts";

let hashed: number;
let readRequest: ReturnType<typeof createReadRequest>;
beforeEach(() => {
  hashed = 0;
  const tokens = createTokenTable([plainToken("shop", ["img.shop.example"])], "doc", []);
  readRequest = createReadRequest(
    tokens,
    { browserSeconds: 1, sharedSeconds: 2 },
    (text) => {
      hashed++;
      return hashText(text);
    },
    sha1Text,
  );
});

test("a URL is read once", () => {
  const first = readRequest("http://h/sample.li/a.jpg?w=5", "h");
  const hashedOnce = hashed;
  expect(readRequest("http://h/sample.li/a.jpg?w=5", "h")).toBe(first);
  expect(hashed).toBe(hashedOnce);
  expect(first).toMatchObject({ token: "doc", key: "doc|//sample.li/a.jpg\n\nw=5" });
  expect(first.life).toEqual({ browserSeconds: 1, sharedSeconds: 2 });
  expect(first.cacheTag).toBe(first.surrogateKey.replaceAll(" ", ","));
});

test("hosts are kept apart: another one may belong to another token", () => {
  expect(readRequest("http://h/sample.li/a.jpg", null).token).toBe("doc");
  expect(readRequest("http://h/sample.li/a.jpg", "img.shop.example").token).toBe("shop");
});

test("a URL that cannot be read is refused each time", () => {
  for (const _turn of [1, 2]) expect(() => readRequest("http://h/nonsense", "h")).toThrow("bad_path");
});

test("what was read first is forgotten, so that memory is bounded", () => {
  const first = readRequest("http://h/sample.li/first.jpg", "h");
  for (let at = 0; at < serverLimits.rememberedRequests; at++)
    readRequest(`http://h/sample.li/${at}.jpg`, "h");
  const again = readRequest("http://h/sample.li/first.jpg", "h");
  expect(again).not.toBe(first);
  expect(again).toEqual(first);
});
