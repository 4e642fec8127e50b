import { describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { serverLimits } from "../../limits.ts";
import { isSvg, readSvgHeader } from "./svg-header.ts";

const text = (value: string) => new TextEncoder().encode(value);
const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="20"></svg>';

function utf16(value: string, order: "big" | "little", mark: boolean): Uint8Array {
  const units = Buffer.from(mark ? `\ufeff${value}` : value, "utf16le");
  return order === "little" ? units : units.swap16();
}

describe("isSvg", () => {
  const drawings: Readonly<Record<string, Uint8Array>> = {
    "svg at once": text(svg),
    "a byte order mark": text(`\ufeff${svg}`),
    "white space": text(` \r\n\t${svg}`),
    "a declaration": text(`<?xml version="1.0" encoding="ISO-8859-1" standalone='no'?>\n${svg}`),
    comments: text(`<!-- <html> --><!----><!-- > -->\n${svg}`),
    "an instruction": text(`<?xml-stylesheet href="a.css"?>${svg}`),
    "a DOCTYPE": text(
      `<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">${svg}`,
    ),
    "a DOCTYPE with entities": text(
      `<!DOCTYPE svg [<!ENTITY a "]>"><!ENTITY b '<x>'><!-- ]> it's --><!ATTLIST svg c CDATA #IMPLIED>]>${svg}`,
    ),
    "a prefix": text(`<s:svg xmlns:s="http://www.w3.org/2000/svg" width="10" height="20"/>`),
    "attributes with brackets": text(`<svg a=">" b='<"' width="10" height="20">`),
    "UTF-16 with a mark, little endian": utf16(svg, "little", true),
    "UTF-16 with a mark, big endian": utf16(svg, "big", true),
    "UTF-16, little endian": utf16(svg, "little", false),
    "UTF-16, big endian": utf16(svg, "big", false),
    gzip: gzipSync(svg),
    "gzip of a long file": gzipSync(svg + "<!-- x -->".repeat(100_000)),
    "gzip of UTF-16": gzipSync(utf16(svg, "big", true)),
  };
  for (const [what, bytes] of Object.entries(drawings)) {
    test(`is true with ${what}`, () => {
      expect(isSvg(bytes)).toBe(true);
      expect(readSvgHeader(bytes)).toMatchObject({ width: 10, height: 20 });
    });
  }

  const others: Readonly<Record<string, Uint8Array>> = {
    HTML: text(`<!DOCTYPE html><html><body>${svg}</body></html>`),
    "another root": text(`<symbol>${svg}</symbol>`),
    "a name that only begins so": text("<svgs/>"),
    "text before it": text(`Hello ${svg}`),
    "a comment that does not end": text(`<!-- ${svg}`),
    "a DOCTYPE that does not end": text(`<!DOCTYPE svg [ ${svg}`),
    "an element that does not end": text('<svg width="10" height="20"'),
    "a quote that does not end": text('<svg width="10></svg>'),
    "gzip of something else": gzipSync("hello"),
    "damaged gzip": new Uint8Array([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    "white space without end": text(" ".repeat(serverLimits.svgHeadBytes) + svg),
    nothing: new Uint8Array(0),
  };
  for (const [what, bytes] of Object.entries(others)) {
    test(`is false for ${what}`, () => expect(isSvg(bytes)).toBe(false));
  }
});

describe("the size of a drawing", () => {
  const sizes: readonly [attributes: string, width: number, height: number][] = [
    ['width="100" height="50"', 100, 50],
    ["width='100px' height='50px'", 100, 50],
    ['width = "100"\n\theight="5e1"', 100, 50],
    ['width="100" height="50" viewBox="0 0 7 9"', 100, 50],
    // 96 pixels an inch.
    ['width="1in" height="2in"', 96, 192],
    ['width="72pt" height="6pc"', 96, 96],
    ['width="2.54cm" height="25.4mm"', 96, 96],
    ['width="101.6Q" height="2em"', 96, 32],
    ['width="4ex" height="1rem"', 32, 16],
    ['viewBox="0 0 300 100"', 300, 100],
    ['viewBox="-5,-5 , 300,100"', 300, 100],
    ['width="100%" height="100%" viewBox="0 0 300 100"', 300, 100],
    ['width="30" viewBox="0 0 300 100"', 30, 10],
    ['height="50" viewBox="0 0 300 100"', 150, 50],
    ['height="50" width="auto" viewBox="0 0 300 100"', 150, 50],
    // What a browser does with nothing to go by.
    ["", 300, 150],
    ['width="50"', 50, 150],
    ['height="50"', 300, 50],
    ['viewBox="0 0 0 0"', 300, 150],
    ['viewBox="0 0 10"', 300, 150],
    ['width="1e999" height="50"', 300, 50],
    ['width="10parsec" height="50"', 300, 50],
    // Never less than a pixel, unless it says so.
    ['width="0.2" height="10.6"', 1, 11],
    ['viewBox="0 0 1000 1"', 1000, 1],
    ['width="0" height="10"', 0, 10],
    ['width="-5" height="10"', 0, 10],
    // Only names of its own count.
    ['data-width="7" xwidth="7" title=\'width="9"\' width="100" height="50"', 100, 50],
  ];
  for (const [attributes, width, height] of sizes) {
    test(`<svg ${attributes}> is ${width}x${height}`, () => {
      expect(readSvgHeader(text(`<svg ${attributes}/>`))).toMatchObject({ width, height });
    });
  }

  test("is brought into reach where its units are large, in its proportions", () => {
    const side = serverLimits.svgSide;
    const map = '<svg width="100%" viewBox="0 0 1000000 500000"/>';
    expect(readSvgHeader(text(map))).toMatchObject({ width: side, height: side / 2 });
    expect(readSvgHeader(text('<svg viewBox="0 0 10000 10000"/>'))).toMatchObject({ width: 10_000 });
    expect(readSvgHeader(text('<svg viewBox="0 0 1 1e12"/>'))).toMatchObject({ width: 1, height: side });
  });

  test("is found without trying long, whatever is in the file", () => {
    for (const part of ["a ", "a= ", "a='\"' ", "<!---->", "a", "[", '"', "\n"]) {
      isSvg(text(`<!DOCTYPE svg [${part.repeat(50_000)}`));
      isSvg(text(`<svg ${part.repeat(50_000)}`));
      isSvg(text(`<svg ${part.repeat(20_000)}/>`));
      if (!part.includes('"') && part !== "<!---->") readSvgHeader(text(`<svg ${part.repeat(20_000)}/>`));
    }
  });

  test("is missing in what is no drawing", () => {
    expect(() => readSvgHeader(text("<html/>"))).toThrow("image_broken");
  });
});
