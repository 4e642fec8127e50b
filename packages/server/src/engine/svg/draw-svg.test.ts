import { describe, expect, test } from "bun:test";
import { FreshetError, type Size } from "@freshet/core";
import { type Color, distance, pixelAt, quadrants, type Raster, toPng } from "../test-pictures.ts";
import { cleanSvg } from "./clean-svg.ts";
import { drawSvg } from "./draw-svg.ts";
import { rasterizeSvg } from "./rasterize-svg.ts";

const names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';

function svg(inner: string, attributes = 'width="100" height="100"'): Uint8Array {
  return new TextEncoder().encode(`<svg ${names} ${attributes}>${inner}</svg>`);
}

async function draw(bytes: Uint8Array, size: Size, natural: Size = size): Promise<Raster> {
  const { data, width, height } = await drawSvg({ bytes, natural, size });
  return { width, height, rgba: data };
}

async function refusal(bytes: Uint8Array, size: Size): Promise<string> {
  try {
    await draw(bytes, size);
  } catch (error) {
    return error instanceof FreshetError ? error.code : String(error);
  }
  return "drawn";
}

const hundred = { width: 100, height: 100 };

describe("drawSvg draws at exactly the size that is wanted", () => {
  for (const [width, height] of [
    [1, 1],
    [2, 3],
    [37, 11],
    [1, 4096],
    [4096, 16],
    [999, 1001],
  ] as const) {
    test(`${width} x ${height}`, async () => {
      const picture = await draw(
        svg('<rect width="100" height="100" fill="#123456"/>'),
        { width, height },
        hundred,
      );
      expect([picture.width, picture.height, picture.rgba.length]).toEqual([
        width,
        height,
        width * height * 4,
      ]);
      for (const [x, y] of [
        [0, 0],
        [width - 1, 0],
        [0, height - 1],
        [width - 1, height - 1],
      ] as const) {
        expect(pixelAt(picture, x, y)).toEqual([0x12, 0x34, 0x56, 255]);
      }
    });
  }
});

describe("drawSvg draws pixels that can be calculated by hand", () => {
  test("edges on the grid are sharp", async () => {
    const picture = await draw(svg('<rect x="10" y="20" width="30" height="40" fill="red"/>'), hundred);
    const inside = (x: number, y: number) => x >= 10 && x < 40 && y >= 20 && y < 60;
    for (let y = 0; y < 100; y++) {
      for (let x = 0; x < 100; x++) expect(pixelAt(picture, x, y)[3]).toBe(inside(x, y) ? 255 : 0);
    }
  });

  test("an edge in the middle of a pixel covers half of it", async () => {
    const picture = await draw(svg('<rect width="50.5" height="100" fill="red"/>'), hundred);
    expect(distance(pixelAt(picture, 50, 50), [255, 0, 0, 128])).toBeLessThanOrEqual(1);
  });

  const shares: readonly [opacity: number, alpha: number][] = [
    [0.5, 128],
    [0.25, 64],
    [0.75, 191],
    [0.02, 5],
  ];
  for (const [opacity, alpha] of shares) {
    test(`color is not multiplied by an opacity of ${opacity}`, async () => {
      const picture = await draw(
        svg(`<rect width="100" height="100" fill="#c86432" fill-opacity="${opacity}"/>`),
        hundred,
      );
      const [red, green, blue, a] = pixelAt(picture, 50, 50);
      expect(Math.abs(a - alpha)).toBeLessThanOrEqual(1);
      // Eight bits of a color that was multiplied by alpha: half a step, made larger again.
      const step = Math.ceil(0.5 * (255 / alpha)) + 1;
      expect(distance([red, green, blue, 255], [200, 100, 50, 255])).toBeLessThanOrEqual(step);
    });
  }

  test("half red over blue is their middle", async () => {
    const layers =
      '<rect width="9" height="9" fill="#00f"/><rect width="9" height="9" fill="#f00" opacity=".5"/>';
    expect(distance(pixelAt(await draw(svg(layers), hundred), 4, 4), [128, 0, 127, 255])).toBeLessThanOrEqual(
      1,
    );
  });

  test("a gradient goes evenly", async () => {
    const stops = '<stop stop-color="#000"/><stop offset="1" stop-color="#fff"/>';
    const fill = '<rect width="100" height="100" fill="url(#g)"/>';
    const picture = await draw(svg(`<linearGradient id="g">${stops}</linearGradient>${fill}`), hundred);
    for (let x = 0; x < 100; x++) {
      const gray = ((x + 0.5) / 100) * 255;
      expect(Math.abs(pixelAt(picture, x, 50)[0] - gray)).toBeLessThanOrEqual(1.5);
    }
  });
});

