import { describe, expect, test } from "bun:test";
import { requestKey } from "../key/request-key.ts";
import { limits } from "../limits.ts";
import { parseRequest } from "./parse-request.ts";
import { plainToken, type TokenSettings } from "./token.ts";

const shop: TokenSettings = {
  ...plainToken("t"),
  aliases: { "_tme-wrk_": "https://cdn.io/marks" },
  watermark: "_tme-wrk_/own.png",
};

function read(query: string, token: TokenSettings = plainToken("t")) {
  const { watermarks, plan, notes } = parseRequest(`/h.io/a.jpg?${query}`, token);
  return { originals: watermarks.map(({ key }) => key), marks: plan.watermarks, notes };
}

/** The line of the canonical plan that speaks of watermarks, without what stands for the image or text. */
function look(query: string): string {
  const parsed = parseRequest(`/h.io/a.jpg?wat=1&wat_url=h.io/m.png&${query}`, plainToken("t"));
  return (requestKey(parsed).split("\n")[2] ?? "").replace(/^mark=image:0\|/, "");
}

describe("the image of a watermark", () => {
  test.each([
    ["wat_url=https://h.io/m.png", "t|//h.io/m.png"],
    ["wat_url=h.io/m.png", "t|//h.io/m.png"],
    ["wat_url=//h.io/m.png", "t|//h.io/m.png"],
    ["wat_url=https%3A%2F%2Fh.io%2Fm.png", "t|//h.io/m.png"],
    ["wat_url=https%253A%252F%252Fh.io%252Fm.png", "t|//h.io/m.png"],
    ["wat_url=_tme-wrk_%2Ftme_new.png", "t|//cdn.io/marks/tme_new.png"],
    ["wat_url=https://h.io/m.png?v=2", "t|//h.io/m.png?v=2"],
    ["wat_url=https%3A%2F%2Fh.io%2Fm.png%3Fv%3D2%26x%3D1", "t|//h.io/m.png?v=2&x=1"],
    ["wat_url=https%3A%2F%2Fh.io%2Fa%2520b.png", "t|//h.io/a%20b.png"],
    ["wat_url=h.io/a%20b%23.png", "t|//h.io/a%20b%23.png"],
    ["wat_url=h.io/A+B.png", "t|//h.io/A+B.png"],
    ["wat_url%5B1%5D=h.io/m.png", "t|//h.io/m.png"],
    ["wat_url[7]=h.io/m.png", "t|//h.io/m.png"],
  ])("%s is %s", (query, key) => {
    const { originals, marks, notes } = read(`wat=1&${query}`, shop);
    expect(originals).toEqual([key]);
    expect(marks.map(({ content }) => content)).toEqual([{ kind: "image", input: 0 }]);
    expect(notes).toEqual([]);
  });

  test("is found below the token's prefix, as an original is", () => {
    const token = { ...plainToken("t"), originPrefix: "https://s3.io/x/" };
    expect(read("wat=1&wat_url=m.png", token).originals).toEqual(["t|//s3.io/x/m.png"]);
  });

  test("is the token's where the URL names nothing", () => {
    expect(read("wat=1", shop).originals).toEqual(["t|//cdn.io/marks/own.png"]);
    expect(read("wat=1&wat_url=h.io/m.png", shop).originals).toEqual(["t|//h.io/m.png"]);
    expect(read("wat=1&wat_text=hi", shop).originals).toEqual([]);
  });

  test.each([
    ["wat=1", "wat"],
    ["wat=1&wat_url=", "wat_url"],
    ["wat=1&wat_url=ftp://h.io/m.png", "wat_url"],
    ["wat=1&wat_url=folder/m.png", "wat_url"],
    ["wat=1&wat_url=h.io/../m.png", "wat_url"],
    ["wat=1&wat_url=user@h.io/m.png", "wat_url"],
  ])("%s is ignored, with a note about %s", (query, parameter) => {
    const { originals, marks, notes } = read(query);
    expect([originals, marks]).toEqual([[], []]);
    expect(notes[0]?.parameter).toBe(parameter);
    expect(notes[0]?.text).toStartWith("ignored: ");
  });

  test.each([
    "wat_url=h.io/m.png",
    "wat=0&wat_url=h.io/m.png",
    "wat_text=hi&wat_opacity=1",
    "wat_url[1]=h.io/m.png",
  ])("%s is nothing without wat=1", (query) =>
    expect(read(query, shop)).toEqual({ originals: [], marks: [], notes: [] }),
  );

  test.each(["wat_opacity=0", "wat_scale=0", "wat_scale=0p", "wat_scale=0,5", "wat_scale=5p,0p"])(
    "%s leaves nothing to be seen, and no original to be fetched",
    (query) =>
      expect(read(`wat=1&wat_url=h.io/m.png&${query}`)).toEqual({ originals: [], marks: [], notes: [] }),
  );
});

