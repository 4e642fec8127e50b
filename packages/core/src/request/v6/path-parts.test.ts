import { describe, expect, test } from "bun:test";
import { looksLikeV6, splitPathV6 } from "./path-parts.ts";

describe("looksLikeV6 tells v6 and v4 from v7 (row 1 of section 17)", () => {
  const cases: [path: string, isV6: boolean][] = [
    ["/width/300/n/sample.li/a.jpg", true],
    ["width/300/n/sample.li/a.jpg", true],
    ["//width/300/n/sample.li/a.jpg", true],
    ["/v6/width/300/n/sample.li/a.jpg", true],
    ["/v7/width/300/n/sample.li/a.jpg", false],
    ["/v6/v7/width/300/n/sample.li/a.jpg", false],
    ["/v7/v6/width/300/n/sample.li/a.jpg", false],
    ["/v7m/width/300/n/sample.li/a.jpg", false],
    ["/v6/sample.li/a.jpg", false],
    ["/v6/width/wide/n/a.jpg", false],
    ["/cdn/n/n/a", true],
    ["/cdno/none/n/a", true],
    ["/height/x/n/a", true],
    ["/crop/300x200/n/a", true],
    ["/fit/x200/n/a", true],
    ["/bound/300/n/a", true],
    ["/boundmin/300x200/n/a", true],
    ["/cover/300x200/n/a", true],
    ["/cropfit/300x200/n/a", true],
    ["/crop_px/1,2,3,4-300x200/n/a", true],
    ["/crop_px/1,2,3,4-300/n/a", true],
    ["/crop_px/1,2,3,4-x200/n/a", true],
    ["/crop_px/1%2C2%2C3%2C4-x200/n/a", true],
    ["/width/337.5/n/a", true],
    ["/width/300", true],
    ["/crop_px/1,2,3,4/n/a", false],
    ["/crop_px/1,2,3-300/n/a", false],
    ["/crop/300x/n/a", false],
    ["/crop/300X200/n/a", false],
    ["/width/-300/n/a", false],
    ["/width/none300/n/a", false],
    ["/width/n300/n/a", false],
    ["/width/300px/n/a", false],
    ["/width//300/n/a", false],
    ["/width", false],
    ["/width/", false],
    ["/Width/300/n/a", false],
    ["/widths/300/n/a", false],
    ["/resize/300/n/a", false],
    ["/sample.li/width/300/n/a", false],
    ["/s/resize/200/http://sample.li/eiffel.jpg", true],
    ["/s/crop/400x300/a", true],
    ["/s/cdn/x/a", true],
    ["/v6/s/width/200/a", true],
    ["/s/photos/paris.jpg", false],
    ["/s/sample.li/a.jpg", false],
    ["/S/resize/200/a", false],
    ["/", false],
    ["", false],
  ];
  test.each(cases)("%s %p", (path, isV6) => {
    expect(looksLikeV6(path)).toBe(isV6);
  });
});

describe("splitPathV6 takes the signature from the filters", () => {
  const sha = "19cb88863ff0ac5185773ffcec9b0cf522b367b5";
  const cases: [path: string, filters: string, signature: string | null, origin: string][] = [
    [`/crop/640x480/q50.r90@${sha}/http://h.io/a.jpg`, "q50.r90", sha, "http://h.io/a.jpg"],
    [`/crop/640x480/q50.r90%40${sha}/h.io/a.jpg`, "q50.r90", sha, "h.io/a.jpg"],
    ["/cdn/n/n@ABCDEF/h.io/a.jpg", "n", "ABCDEF", "h.io/a.jpg"],
    ["/cdn/n/@abcdef/h.io/a.jpg", "", "abcdef", "h.io/a.jpg"],
    ["/cdn/n/a@b@abcdef/h.io/a.jpg", "a@b", "abcdef", "h.io/a.jpg"],
    ["/cdn/n/n@abcde/h.io/a.jpg", "n@abcde", null, "h.io/a.jpg"],
    [`/cdn/n/n@${sha}0/h.io/a.jpg`, `n@${sha}0`, null, "h.io/a.jpg"],
    ["/cdn/n/n@abcdeg/h.io/a.jpg", "n@abcdeg", null, "h.io/a.jpg"],
    ["/cdn/n/n/h.io/q80@abcdef/a.jpg", "n", null, "h.io/q80@abcdef/a.jpg"],
    ["/width/9/https://h.io/a.jpg", "", null, "https://h.io/a.jpg"],
    ["/width/9/http%3A%2F%2Fh.io%2Fa.jpg", "", null, "http%3A%2F%2Fh.io%2Fa.jpg"],
    ["/width/9/n", "n", null, ""],
    ["/width/9", "", null, ""],
    ["/s/width/9/n@abcdef/h.io/a.jpg", "", null, "n@abcdef/h.io/a.jpg"],
  ];
  test.each(cases)("%s", (path, filters, signature, origin) => {
    const parts = splitPathV6(path);
    expect([parts?.filters, parts?.signature, parts?.origin]).toEqual([filters, signature, origin]);
  });
});