describe("drawSvg places the drawing as its viewBox says", () => {
  // A square of red in a viewport of twice its width, as SVG 2, section 8.7 places it.
  const red = '<rect width="10" height="10" fill="red"/>';
  const wide = { width: 200, height: 100 };
  const spans: Readonly<Record<string, readonly [from: number, to: number]>> = {
    xMidYMid: [50, 150],
    xMinYMid: [0, 100],
    xMaxYMid: [100, 200],
    "xMidYMid slice": [0, 200],
    none: [0, 200],
  };
  for (const [ratio, [from, to]] of Object.entries(spans)) {
    test(ratio, async () => {
      const attributes = `width="200" height="100" viewBox="0 0 10 10" preserveAspectRatio="${ratio}"`;
      const picture = await draw(svg(red, attributes), wide);
      const alphas = Array.from({ length: 200 }, (_, x) => pixelAt(picture, x, 50)[3]);
      expect(alphas).toEqual(Array.from({ length: 200 }, (_, x) => (x >= from && x < to ? 255 : 0)));
    });
  }

  test("without a viewBox, in pixels of its own size", async () => {
    const picture = await draw(
      svg('<rect width="50%" height="100" fill="red"/>'),
      { width: 10, height: 10 },
      hundred,
    );
    expect([4, 5].map((x) => pixelAt(picture, x, 5)[3])).toEqual([255, 0]);
  });

  test("a huge one, small", async () => {
    const file = svg(red, 'width="1000000000" height="1000000000" viewBox="0 0 10 10"');
    expect(pixelAt(await draw(file, { width: 8, height: 8 }, { width: 4096, height: 4096 }), 7, 7)[3]).toBe(
      255,
    );
  });
});

describe("drawSvg shows pictures inside, and none from outside", () => {
  test("one that is written out", async () => {
    const png = Buffer.from(await toPng(quadrants(2, 2))).toString("base64");
    const picture = await draw(
      svg(`<image width="100" height="100" href="data:image/png;base64,${png}"/>`),
      hundred,
    );
    const corner = (x: number, y: number): Color => pixelAt(picture, x, y);
    expect(corner(5, 5)).toEqual([255, 0, 0, 255]);
    expect(corner(95, 95)).toEqual([255, 255, 0, 255]);
  });

  test("no file, and no server", async () => {
    const path = `${import.meta.dir}/outside.png`;
    await Bun.write(path, await toPng(quadrants(2, 2)));
    let asked = 0;
    const server = Bun.serve({ port: 0, fetch: () => new Response(String(asked++)) });
    try {
      for (const href of [path, `file://${path}`, "outside.png", `http://localhost:${server.port}/a.png`]) {
        const image = `<image width="100" height="100" href="${href}" xlink:href="${href}"/>`;
        const picture = await draw(svg(image), hundred);
        expect(picture.rgba.every((value) => value === 0)).toBe(true);
      }
    } finally {
      await server.stop(true);
      await Bun.file(path).delete();
    }
    expect(asked).toBe(0);
  });
});

