import { expect, test } from "bun:test";
import { splitLine } from "./split-line.ts";

const table: Record<string, string[]> = {
  "": [],
  "  \t , ,": [],
  "/a.jpg": ["/a.jpg"],
  "  /a.jpg  ": ["/a.jpg"],
  "/a.jpg; /b.jpg;/c.jpg": ["/a.jpg", "/b.jpg", "/c.jpg"],
  "/h.io/a.jpg?x=1;y=2": ["/h.io/a.jpg?x=1;y=2"],
  "/a.jpg\t/b.jpg": ["/a.jpg", "/b.jpg"],
  "/a.jpg,/b.jpg": ["/a.jpg", "/b.jpg"],
  "/a.jpg, /b.jpg,": ["/a.jpg", "/b.jpg"],
  "sample.li/a, sample.li/b": ["sample.li/a", "sample.li/b"],
  "https://h.io/a,https://h.io/b": ["https://h.io/a", "https://h.io/b"],
  "h.io/a,h.io:8080/b,_cms_/c,//h.io/d": ["h.io/a", "h.io:8080/b", "_cms_/c", "//h.io/d"],
  "photos/a.jpg,photos/b.webp,c.png": ["photos/a.jpg", "photos/b.webp", "c.png"],
  "photos/*,icons/*": ["photos/*", "icons/*"],

  // Commas that belong to the address.
  "/h.io/a.jpg?tl_px=10,20": ["/h.io/a.jpg?tl_px=10,20"],
  "/h.io/a.jpg?tl_px=10,20&br_px=30,40,/h.io/b.jpg": ["/h.io/a.jpg?tl_px=10,20&br_px=30,40", "/h.io/b.jpg"],
  "/h.io/a.jpg?tl_px=10,20,h.io/b.jpg?tl_px=1,2": ["/h.io/a.jpg?tl_px=10,20", "h.io/b.jpg?tl_px=1,2"],
  "/h.io/a.jpg?wat_url=h.io/logo.png,20": ["/h.io/a.jpg?wat_url=h.io/logo.png,20"],
  "/h.io/rome,italy.jpg": ["/h.io/rome,italy.jpg"],
  "/h.io/v1.5,final/a.jpg": ["/h.io/v1.5,final/a.jpg"],
};

for (const [text, lines] of Object.entries(table)) {
  test(`splitLine reads ${JSON.stringify(text)} as ${lines.length} addresses`, () => {
    expect(splitLine(text)).toEqual(lines);
  });
}

test("splitLine takes time in proportion to the text, also if none of its commas separates", () => {
  const line = `/${"a,".repeat(200_000)}a`;
  expect(splitLine(line)).toEqual([line]);
});

test("splitLine separates ten thousand addresses in one line", () => {
  const addresses = Array.from({ length: 10_000 }, (_, at) => `h.io/${at}.jpg`);
  expect(splitLine(addresses.join(","))).toEqual(addresses);
});
