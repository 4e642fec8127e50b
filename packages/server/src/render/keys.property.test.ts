import { expect, test } from "bun:test";
import {
  limits,
  makeLayout,
  negotiate,
  outputSize,
  parseRequest,
  plainToken,
  rotatedSize,
  variantKey,
} from "@freshet/core";
import fc from "fast-check";
import { busy, quadrants, toPng, toRaster } from "../engine/test-pictures.ts";
import { hashContent, hashText } from "../hash.ts";
import { render } from "./render.ts";

/** What may be asked for, each wish with its spellings. */
const choices: readonly (readonly (readonly string[])[])[] = [
  [[""], ["w=10", "width=10", "w=10.3"], ["w=60"]],
  [[""], ["h=10", "height=10.2"], ["h=7"]],
  [[""], ["func=fit", "func=FIT"], ["func=cover"], ["func=bound"], ["func=boundmin"], ["func=cropfit"]],
  [[""], ["gravity=north"], ["gravity=80p,10p", "gravity=0.8c,0.1c"], ["gravity=auto"]],
  [[""], ["bg_color=fff", "bg_colour=white"], ["bg_color=auto"]],
  [[""], ["org_if_sml=1", "org_if_sml=7"]],
  [[""], ["flip=h", "mirror=x"], ["flip=hv"]],
  [[""], ["r=90", "r=-270", "r=450"], ["r=30"], ["r=180"]],
  [[""], ["grey=1", "gray=1", "f=grey"], ["blur=2", "f=blur:2"], ["f=grey,invert", "f=invert,gray"]],
  [[""], ["radius=3", "radius=3,3,3,3"], ["radius=max"]],
  [[""], ["ar=1", "aspect_ratio=1:1"], ["ar=2"]],
  [[""], ["tl_px=2,3&br_px=20,14", "br_px=20%2C14&tl_px=2,3"], ["trim=5"]],
  [[""], ["wat=1&wat_url=h.io/m.png", "wat=1&wat_url[3]=h.io/m.png"], ["wat=1&wat_text=a"]],
  [["", "unknown=1", "vh=2", "ci_info=1"]],
];

const spelled = (groups: readonly (readonly string[])[]) =>
  fc
    .tuple(...groups.map((spellings) => fc.constantFrom(...spellings)))
    .chain((parts) => fc.shuffledSubarray(parts, { minLength: parts.length }))
    .map((parts) => ["force_format=png", ...parts.filter((part) => part !== "")].join("&"));

/**
 * Two ways to write each wish, which differ in spelling, order, and what does not count; and the same wish but for one
 * parameter.
 */
const query = fc
  .tuple(fc.tuple(...choices.map((values) => fc.constantFrom(...values))), fc.nat(choices.length - 1))
  .chain(([groups, at]) =>
    fc.tuple(
      spelled(groups),
      spelled(groups),
      fc
        .constantFrom(...(choices[at] as (typeof choices)[number]))
        .chain((other) => spelled(groups.with(at, other))),
    ),
  );

test("different pixels have different keys, and every picture is of the size that the rules give it", async () => {
  const originals = await Promise.all([quadrants(24, 16), busy(24, 16), busy(16, 24)].map(toPng));
  const marks = await Promise.all([quadrants(4, 4), busy(4, 4)].map(toPng));
  const sizes = [
    { width: 24, height: 16 },
    { width: 24, height: 16 },
    { width: 16, height: 24 },
  ] as const;
  const pixelsOfKey = new Map<string, string>();

  const picture = async (wish: string, which: number, mark: number) => {
    const { plan } = parseRequest(`/h.io/x?${wish}`, plainToken("doc"));
    const output = negotiate(plan.formats, null, "png");
    const original = originals[which] as Uint8Array;
    const isMarked = plan.watermarks.some(({ content }) => content.kind === "image");
    const watermarks = isMarked ? [marks[mark] as Uint8Array] : [];
    const contents = await Promise.all([original, ...watermarks].map(hashContent));
    const key = variantKey(contents, plan, output, hashText);
    const made = await toRaster((await render({ original, watermarks }, plan, output)).bytes);
    return { plan, key, ...made };
  };

  await fc.assert(
    fc.asyncProperty(query, fc.nat(2), fc.nat(1), async (spellings, which, mark) => {
      const keys: string[] = [];
      for (const wish of spellings) {
        const { plan, key, width, height, rgba } = await picture(wish, which, mark);
        const pixels = `${width}x${height} ${await hashContent(rgba)}`;
        expect({ wish, pixels: pixelsOfKey.get(key) ?? pixels }).toEqual({ wish, pixels });
        pixelsOfKey.set(key, pixels);
        keys.push(key);
        expect(Math.max(width, height)).toBeLessThanOrEqual(limits.outputSide);
        expect(width * height).toBeLessThanOrEqual(limits.outputPixels);
        // What a trim leaves is only known to those who look.
        if (plan.trim !== null) continue;
        const source = { ...(sizes[which] as (typeof sizes)[number]), trimmed: null, focus: null };
        const { width: w, height: h } = rotatedSize(outputSize(makeLayout(plan, source)), plan.rotate);
        expect({ wish, width, height }).toEqual({ wish, width: w, height: h });
      }
      // A plan is one, however it is spelled.
      expect(keys[1]).toBe(keys[0] as string);
    }),
    { numRuns: 400 },
  );
  // Or else little was compared.
  expect(new Set(pixelsOfKey.values()).size).toBeGreaterThan(150);
}, 60_000);
