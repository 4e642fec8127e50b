import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { FreshetError } from "../errors.ts";
import { limits } from "../limits.ts";
import { ops } from "../ops/index.ts";
import { parseRequest } from "./parse-request.ts";
import { plainToken } from "./token.ts";

const strict = { ...plainToken("doc"), strict: true };

function refusal(query: string): FreshetError | null {
  try {
    parseRequest(`/h.io/a.jpg?${query}`, strict);
    return null;
  } catch (error) {
    if (error instanceof FreshetError) return error;
    throw error;
  }
}

describe("a strict token", () => {
  test.each([
    "",
    "w=337.5&h=200",
    "w=3&h=2&func=fit&bg_color=auto",
    "f=bright:10,contrast:20,grey,colorize:red,0.5",
    "wat=1&wat_text=a+b&wat_color[1]=red",
    "vh=3&ci_info=1&unknown=7",
    "org_if_sml=11716&w=9",
    "wat_url=nowhere",
  ])("takes %s", (query) => expect(refusal(query)).toBeNull());

  test.each([
    ["w=abc", 'w: "abc" given, expected a number above 0, at most 8192 px'],
    [
      "width=9000",
      'width: "9000" given, expected a number above 0, at most 8192 px (without strict mode: clamped to 8192)',
    ],
    ["q=79.6", 'q: "79.6" given, expected a whole number from 1 to 100 (without strict mode: read as 80)'],
    [
      "sepia=1&blur=-3",
      'blur: "-3" given, expected a number from 0 to 100 px (without strict mode: clamped to 0)',
    ],
    [
      "tl_px=7",
      `tl_px: "7" given, expected X,Y in pixels of the original, each from 0 to ${limits.originSide}`,
    ],
    ["wat_opacity[2]=x", 'wat_opacity[2]: "x" given, expected a number from 0 to 1'],
    ["f=bright:x", 'f: "bright:x" given, bright ignored: expected a whole number from -255 to 255'],
    [
      "wat=1&wat_url=ftp://h.io/m.png",
      'wat_url: "ftp://h.io/m.png" given, expected a URL, host/path or an alias: originals are fetched by http and https, not by "ftp"',
    ],
    ["wat=1", "wat: expected wat_url or wat_text beside it, since the token has no watermark of its own"],
  ])("refuses %s and says what is allowed", (query, detail) => {
    const error = refusal(query);
    expect([error?.code, error?.status, error?.cacheSeconds]).toEqual(["bad_parameters", 400, 60]);
    expect(error?.detail).toBe(detail);
  });

  test("tells the range of a filter in a list", () => {
    expect(refusal("f=grey,bright:999")?.detail).toContain("from -255 to 255");
  });

  test("lists all problems together", () => {
    expect(
      refusal("w=abc&h=5&func=zzz&q=x")
        ?.detail.split("; ")
        .map((line) => line.split(":")[0]),
    ).toEqual(["w", "func", "q"]);
  });

  test("refuses more than eight watermarks", () => {
    const query = Array.from({ length: 9 }, (_, at) => `wat_text[${at}]=a`).join("&");
    expect(refusal(`wat=1&${query}`)?.detail).toContain("at most 8 watermarks");
  });

  test("keeps its answer short, whatever is sent", () => {
    const error = refusal(Array.from({ length: 100 }, () => `w=${"x".repeat(50)}`).join("&"));
    expect(error?.detail).toEndWith("and 80 more");
    expect(refusal(`w=${"x".repeat(8000)}`)?.detail.length).toBeLessThan(200);
  });

  test("knows of every parameter what it refuses, under each of its names", () => {
    /** They are on whatever is sent: clients do send `org_if_sml=11716`. */
    const flags = ops.filter(({ accepts }) => accepts === "1 or 0").map(({ name }) => name);
    expect(flags.toSorted()).toEqual(
      [
        ...["bg_img_fit", "fit_enlarge", "force_download", "grey"],
        ...["invert", "org_if_sml", "sepia", "wat"],
      ].toSorted(),
    );
    const bad: Readonly<Record<string, string>> = { wat_url: "", wat_text: "", wat_font: "a,b" };
    for (const op of ops.filter(({ name }) => !flags.includes(name))) {
      for (const name of [op.name, ...op.aliases]) {
        const value = bad[op.name] ?? "1,2,3,4,5";
        const error = refusal(`${name}=${encodeURIComponent(value)}`);
        expect({ name, code: error?.code, status: error?.status }).toEqual({
          name,
          code: "bad_parameters",
          status: 400,
        });
        // `f` tells what the filter takes that was meant.
        const allowed = op.name === "f" ? "filters as name or name:value" : `expected ${op.accepts}`;
        expect(error?.detail).toStartWith(`${name}: ${JSON.stringify(value)} given, `);
        expect(error?.detail).toContain(allowed);
      }
    }
  });

  test("refuses exactly what others note, and tells for each parameter what it takes", () => {
    const value = fc.constantFrom(
      "",
      "x",
      "-1",
      "1",
      "0.5",
      "99999999",
      "1,2",
      "1,2,3",
      "max",
      "auto",
      "10p,5p",
      "red",
      "red,2",
      ":",
      "north",
      "5:0",
    );
    fc.assert(
      fc.property(fc.constantFrom(...ops), value, (op, raw) => {
        const query = `${op.name}=${encodeURIComponent(raw)}`;
        const { notes } = parseRequest(`/h.io/a.jpg?${query}`, plainToken("doc"));
        const error = refusal(query);
        expect(error !== null).toBe(notes.length > 0);
        if (error && op.name !== "f" && op.name !== "wat") {
          expect(error.detail).toStartWith(`${op.name}: ${JSON.stringify(raw)} given, `);
          expect(error.detail).toContain(`expected ${op.accepts}`);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
