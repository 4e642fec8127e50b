import { expect, test } from "bun:test";
import { readPaste } from "./read-paste.ts";

const table: [name: string, text: string, lines: string[], leftOut?: number][] = [
  ["nothing", " \n\t\r\n , ,", []],
  ["a list", "/a.jpg\r\n\r\n  /b.jpg  ", ["/a.jpg", "/b.jpg"]],
  ["a wrong line that stands alone", "20\nhello", ["20", "hello"]],
  [
    "a srcset",
    "/h.io/a.jpg?w=1 300w, /h.io/b.jpg?tl_px=1,2 1.5x",
    ["/h.io/a.jpg?w=1", "/h.io/b.jpg?tl_px=1,2"],
  ],
  [
    "cells of a spreadsheet",
    "Nr\tPicture\tText\n1\thttps://h.io/a.jpg\tAt the sea\n2\t/h.io/my b.jpg\t5/6 of it",
    ["https://h.io/a.jpg", "/h.io/my b.jpg"],
    7,
  ],
  ["a spreadsheet's column", "/a.jpg\t/b.jpg\nc.io/x\t", ["/a.jpg", "/b.jpg", "c.io/x"]],
  [
    "CSV with quotes",
    'id;url;title\n1;"https://h.io/a,b.jpg?w=1;h=2";"The ""old"" one; by far"\n2;"photo.webp";x',
    ["https://h.io/a,b.jpg?w=1;h=2", "photo.webp"],
    5,
  ],
  ["CSV without quotes", "id,url\n7,/h.io/a.jpg\n8,/h.io/b.jpg", ["/h.io/a.jpg", "/h.io/b.jpg"], 3],
  ["a bare attribute", 'src="/h.io/a.jpg?w=1&amp;h=2"', ["/h.io/a.jpg?w=1&h=2"]],
  ["a bare srcset attribute", "srcset='/a.io/1.jpg 1x,/a.io/2.jpg 2x'", ["/a.io/1.jpg", "/a.io/2.jpg"]],
  [
    "a picture of a page",
    '<picture><source srcset="/h.io/a.avif 1x, /h.io/a@2.avif 2x"><img alt="a = b" src=/h.io/a.jpg ci-src="h.io/c.jpg"></picture>',
    ["/h.io/a.avif", "/h.io/a@2.avif", "/h.io/a.jpg", "h.io/c.jpg"],
  ],
  [
    "a page",
    `<!doctype html><script src="/app.js"></script><link rel=preload as=image href="/h.io/hero.webp?x">
     <link rel=stylesheet href="/style.css"><meta property="og:image" content="https://h.io/og.png">
     <a href="/news/today">today</a><div style="background: url('/h.io/bg.jpg')">Look at https://h.io/seen.jpg, or/and not.</div>
     <img src="data:image/gif;base64,R0lGOD"><video poster="/h.io/p.jpg" src="/h.io/v.mp4"></video>`,
    ["/h.io/hero.webp?x", "https://h.io/og.png", "/h.io/bg.jpg", "https://h.io/seen.jpg", "/h.io/p.jpg"],
  ],
  ["a srcset without widths", '<img srcset="/a.io/1.jpg, /a.io/2.jpg 2x">', ["/a.io/1.jpg", "/a.io/2.jpg"]],
  ["a style", '.a { background: url(/h.io/a.png) } .b { mask: url( "b.svg" ) }', ["/h.io/a.png", "b.svg"]],
  [
    "Markdown",
    '# Hi\n\n![old one](/h.io/a.jpg) and text ![](https://h.io/b.png "title")',
    ["/h.io/a.jpg", "https://h.io/b.png"],
  ],
  ["entities", '<img src="/h.io/a.jpg?x=&#38;&#x26;&unknown;">', ["/h.io/a.jpg?x=&&&unknown;"]],
  ["a script that somebody tries", "<img src=x onerror=alert(1)>", ["x"]],
];

for (const [name, text, lines, leftOut = 0] of table) {
  test(`readPaste finds the addresses of ${name}`, () => {
    expect(readPaste(text)).toEqual({ lines, leftOut });
  });
}

const long: [name: string, text: string][] = [
  ["a word without end", "a".repeat(400_000)],
  ["an attribute that never begins", `<img ${"a".repeat(400_000)}`],
  ["quotes without end", `src="${"'".repeat(400_000)}`],
  ["tags without end", "<".repeat(400_000)],
  ["brackets", `<img>${"![".repeat(200_000)}`],
  ["white space", `<img>${" ".repeat(400_000)}=`],
  ["a srcset", `/a 1x,${" ,".repeat(200_000)}`],
  ["quotes of cells", `"${'"",'.repeat(130_000)}`],
  ["slashes", `<b>${"/".repeat(400_000)}`],
];

for (const [name, text] of long) {
  // A reader that looked again and again would take minutes, and run into the runner's limit.
  test(`readPaste takes time in proportion to ${name}`, () => {
    expect(readPaste(text.repeat(4)).lines.length).toBeGreaterThanOrEqual(0);
  });
}
