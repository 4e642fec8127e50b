import { describe, expect, test } from "bun:test";
import { FreshetError } from "../errors.ts";
import { requestKey } from "../key/request-key.ts";
import type { Delivery } from "./delivery.ts";
import { parseRequest } from "./parse-request.ts";
import { plainToken } from "./token.ts";

const token = { ...plainToken("doc"), aliases: { _cms_: "https://cms.io" } };
const plain: Delivery = { kind: "image", download: false, info: 0, cacheSeconds: null };

describe("the delivery that a URL asks for", () => {
  test.each<[query: string, delivery: Partial<Delivery>]>([
    ["", {}],
    ["func=proxy", { kind: "proxy" }],
    ["func=PROXY&w=5", { kind: "proxy" }],
    ["func=proxy&func=fit", {}],
    ["force_download=1", { download: true }],
    ["force_download=0", {}],
    ["ci_info=1", { info: 1 }],
    ["ci_info=2", { info: 2 }],
    ["ci_info=0", {}],
    ["ci_info=yes", {}],
    ["ci_cache=10", { cacheSeconds: 10 }],
    ["ci_cache=0", { cacheSeconds: 0 }],
    ["ci_cache=-5", { cacheSeconds: 0 }],
    ["ci_cache=1e9", {}],
    ["ci_cache=999999999", { cacheSeconds: 31_536_000 }],
    ["ci_cache=soon", {}],
  ])("%s", (query, delivery) => {
    expect(parseRequest(`/_cms_/a.jpg?${query}`, token).delivery).toEqual({ ...plain, ...delivery });
  });

  test("is the same picture however it is handed over", () => {
    const key = (query: string) => requestKey(parseRequest(`/h.io/a.jpg?${query}`, token));
    expect(key("w=5&force_download=1&ci_info=2&ci_cache=9")).toBe(key("w=5"));
  });

  test("passes on what is behind an alias with the query that is the origin's own", () => {
    const parsed = parseRequest("/_cms_/demo/index.html?vh=d6c246&func=proxy&fmaw_path=/&w=5&wat=1", token);
    expect(requestKey(parsed)).toBe("doc|//cms.io/demo/index.html?fmaw_path=/\nd6c246\nproxy");
    expect(parsed.watermarks).toEqual([]);
    expect(parsed.version).toBe("d6c246");
  });

  test("is not the picture of the same original", () => {
    const key = (query: string) => requestKey(parseRequest(`/_cms_/a.jpg?${query}`, token));
    expect(key("func=proxy")).not.toBe(key(""));
  });

  test("does not pass on what a URL names, unless the token says so", () => {
    const target = "/h.io/a.js?func=proxy";
    expect(() => parseRequest(target, token)).toThrow(FreshetError);
    expect(parseRequest(target, { ...token, proxyAnywhere: true }).delivery.kind).toBe("proxy");
    expect(parseRequest(target, { ...token, allowedDomains: ["h.io"] }).delivery.kind).toBe("proxy");
  });
});