describe("drawSvg writes text in the fonts that are carried along", () => {
  const inkOf = async (attributes: string, css = "") => {
    const text = `<style>${css}</style><text x="5" y="80" font-size="60" ${attributes}>lW</text>`;
    const { rgba } = await draw(svg(text, 'width="200" height="100"'), { width: 200, height: 100 });
    return Buffer.from(rgba).toString("base64");
  };

  test("by the names for which they stand", async () => {
    expect(await inkOf('font-family="Courier New"')).toBe(await inkOf('font-family="Courier Prime"'));
    expect(await inkOf(`font-family="'Unknown Sans', Georgia"`)).toBe(await inkOf('font-family="Gelasio"'));
    expect(await inkOf("", "text{font-family:Impact,sans-serif}")).toBe(await inkOf('font-family="Anton"'));
    expect(await inkOf('style="font:60px Arial-BoldMT"')).toBe(await inkOf('font-family="Arimo"'));
    expect(await inkOf('font-family="Arial-BoldMT"')).toBe(
      await inkOf('font-family="Arimo" font-weight="700"'),
    );
    expect(await inkOf('font-family="No Such Font"')).toBe(await inkOf('font-family="Arimo"'));
  });

  test("which are not all the same", async () => {
    const families = ["Arimo", "Gelasio", "Courier Prime", "Anton", "Archivo Black", "Dancing Script"];
    const inks = await Promise.all(families.map((family) => inkOf(`font-family="${family}"`)));
    expect(new Set(inks).size).toBe(families.length);
  });
});