describe("how a watermark is laid on", () => {
  test.each([
    ["", "center:0px,0px||1"],
    ["wat_gravity=southwest", "southwest:0px,0px||1"],
    ["wat_gravity=Centre", "center:0px,0px||1"],
    ["wat_gravity=left", "center:0px,0px||1"],
    ["wat_gravity=northwest&wat_pad=8", "northwest:8px,8px||1"],
    ["wat_gravity=northwest&wat_pad=42,-28", "northwest:42px,-28px||1"],
    ["wat_gravity=northwest&wat_pad=5p,7", "northwest:5%,7px||1"],
    ["wat_gravity=northwest&wat_pad=-5.5P", "northwest:-5.5%,-5.5%||1"],
    ["wat_gravity=northwest&wat_pad=0p", "northwest:0px,0px||1"],
    ["wat_gravity=northwest&wat_pad=-0,-0.2", "northwest:0px,0px||1"],
    ["wat_gravity=northwest&wat_pad=1,2,3", "northwest:0px,0px||1"],
    ["wat_gravity=northwest&wat_pad=900p,-9999", "northwest:100%,-8192px||1"],
    // A direction in which it is centered has no edge to keep away from.
    ["wat_gravity=north&wat_pad=8", "north:0px,8px||1"],
    ["wat_gravity=east&wat_pad=8", "east:8px,0px||1"],
    ["wat_pad=8", "center:0px,0px||1"],
    ["wat_gravity=absolute&wat_pos=10p,20p", "corner:10%,20%||1"],
    ["wat_gravity=relative&wat_pos=10,20.5", "corner:10%,20.5%||1"],
    ["wat_gravity=absolute&wat_pos=10", "corner:10%,10%||1"],
    ["wat_gravity=absolute&wat_pad=5", "corner:0px,0px||1"],
    ["wat_gravity=absolute&wat_pos=x", "corner:0px,0px||1"],
    ["wat_gravity=north&wat_pos=10,20", "north:0px,0px||1"],
    ["wat_scale=30", "center:0px,0px|own:30|1"],
    ["wat_scale=100", "center:0px,0px||1"],
    ["wat_scale=130", "center:0px,0px||1"],
    ["wat_scale=30p", "center:0px,0px|30x|1"],
    ["wat_scale=100p", "center:0px,0px|100x|1"],
    ["wat_scale=30,20", "center:0px,0px|30x20|1"],
    ["wat_scale=30p,20p", "center:0px,0px|30x20|1"],
    ["wat_scale=-5", ""],
    ["wat_scale=big", "center:0px,0px||1"],
    ["wat_scale=1,2,3", "center:0px,0px||1"],
    ["wat_opacity=.4", "center:0px,0px||0.4"],
    ["wat_opacity=7", "center:0px,0px||1"],
    ["wat_opacity=half", "center:0px,0px||1"],
  ])("%s: %s", (query, expected) => expect(look(query)).toBe(expected));
});

describe("a text watermark", () => {
  const content = (query: string) => read(`wat=1&${query}`).marks[0]?.content;
  const plain = { kind: "text", font: "", size: 32, shrink: false, color: "000000" } as const;

  test.each([
    ["wat_text=A%20VERY%20LONG%20TEXT%20WON%27T%20FIT", "A VERY LONG TEXT WON'T FIT"],
    ["wat_text=A+quiet+sea", "A quiet sea"],
    ["wat_text=1%2B1", "1+1"],
    ["wat_text=1%2B1+is%202", "1+1 is 2"],
    ["wat_text=%20a%0A%09b%00%20", "a b"],
    ["wat_text=%E6%B5%B7+%F0%9F%8C%8A", "海 🌊"],
    ["wat_text=100%", "100%"],
    ['wat_text="a";mark=b', '"a";mark=b'],
  ])("%s reads %s", (query, text) => expect(content(query)).toEqual({ ...plain, text }));

  test("is cut where it is too long, between characters", () => {
    const { marks, notes } = read(`wat=1&wat_text=${"🌊".repeat(limits.watermarkTextChars + 1)}`);
    expect(marks[0]?.content).toEqual({ ...plain, text: "🌊".repeat(limits.watermarkTextChars) });
    expect(notes).toHaveLength(1);
  });

  test.each([
    ["wat_font=Arial-Black", { font: "arial-black" }],
    ["wat_font=Open+Sans", { font: "open sans" }],
    ["wat_font=../../etc", {}],
    [`wat_font=${"a".repeat(65)}`, {}],
    ["wat_fontsize=20", { size: 20 }],
    ["wat_fontsize=20max", { size: 20, shrink: true }],
    ["wat_fontsize=0", { size: 1 }],
    ["wat_fontsize=5000MAX", { size: limits.fontPixels, shrink: true }],
    ["wat_fontsize=max", {}],
    ["wat_color=fff", { color: "ffffff" }],
    ["wat_colour=red", { color: "ff0000" }],
    ["wat_color=auto", {}],
  ])("%s", (query, expected) => {
    expect(content(`wat_text=a&${query}`)).toEqual({ ...plain, text: "a", ...expected });
  });

  test("gives way to an image", () => {
    expect(content("wat_text=a&wat_url=h.io/m.png")).toEqual({ kind: "image", input: 0 });
  });
});

