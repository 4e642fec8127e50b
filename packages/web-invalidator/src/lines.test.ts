import { expect, test } from "bun:test";
import { splitLines } from "./lines.ts";

const table: Record<string, string[]> = {
  "": [],
  " \n\t\r\n , ,": [],
  "/a.jpg": ["/a.jpg"],
  "/a.jpg\n/b.jpg": ["/a.jpg", "/b.jpg"],
  "/a.jpg\r\n\r\n  /b.jpg  ": ["/a.jpg", "/b.jpg"],
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
  test(`splitLines reads ${JSON.stringify(text)} as ${lines.length} addresses`, () => {
    expect(splitLines(text)).toEqual(lines);
  });
}

test("splitLines takes time in proportion to the text, also if none of its commas separates", () => {
  const line = `/${"a,".repeat(200_000)}a`;
  expect(splitLines(line)).toEqual([line]);
});

test("splitLines separates ten thousand addresses in one line", () => {
  const addresses = Array.from({ length: 10_000 }, (_, at) => `h.io/${at}.jpg`);
  expect(splitLines(addresses.join(","))).toEqual(addresses);
});
