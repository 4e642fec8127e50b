import type { Random } from "./random.ts";

const elements =
  "g rect circle path text tspan use image linearGradient radialGradient stop defs symbol marker pattern mask clipPath filter feGaussianBlur feTurbulence feImage feMerge feMergeNode feDisplacementMap style script foreignObject a switch animate set svg polygon textPath title metadata".split(
    " ",
  );
const numbers = [
  "0",
  "1",
  "-1",
  "9",
  "1e9",
  "-1e9",
  "1e-9",
  "NaN",
  "Infinity",
  "1e999",
  "50%",
  "9999999999",
  "0.000001",
  "",
  "px",
  "1em",
  "0x10",
];
const attributes =
  "x y width height cx cy r rx ry d points transform fill stroke stroke-width stroke-dasharray opacity font-size font-family viewBox preserveAspectRatio href xlink:href clip-path mask filter marker-start style class id offset gradientTransform patternUnits stdDeviation in in2 result baseFrequency numOctaves order kernelMatrix startOffset onclick".split(
    " ",
  );

/** A drawing, by a grammar that knows what is allowed and more. */
export function writeSvg(random: Random): Buffer {
  const head = random.pick([
    "",
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<?xml version="1.0" encoding="utf-16"?>',
    '<!DOCTYPE svg [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://127.0.0.1:1/svg11.dtd">',
    "<!-- -->",
  ]);
  const text = `${head}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${writeAttributes(random)}>${writeChildren(random, 0)}</svg>`;
  return Buffer.from(text);
}

function writeChildren(random: Random, depth: number): string {
  const count = random.below(depth > 6 ? 2 : 6);
  return Array.from({ length: count }, () => writeElement(random, depth)).join("");
}

function writeElement(random: Random, depth: number): string {
  if (random.once(8))
    return random.pick([
      "text",
      "&a;",
      "&b;",
      "&c;",
      "&#0;",
      "&#x10ffff;",
      "<![CDATA[x]]>",
      "<!--x-->",
      "<?x?>",
      "]]>",
      "&",
      "\u0000",
    ]);
  const name = random.pick(elements);
  const inside = name === "style" ? writeCss(random) : writeChildren(random, depth + 1);
  return `<${name} ${writeAttributes(random)}>${inside}</${random.once(60) ? "x" : name}>`;
}

function writeAttributes(random: Random): string {
  const names = new Set(Array.from({ length: random.below(6) }, () => random.pick(attributes)));
  return [...names].map((name) => `${name}="${writeValue(name, random)}"`).join(" ");
}

function writeValue(name: string, random: Random): string {
  const number = () => random.pick(numbers);
  switch (name) {
    case "d":
      return Array.from(
        { length: random.below(12) },
        () => `${random.pick([..."MLHVCSQTAZmlhvcsqtaz?"])}${number()} ${number()},${number()}`,
      ).join("");
    case "points":
    case "viewBox":
    case "stroke-dasharray":
    case "kernelMatrix":
      return Array.from({ length: random.below(9) }, number).join(" ");
    case "transform":
    case "gradientTransform":
      return `${random.pick(["scale", "rotate", "translate", "matrix", "skewX"])}(${number()} ${number()} ${number()})`;
    case "href":
    case "xlink:href":
      return random.pick([
        "#i0",
        "#i1",
        "#i2",
        "#none",
        "http://127.0.0.1:1/a.png",
        "file:///etc/passwd",
        "data:image/png;base64,iVBORw0KGgo=",
        "data:image/svg+xml,%3Csvg/%3E",
        "javascript:1",
        "",
      ]);
    case "id":
    case "result":
    case "in":
    case "in2":
      return `i${random.below(3)}`;
    case "fill":
    case "stroke":
    case "filter":
    case "mask":
    case "clip-path":
    case "marker-start":
      return random.pick([
        "url(#i0)",
        "url(#i1)",
        "url(#i2)",
        "url(http://127.0.0.1:1/x)",
        "red",
        "none",
        "#12345",
        "rgb(1e9,-1,0)",
      ]);
    case "style":
      return `fill:url(#i${random.below(3)});filter:${random.pick(["url(#i1)", "blur(1e9px)", "none"])}`;
    default:
      return number();
  }
}

function writeCss(random: Random): string {
  return random.pick([
    "*{fill:url(#i0)}",
    "@import url(http://127.0.0.1:1/a.css);",
    "rect{filter:url(#i1)}}",
    "{{{{",
    "#i0{mask:url(#i0)}",
    "@media all{*{x:y}}",
    ".a{fill:expression(1)}",
  ]);
}