describe("several watermarks", () => {
  test("share what is said without an index, and come in the order of their indices", () => {
    const { originals, marks } = read(
      "wat=1&wat_opacity=.5&wat_gravity=north&wat_url[10]=h.io/c.png&wat_url%5B2%5D=h.io/b.png&wat_gravity[10]=south&wat_text%5B3%5D=a+b",
    );
    expect(originals).toEqual(["t|//h.io/b.png", "t|//h.io/c.png"]);
    expect(
      marks.map(({ content, place, opacity }) => [
        content.kind,
        "gravity" in place && place.gravity,
        opacity,
      ]),
    ).toEqual([
      ["image", "north", 0.5],
      ["text", "north", 0.5],
      ["image", "south", 0.5],
    ]);
    expect(marks.map(({ content }) => ("input" in content ? content.input : content.text))).toEqual([
      0,
      "a b",
      1,
    ]);
  });

  test("may be one image in several places: then it is one original", () => {
    const { originals, marks } = read(
      "wat=1&wat_url=https://h.io/m.png&wat_gravity[1]=north&wat_gravity[2]=south&wat_url[3]=http://h.io/m.png",
    );
    expect(originals).toEqual(["t|//h.io/m.png"]);
    expect(marks.map(({ content }) => content)).toEqual(Array(3).fill({ kind: "image", input: 0 }));
  });

  test("say of themselves what they are, whatever is said of all", () => {
    const { originals, marks } = read("wat=1&wat_url=h.io/m.png&wat_text[1]=a&wat_gravity[2]=north");
    expect(originals).toEqual(["t|//h.io/m.png"]);
    expect(marks.map(({ content }) => content.kind)).toEqual(["text", "image"]);
  });

  test("an alias beside a name, and a bad value, count for their index only", () => {
    const { marks, notes } = read(
      "wat=1&wat_text=a&wat_colour[1]=red&wat_color[1]=blue&wat_color[2]=red&wat_color[2]=x",
    );
    expect(marks.map(({ content }) => "color" in content && content.color)).toEqual(["0000ff", "ff0000"]);
    expect(notes.map(({ parameter }) => parameter)).toEqual(["wat_color[2]"]);
  });

  test(`are at most ${limits.watermarks}, those of the lowest indices`, () => {
    const query = Array.from({ length: 10 }, (_, at) => `wat_text[${10 - at}]=n${10 - at}`).join("&");
    const { marks, notes } = read(`wat=1&${query}`);
    expect(marks.map(({ content }) => "text" in content && content.text)).toEqual([
      "n1",
      "n2",
      "n3",
      "n4",
      "n5",
      "n6",
      "n7",
      "n8",
    ]);
    expect(notes).toHaveLength(1);
  });

  test("those that cannot be seen or read leave no gap in the count of originals", () => {
    const { originals, marks } = read(
      "wat=1&wat_url[1]=h.io/a.png&wat_opacity[1]=0&wat_url[2]=nowhere&wat_url[3]=h.io/c.png",
    );
    expect(originals).toEqual(["t|//h.io/c.png"]);
    expect(marks.map(({ content }) => content)).toEqual([{ kind: "image", input: 0 }]);
  });

  test("an index elsewhere, or one that is none, is not read", () => {
    expect(read("wat=1&wat_text=a&wat_color[x]=red&wat_color[-1]=red&wat[1]=0").marks).toHaveLength(1);
    expect(parseRequest("/h.io/a?w[1]=5", plainToken("t")).origin.key).toBe(
      "t|//h.io/a?w[1]=5".replace("[", "%5B").replace("]", "%5D"),
    );
  });
});

describe("the key of a request", () => {
  const key = (query: string) => requestKey(parseRequest(`/h.io/a.jpg?${query}`, plainToken("t")));

  test("names the originals of its watermarks", () => {
    expect(key("wat=1&wat_url=h.io/m.png")).toEndWith("\nt|//h.io/m.png");
    expect(key("wat=1&wat_url=h.io/m.png")).not.toBe(key("wat=1&wat_url=h.io/n.png"));
  });

  test("is one for all spellings", () => {
    const one = key("wat=1&wat_url=h.io/m.png&wat_opacity=.5");
    expect(key("wat_opacity[4]=0.50&wat_url%5B4%5D=https%3A%2F%2Fh.io%2Fm.png&wat=1")).toBe(one);
    expect(key("wat=1&wat_url=h.io/m.png&wat_opacity=.5&wat_scale=100&wat_pad=3")).toBe(one);
  });
});
