import { describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { FreshetError } from "@freshet/core";
import { DOMParser, type Element, type Node } from "@xmldom/xmldom";
import { serverLimits } from "../../limits.ts";
import { cleanSvg } from "./clean-svg.ts";

const svgNamespace = "http://www.w3.org/2000/svg";
const names = `xmlns="${svgNamespace}" xmlns:xlink="http://www.w3.org/1999/xlink"`;
const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

function svg(inner: string, attributes = ""): string {
  return `<svg ${names} viewBox="0 0 10 10" ${attributes}>${inner}<rect id="kept" width="10" height="10"/></svg>`;
}

function clean(file: string | Uint8Array): string {
  return new TextDecoder().decode(cleanSvg(typeof file === "string" ? new TextEncoder().encode(file) : file));
}

/** Read by a parser that has nothing to do with the one under test. */
function parsed(text: string): Element {
  const broken = (level: string, message: string) => {
    throw new Error(`${level}: ${message}`);
  };
  const root = new DOMParser({ onError: broken }).parseFromString(text, "image/svg+xml").documentElement;
  if (!root) throw new Error("no root");
  return root;
}

function* elements(node: Node): Generator<Element> {
  if (node.nodeType === 1) yield node as Element;
  for (const child of node.childNodes) yield* elements(child);
}

const active = new Set(
  `script handler listener foreignobject iframe object embed audio video canvas html body img form input meta base link
  discard animation prefetch tref`.split(/\s+/),
);

/** Whatever in a document could run, fetch or lead away. */
function dangers(text: string): string[] {
  const found: string[] = [];
  if (/<!|<\?/.test(text)) found.push("a declaration, an instruction, a comment or CDATA");
  for (const element of elements(parsed(text))) {
    const name = (element.localName ?? "").toLowerCase();
    if (element.namespaceURI !== svgNamespace) found.push(`namespace of ${element.nodeName}`);
    if (active.has(name)) found.push(`<${name}>`);
    if (name === "style") found.push(...dangersOfCss(element.textContent ?? ""));
    for (const { name: key, value } of element.attributes) {
      const bare = value.replace(/[\s\p{Cc}]/gu, "").toLowerCase();
      if (/^(?:.*:)?on/i.test(key)) found.push(key);
      if (name === "style" && key === "type" && !/^text\/css$/.test(value)) found.push(`style of ${value}`);
      if (/^data:[^,]*base64/.test(value) && atob(value.slice(value.indexOf(",") + 1).trim()).includes("<"))
        found.push("markup as data");
      if (/^(?:xml:base|src|action|formaction|data|ping|poster|srcset|target)$/i.test(key)) found.push(key);
      if (/(?:java|vb|live)script:/.test(bare)) found.push(`${key}=${value}`);
      if (/(?:^|:)href$/.test(key) && !/^(?:#|data:image\/(?:png|jpeg|gif|webp|avif);base64,)/.test(bare)) {
        found.push(`${key}=${value}`);
      }
      if (key === "attributeName" && /href|^on|src|style/i.test(value)) found.push(`${key}=${value}`);
      if (!/href$|^xmlns/.test(key)) found.push(...dangersOfCss(value));
    }
  }
  return found;
}

function dangersOfCss(css: string): string[] {
  const spelled = css
    .replace(/\\([0-9a-f]{1,6})\s?/gi, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16) % 0x110000))
    .replace(/\\/g, "")
    .toLowerCase();
  const found =
    /@import|@font-face|@namespace|expression\(|-moz-binding|behavior|image-set|src\(|https?:|\/\/|javascript:/;
  const outward = /url\(\s*["']?(?!\s*["']?#)/;
  return [found, outward].flatMap((danger) => danger.exec(spelled)?.[0] ?? []);
}

const dangerous: Readonly<Record<string, string>> = {
  "a script": svg("<script>alert(1)</script>"),
  "a script by address": svg('<script href="https://evil.example/x.js"/>'),
  "a script by xlink": svg('<script xlink:href="https://evil.example/x.js"/>'),
  "a script by data": svg('<script xlink:href="data:text/javascript,alert(1)"/>'),
  "a script in CDATA": svg("<script><![CDATA[alert(1)]]></script>"),
  "a script in a link": svg('<a href="#x"><script>alert(1)</script></a>'),
  "a script in defs": svg("<defs><script>alert(1)</script></defs>"),
  "a script in text": svg("<text>a<script>alert(1)</script></text>"),
  "a script in a title": svg("<title><script>alert(1)</script></title>"),
  "a script in metadata": svg("<metadata><script>alert(1)</script></metadata>"),
  "a script in an unknown element": svg("<wrap><script>alert(1)</script></wrap>"),
  "a script in capitals": svg("<SCRIPT>alert(1)</SCRIPT>"),
  "a script by a prefix": svg(`<s:script xmlns:s="${svgNamespace}">alert(1)</s:script>`),
  "a script of XHTML": svg('<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>'),
  "a script of XHTML by a prefix": svg(
    '<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>',
  ),
  "a script in a switch": svg("<switch><g><script>alert(1)</script></g></switch>"),
  "a drawing by a prefix": `<s:svg xmlns:s="${svgNamespace}"><s:script>alert(1)</s:script><s:rect/></s:svg>`,
  "a drawing without a namespace": "<svg><script>alert(1)</script><rect/></svg>",
  "onload at the root": svg("", 'onload="alert(1)"'),
  "onload elsewhere": svg('<g onload="alert(1)"/>'),
  onclick: svg('<rect onclick="alert(1)"/>'),
  "ONCLICK in capitals": svg('<rect ONCLICK="alert(1)"/>'),
  "onbegin of an animation": svg('<animate onbegin="alert(1)" attributeName="x" dur="1s"/>'),
  "onend of a set": svg('<set onend="alert(1)" attributeName="x" to="1"/>'),
  "onfocus with autofocus": svg('<rect tabindex="1" autofocus="" onfocus="alert(1)"/>'),
  "onerror of an image": svg('<image href="x" onerror="alert(1)"/>'),
  "a handler nobody knows": svg('<rect onwhatever="alert(1)"/>'),
  "a handler by a prefix": svg(`<rect xmlns:s="${svgNamespace}" s:onclick="alert(1)"/>`),
  "a handler of XML Events": svg(
    '<handler xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load">alert(1)</handler>',
  ),
  "a listener": svg('<listener event="click" handler="#h"/>'),
  "a link that runs": svg('<a href="javascript:alert(1)"><text>x</text></a>'),
  "a link by xlink": svg('<a xlink:href="javascript:alert(1)"><text>x</text></a>'),
  "a link by another prefix": svg(
    '<a xmlns:y="http://www.w3.org/1999/xlink" y:href="javascript:alert(1)"><text>x</text></a>',
  ),
  "a link in capitals": svg('<a href="JaVaScRiPt:alert(1)"/>'),
  "a link with a tab": svg('<a href="java&#9;script:alert(1)"/>'),
  "a link with line feeds": svg('<a href="&#10;java&#xA;script&#13;:alert(1)"/>'),
  "a link after a control character": svg('<a href="&#x20;&#xA0;javascript:alert(1)"/>'),
  "a link in character references": svg(
    '<a href="&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;x"/>',
  ),
  "a link from an entity": `<!DOCTYPE svg [<!ENTITY j "javascript:">]>${svg('<a href="&j;alert(1)"/>')}`,
  "a link to VBScript": svg('<a href="vbscript:msgbox(1)"/>'),
  "a link to data": svg('<a href="data:text/html,&lt;script&gt;alert(1)&lt;/script&gt;"/>'),
  "a link outward": svg('<a href="https://evil.example/" target="_blank" ping="https://evil.example/p"/>'),
  "xml:base": svg('<a xml:base="javascript:alert(1)//" href="#x"/>', 'xml:base="https://evil.example/"'),
  "a set of href": svg('<a id="l"><set attributeName="href" to="javascript:alert(1)"/></a>'),
  "an animation of href": svg('<a><animate attributeName="href" values="javascript:alert(1)"/></a>'),
  "an animation of xlink:href": svg(
    '<a><animate attributeName="xlink:href" from="javascript:a" to="x"/></a>',
  ),
  "an animation of href with spaces": svg(
    '<a><animate attributeName=" href " to="javascript:alert(1)"/></a>',
  ),
  "an animation of href from afar": svg('<animate href="#l" attributeName="href" to="javascript:alert(1)"/>'),
  "an animation of a handler": svg('<set attributeName="onmouseover" to="alert(1)"/>'),
  "an animation of style": svg('<set attributeName="style" to="background:url(//evil.example)"/>'),
  "an animation to an address": svg(
    '<animate attributeName="fill" values="url(https://evil.example/#a);red"/>',
  ),
  foreignObject: svg(
    '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><img src="x"/></body></foreignObject>',
  ),
  "an iframe": svg('<iframe src="javascript:alert(1)"/>'),
  "an iframe of XHTML": svg('<h:iframe xmlns:h="http://www.w3.org/1999/xhtml" src="//evil.example"/>'),
  "an embed": svg('<embed src="//evil.example" xmlns="http://www.w3.org/1999/xhtml"/>'),
  "an object": svg('<object data="//evil.example" xmlns="http://www.w3.org/1999/xhtml"/>'),
  "a video": svg('<video xmlns="http://www.w3.org/1999/xhtml"><source onerror="alert(1)"/></video>'),
  "an audio of SVG 1.2": svg('<audio xlink:href="https://evil.example/a.mp3"/>'),
  "a refresh": svg(
    '<meta xmlns="http://www.w3.org/1999/xhtml" http-equiv="refresh" content="0;url=javascript:a"/>',
  ),
  "a style sheet of XHTML": svg(
    '<link xmlns="http://www.w3.org/1999/xhtml" rel="stylesheet" href="//evil.example"/>',
  ),
  "an image from a server": svg('<image href="https://evil.example/a.png" width="1" height="1"/>'),
  "an image without a scheme": svg('<image xlink:href="//evil.example/a.png" width="1" height="1"/>'),
  "an image from a file": svg('<image href="file:///etc/passwd" width="1" height="1"/>'),
  "an image by a path": svg('<image href="/etc/passwd" width="1" height="1"/>'),
  "an image that is a drawing": svg(`<image href="data:image/svg+xml;base64,${btoa(svg("<script/>"))}"/>`),
  "an image that says it is a PNG": svg(`<image href="data:image/png;base64,${btoa(svg("<script/>"))}"/>`),
  "an image that is HTML": svg('<image href="data:text/html;base64,PHNjcmlwdD4="/>'),
  "feImage from a server": svg('<filter id="f"><feImage href="https://evil.example/a.png"/></filter>'),
  "use of another document": svg('<use href="https://evil.example/a.svg#x"/>'),
  "use of a drawing as data": svg('<use href="data:image/svg+xml,&lt;svg id=&quot;x&quot;/&gt;#x"/>'),
  "a fill from a server": svg('<rect fill="url(https://evil.example/a.svg#p)"/>'),
  "a fill with quotes": svg(`<rect fill="url('https://evil.example/a.svg#p')"/>`),
  "a fill with an escape": svg('<rect fill="u\\72l(https://evil.example/a#p)"/>'),
  "a fill with another after it": svg('<rect fill="url(#a) url(//evil.example/b)"/>'),
  "a mask from a server": svg('<rect mask="url(//evil.example/m.svg#m)"/>'),
  "a cursor": svg('<rect cursor="url(https://evil.example/c.cur),auto"/>'),
  "a style that fetches": svg('<rect style="fill:red;background:url(https://evil.example/a.png)"/>'),
  "a style with an escape": svg('<rect style="background:\\75 rl(https://evil.example/a.png)"/>'),
  "a style with image-set": svg('<rect style="background:image-set(&quot;//evil.example/a&quot; 1x)"/>'),
  "a style with a variable": svg('<rect style="--a:url(//evil.example/a);fill:var(--a)"/>'),
  "a style with an expression": svg('<rect style="width:expression(alert(1))"/>'),
  "a style with a binding": svg('<rect style="-moz-binding:url(//evil.example/x.xml#a)"/>'),
  "a style with a behavior": svg('<rect style="behavior:url(x.htc)"/>'),
  "an import": svg('<style>@import "https://evil.example/a.css";rect{fill:red}</style>'),
  "an import by url": svg("<style>@import url(https://evil.example/a.css);</style>"),
  "an import in capitals": svg("<style>@IMPORT 'https://evil.example/a.css';</style>"),
  "an import with an escape": svg("<style>@\\69mport 'https://evil.example/a.css';</style>"),
  "a font": svg("<style>@font-face{font-family:a;src:url(https://evil.example/a.woff)}</style>"),
  "a sheet that fetches": svg("<style>rect{fill:red;background:url('https://evil.example/a.png')}</style>"),
  "a sheet in CDATA": svg("<style><![CDATA[rect{background:url(//evil.example/a.png)}]]></style>"),
  "a sheet with a comment in between": svg("<style>rect{background:url/**/(//evil.example/a.png)}</style>"),
  "a sheet that fetches for a screen": svg(
    "<style>@media screen{g{list-style:url(//evil.example/a)}}</style>",
  ),
  "a sheet with a namespace": svg('<style>@namespace x url("https://evil.example/");</style>'),
  "a sheet left open": svg("<style>rect{background:url(//evil.example/a.png</style>"),
  "a sheet with a string left open": svg('<style>a{b:"c\n}d{e:url(//evil.example)}</style>'),
  "a sheet that ends itself": svg("<style>&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;</style>"),
  "a sheet of another language": svg('<style type="text/javascript">alert(1)</style>'),
  "a sheet by an instruction": `<?xml-stylesheet href="https://evil.example/a.xsl" type="text/xsl"?>${svg("")}`,
  "an instruction in the middle": svg('<?xml-stylesheet href="//evil.example/a.css"?>'),
  "a file by an entity": `<!DOCTYPE svg [<!ENTITY f SYSTEM "file:///etc/passwd">]>${svg("<text>x</text>")}`,
  "a document type from a server": `<!DOCTYPE svg SYSTEM "https://evil.example/a.dtd">${svg("")}`,
  "markup in an entity": `<!DOCTYPE svg [<!ENTITY s "<script>alert(1)</script>">]>${svg("<text>&s;</text>")}`,
  XInclude: svg('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'),
  "a comment that ends early": svg("<!-- --><script>alert(1)</script><!-- -->"),
  "text that looks like markup": svg("<text>&lt;script&gt;alert(1)&lt;/script&gt;</text>"),
  "an attribute that looks like markup": svg(
    '<rect class="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"/>',
  ),
  "a tref": svg('<text><tref xlink:href="https://evil.example/a.svg#t"/></text>'),
  "a color profile": svg('<color-profile xlink:href="https://evil.example/a.icc"/>'),
  "a font of SVG": svg(
    '<font-face><font-face-src><font-face-uri xlink:href="//evil.example"/></font-face-src></font-face>',
  ),
  MathML: svg('<math xmlns="http://www.w3.org/1998/Math/MathML" href="javascript:alert(1)"/>'),
};

describe("cleanSvg leaves nothing that runs, fetches or leads away", () => {
  test("the judge of this test sees each danger in the raw file", () => {
    const blind = Object.entries(dangerous).filter(([, file]) => {
      try {
        return dangers(file).length === 0;
      } catch {
        return false;
      }
    });
    // Harmless as they are; they only must not become markup.
    expect(blind.map(([name]) => name).sort()).toEqual([
      "a sheet that ends itself",
      "an attribute that looks like markup",
      "text that looks like markup",
    ]);
  });

  for (const [name, file] of Object.entries(dangerous)) {
    test(name, () => {
      const text = clean(file);
      expect(dangers(text)).toEqual([]);
      expect([...elements(parsed(text))].some(({ localName }) => localName === "rect")).toBe(true);
    });
  }
});

const kept: Readonly<Record<string, string>> = {
  "a reference by url": '<rect fill="url(#p)"/>',
  "a use": '<use href="#kept"/>',
  "a use by xlink": '<use xlink:href="#kept"/>',
  "a picture that is written out": `<image href="data:image/png;base64,${png}"/>`,
  "a style": '<rect style="fill:red"/>',
  "a function of CSS": '<rect fill="rgb(1 2 3 / calc(1% * 50))" class="a(b)"/>',
  "an animation": '<animate attributeName="x" values="0;5" dur="1s"/>',
  "a name with parentheses": '<g id="Layer (copy)"><path d="M0 0h1"/></g>',
  "text with its spaces": '<text xml:space="preserve"> a  <tspan> b </tspan> </text>',
};

function words(element: Element): string {
  const attributes = [...element.attributes].map(({ name, value }) => `${name}=${value}`).sort();
  return `${element.localName} ${attributes.filter((word) => !word.startsWith("xmlns")).join(" ")}`;
}

describe("cleanSvg keeps what draws", () => {
  for (const [name, inner] of Object.entries(kept)) {
    test(name, () => {
      const before = parsed(svg(inner).replace("rgb(1 2 3 / calc(1% * 50))", "red"));
      const after = parsed(clean(svg(inner)).replace("rgb(1 2 3 / calc(1% * 50))", "red"));
      expect([...elements(after)].map(words)).toEqual([...elements(before)].map(words));
      expect(after.textContent).toBe(before.textContent);
    });
  }

  test("safe rules of a sheet in which others are not", () => {
    const css = "@import 'x';/* a */ rect { fill: red; background: url(//x) } @media print{g{fill:blue}}";
    expect(clean(svg(`<style>${css}</style>`))).toContain(
      "<style>rect{fill:red}@media print{g{fill:blue}}</style>",
    );
  });

  test("entities with plain values, and prefixes of any name", () => {
    const file = `<!DOCTYPE svg [<!ENTITY ns "${svgNamespace}"><!ENTITY c 'red'>]>
      <v:svg xmlns:v="&ns;" xmlns:l="http://www.w3.org/1999/xlink"><v:use l:href="#a" fill="&c;"/></v:svg>`;
    expect([...elements(parsed(clean(file)))].map(words)).toEqual(["svg ", "use fill=red xlink:href=#a"]);
  });
});

describe("cleanSvg reads", () => {
  const file = svg("<text>Köln €</text>");
  const little = new Uint8Array(Buffer.from(file, "utf16le"));
  const big = little.slice();
  new Uint16Array(big.buffer).set(new Uint16Array(little.buffer).map((unit) => (unit << 8) | (unit >> 8)));
  const files: Readonly<Record<string, Uint8Array>> = {
    "UTF-8": Buffer.from(file),
    "UTF-8 with a mark": Buffer.from(`\ufeff${file}`),
    "UTF-16, little end first": little,
    "UTF-16, little end first, with a mark": Buffer.concat([Buffer.from([0xff, 0xfe]), little]),
    "UTF-16, big end first": big,
    "UTF-16, big end first, with a mark": Buffer.concat([Buffer.from([0xfe, 0xff]), big]),
    "windows-1252": Buffer.concat([
      Buffer.from('<?xml version="1.0" encoding="windows-1252"?><svg><text>K'),
      Buffer.from([0xf6, 0x6c, 0x6e, 0x20, 0x80]),
      Buffer.from("</text></svg>"),
    ]),
    gzip: gzipSync(file),
  };
  for (const [name, bytes] of Object.entries(files)) {
    test(name, () => expect(parsed(clean(bytes)).textContent).toBe("Köln €"));
  }
});

describe("cleanSvg refuses", () => {
  const { svgBytes, svgDepth, svgElements } = serverLimits;
  const files: Readonly<Record<string, [code: string, file: string | Uint8Array]>> = {
    nothing: ["image_broken", ""],
    "plain text": ["image_broken", "hello"],
    "an element left open": ["image_broken", "<svg><g></svg>"],
    "two roots": ["image_broken", "<svg/><svg/>"],
    "an attribute twice": ["image_broken", '<svg id="a" id="b"/>'],
    "a prefix of nothing": ["image_broken", '<svg x:y="1"/>'],
    "an entity that nobody declared": ["image_broken", "<svg>&nbsp;</svg>"],
    HTML: ["image_broken", "<html><svg/></html>"],
    "a root of another namespace": ["image_broken", '<svg xmlns="http://www.w3.org/1999/xhtml"/>'],
    "bytes that are no UTF-8": ["image_broken", Buffer.from([...Buffer.from("<svg>"), 0xff, 0xfe])],
    "an encoding nobody knows": ["image_broken", '<?xml version="1.0" encoding="x-unknown"?><svg/>'],
    "gzip that is cut off": ["image_broken", gzipSync(svg("")).subarray(0, 40)],
    "gzip that unpacks to more than the limit": [
      "original_too_large",
      gzipSync(Buffer.alloc(svgBytes + 1, " ")),
    ],
    "more bytes than the limit": ["original_too_large", Buffer.alloc(svgBytes + 1, " ")],
    "more elements than the limit": ["original_too_large", `<svg>${"<g/>".repeat(svgElements)}</svg>`],
    "more depth than the limit": ["original_too_large", `<svg>${"<g>".repeat(svgDepth)}`],
    "entities that add up": [
      "original_too_large",
      `<!DOCTYPE svg [<!ENTITY a "${"a".repeat(10_000)}">]><svg><text>${"&a;".repeat(1000)}</text></svg>`,
    ],
  };
  for (const [name, [code, file]] of Object.entries(files)) {
    test(name, () => {
      let thrown: unknown;
      try {
        clean(file);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(FreshetError);
      expect((thrown as FreshetError).code as string).toBe(code);
    });
  }

  test("a billion laughs comes to nothing", () => {
    const entities = Array.from({ length: 9 }, (_, at) => `<!ENTITY a${at + 1} "${`&a${at};`.repeat(10)}">`);
    const file = `<!DOCTYPE svg [<!ENTITY a0 "ha">${entities.join("")}]><svg><text>&a9;</text></svg>`;
    expect(parsed(clean(file)).textContent).toBe("&a8;".repeat(10));
  });
});

test("what was cleaned once stays as it is", () => {
  for (const file of [...Object.values(dangerous), ...Object.values(kept).map((inner) => svg(inner))]) {
    const once = clean(file);
    expect(clean(once)).toBe(once);
  }
});