describe("drawSvg refuses what would not end", () => {
  const nest = (count: number, one: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => one(at)).join("");
  const box = '<rect width="90" height="90"';
  const bombs: Readonly<Record<string, string>> = {
    "use of use of use": nest(9, (at) => `<g id="u${at}">${`<use href="#u${at - 1}"/>`.repeat(10)}</g>`),
    "patterns in patterns": `${nest(
      30,
      (at) =>
        `<pattern id="p${at}" width="9" height="9">${`${box} fill="url(#p${at - 1})"/>`.repeat(4)}</pattern>`,
    )}${box} fill="url(#p29)"/>`,
    "masks in masks":
      nest(30, (at) => `<mask id="m${at}">${`${box} mask="url(#m${at - 1})"/>`.repeat(3)}</mask>`) +
      `${box} mask="url(#m29)"/>`,
    "masks in masks, by a sheet":
      `<style>${nest(30, (at) => `.m${at}{mask:url(#m${at})}`)}</style>` +
      nest(30, (at) => `<mask id="m${at}">${`${box} class="m${at - 1}"/>`.repeat(3)}</mask>`) +
      `${box} class="m29"/>`,
    "markers on each point": `<marker id="k">${"<circle r='9'/>".repeat(100)}</marker><path marker-mid="url(#k)" d="M0 0${"L9 9".repeat(5000)}"/>`,
    "filters in thousands": `<filter id="f">${"<feGaussianBlur stdDeviation='9'/>".repeat(1000)}</filter>${`${box} filter="url(#f)"/>`.repeat(101)}`,
    "octaves in thousands": `<filter id="f"><feTurbulence numOctaves="200000"/></filter>${box} filter="url(#f)"/>`,
    "a wide kernel": `<filter id="f"><feConvolveMatrix order="1500"/></filter>${box} filter="url(#f)"/>`,
    "a wide pen": `<filter id="f"><feMorphology radius="2000000"/></filter>${box} filter="url(#f)"/>`,
    "an outline without end": `<path d="M0 0${"L1 2".repeat(260_000)}"/>`,
  };
  for (const [name, inner] of Object.entries(bombs)) {
    test(name, async () => expect(await refusal(svg(inner), hundred)).toBe("original_too_large"));
  }

  test("a picture inside that is too large", async () => {
    const gif = Buffer.from([...Buffer.from("GIF89a"), 0xff, 0xff, 0xff, 0xff, 0, 0, 0]).toString("base64");
    expect(await refusal(svg(`<image href="data:image/gif;base64,${gif}"/>`), hundred)).toBe(
      "original_too_large",
    );
  });

  test("but not what points at itself", async () => {
    const loops = `<g id="a"><use href="#a"/></g><pattern id="p" width="9" height="9"><rect fill="url(#p)"/></pattern>`;
    expect(await refusal(svg(`${loops}${box} fill="url(#p)"/>`), hundred)).toBe("drawn");
  });

  test("nor a filter on each of two hundred bars, at the size of a screen", async () => {
    const bars = nest(200, (at) => `<rect x="${at}" width=".5" height="9" filter="url(#f)"/>`);
    const shadow = `<filter id="f"><feDropShadow dx=".1" dy=".1" stdDeviation=".1"/></filter>${bars}`;
    expect(await refusal(svg(shadow, 'viewBox="0 0 200 112"'), { width: 1920, height: 1080 })).toBe("drawn");
  });
});

/** Brightness of each pixel on white: where nothing shows, color says nothing. */
function onWhite({ rgba }: Raster): number[] {
  const share = (at: number) => (rgba[at + 3] as number) / 255;
  return Array.from({ length: rgba.length / 4 }, (_, pixel) =>
    [0, 1, 2].reduce((sum, channel) => {
      const value = rgba[pixel * 4 + channel] as number;
      return sum + (255 + (value - 255) * share(pixel * 4)) / 3;
    }, 0),
  );
}

describe("cleaning leaves the picture as it was", () => {
  const drawings: Readonly<Record<string, string>> = {
    "curves and arcs":
      '<path d="M 10.12345 10 C 20.5 20.25, 40.125 10, 90.987 90 S 10 60 5 50 Z" fill="#ff0000"/><path d="M50 50A30 20 15 0 1 80 80a10 10 0 1 0 5 5" fill="none" stroke="#0000FF" stroke-width="3"/>',
    "small units": '<g transform="scale(1000)"><path d="M.01 .01L.0523 .01 .0987 .0912z" fill="green"/></g>',
    "units of a box":
      '<clipPath id="c" clipPathUnits="objectBoundingBox"><path d="M.1234 .1Q.5 .9567 .9 .1z"/></clipPath><rect width="100" height="100" clip-path="url(#c)"/>',
    "a symbol in units of its own":
      '<symbol id="s" viewBox="0 0 .1 .1"><path d="M.0123 .02L.0876 .0234 .05 .0912z"/></symbol><use href="#s" width="100" height="100"/>',
    transforms:
      '<g transform="translate(50 50) rotate(33.3333)"><rect x="-20" y="-20" width="40" height="40" stroke="#808080" transform="skewX(12.5) matrix(1 .25 -.25 1 3 4)"/></g>',
    "a stroke that is scaled": '<path transform="scale(3 1)" d="M5 5L25 90" stroke="#000" stroke-width="4"/>',
    "caps and joins":
      '<path d="M20 20h0" stroke="red" stroke-width="20" stroke-linecap="round"/><path d="M20 60L50 90L80 60" fill="none" stroke="#000" stroke-width="9" stroke-linejoin="round" stroke-dasharray="5 3"/>',
    markers:
      '<marker id="m" markerWidth="5" markerHeight="5" refX="2" refY="2"><circle cx="2" cy="2" r="2"/></marker><path d="M10 10L50 10L90 10L90 90" fill="none" stroke="red" marker-mid="url(#m)"/>',
    "classes, masks and filters":
      '<style>.a{fill:teal}g>.b{opacity:.5}</style><mask id="m"><rect width="100" height="60" fill="#fff"/></mask><filter id="f"><feGaussianBlur stdDeviation="3"/></filter><g mask="url(#m)"><circle class="a" cx="50" cy="50" r="40" filter="url(#f)"/><rect class="b" width="50" height="50" fill="hsl(20,50%,50%)"/></g>',
    "text with its spaces":
      '<text x="5" y="40" font-size="20">A <tspan font-weight="bold">B</tspan> C</text><text xml:space="preserve" x="5" y="80" font-size="20">a   b</text>',
  };
  for (const [name, inner] of Object.entries(drawings)) {
    test(name, async () => {
      const size = { width: 400, height: 400 };
      const file = svg(inner, 'viewBox="0 0 100 100"');
      const [before, after] = [await draw(file, size, hundred), await draw(cleanSvg(file), size, hundred)];
      const [one, other] = [onWhite(before), onWhite(after)];
      const differences = one.map((value, at) => Math.abs(value - (other[at] as number)));
      expect(before.rgba.some((value) => value > 0)).toBe(true);
      // The renderer takes sixteen samples of a pixel: a point that moved by nothing may change two of them.
      expect(differences.reduce((most, value) => Math.max(most, value), 0)).toBeLessThanOrEqual(32);
      expect(differences.reduce((sum, value) => sum + value, 0) / differences.length).toBeLessThan(0.02);
    });
  }
});

test("a drawing as an editor saves it comes out in less than half the bytes, and is the same picture", async () => {
  const points = Array.from({ length: 120 }, (_, at) => {
    const angle = (at * Math.PI) / 60;
    const [x, y] = [50 + 40.123456789 * Math.cos(angle), 50 + 40.123456789 * Math.sin(angle)];
    return `${at === 0 ? "M" : "L"} ${x.toFixed(12)} , ${y.toFixed(12)}`;
  });
  const file = Buffer.from(`<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- Created with an editor (http://editor.example/) -->
<svg ${names} xmlns:editor="http://editor.example/namespace" width="100" height="100" viewBox="0 0 100 100">
  <editor:namedview pagecolor="#ffffff" bordercolor="#666666" editor:zoom="3.2" editor:cx="81.5"/>
  <metadata id="metadata7">
    <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${"<rdf:li>a word</rdf:li>".repeat(20)}</rdf:RDF>
  </metadata>
  <!-- a layer -->
  <g editor:label="Layer 1" editor:groupmode="layer" id="layer1">
    <path d="${points.join("\n     ")} z" fill="rgb(200, 100, 50)" stroke="#000000" editor:node-types="cccc"/>
  </g>
</svg>
`);
  const cleaned = cleanSvg(file);
  expect(cleaned.length).toBeLessThan(file.length / 2);
  expect(Buffer.from(cleaned).toString()).not.toMatch(/<!--|metadata|editor|\n/);
  const size = { width: 400, height: 400 };
  const [before, after] = [await draw(file, size, hundred), await draw(cleaned, size, hundred)];
  expect(distance(pixelAt(after, 200, 200), [200, 100, 50, 255])).toBe(0);
  const [one, other] = [onWhite(before), onWhite(after)];
  const differences = one.map((value, at) => Math.abs(value - (other[at] as number)));
  expect(differences.reduce((sum, value) => sum + value, 0) / differences.length).toBeLessThan(0.02);
});

test("rasterizeSvg does the same", async () => {
  const file = svg('<rect x="10" width="30" height="40" fill="red" opacity=".5"/>');
  const pixels = await rasterizeSvg(file, hundred, { width: 50, height: 40 });
  const { rgba } = await draw(file, { width: 50, height: 40 }, hundred);
  expect({ ...pixels, data: Buffer.from(pixels.data) }).toEqual({
    data: Buffer.from(rgba),
    width: 50,
    height: 40,
    channels: 4,
    frames: 1,
    delays: [],
    loop: 0,
    icc: null,
  });
});

describe("what lies outside of the picture", () => {
  const outside = (attributes: string) =>
    `<mask id="m"><rect width="9999" height="9999" fill="white"/></mask>
     <clipPath id="c"><path d="M0 0h9999v9999h-9999z"/></clipPath>
     <filter id="f"><feGaussianBlur stdDeviation="2"/></filter>
     <g ${attributes} transform="translate(-40 -620)"><path d="M339 225h8v2h-8z"/><rect width="9" height="9"/></g>`;

  test.each(['mask="url(#m)"', 'clip-path="url(#c)"', 'style="opacity:0.5"', 'opacity="0.5"'])(
    "does not keep the rest from being drawn, where it has a %s",
    async (attributes) => {
      const shown = '<rect x="20" y="10" width="30" height="40" fill="#c86432"/>';
      for (const size of [hundred, { width: 37, height: 64 }]) {
        const natural = { width: 100, height: 100 };
        const plain = await draw(svg(shown), size, natural);
        const picture = await draw(svg(outside(attributes) + shown), size, natural);
        expect([picture.width, picture.height]).toEqual([size.width, size.height]);
        expect(Buffer.compare(picture.rgba, plain.rgba)).toBe(0);
      }
    },
  );

  test("is left alone where it reaches into the picture", async () => {
    const reaching = '<g opacity="0.5"><path d="M-40-40h60v60h-60z"/></g>';
    const lost = '<g opacity="0.5"><path d="M500 500h9v9h-9z"/></g>';
    const plain = await draw(svg(reaching), hundred);
    expect(Buffer.compare((await draw(svg(reaching + lost), hundred)).rgba, plain.rgba)).toBe(0);
  });
});
