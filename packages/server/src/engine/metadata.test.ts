import { expect, test } from "bun:test";
import { negotiate, parseRequest, plainToken } from "@freshet/core";
import sharp from "sharp";
import { inspect } from "../origin/inspect.ts";
import { render } from "../render/render.ts";
import { busy, formatOf, toPng } from "./test-pictures.ts";

/** Where a photograph was taken, by whom, and what else its file says stays with its owner. */

const secret = "Taken at 52.5 N, 13.4 E by A. Photographer";
const photo = async (format: "jpeg" | "png" | "webp" | "tiff" | "avif") =>
  sharp(await toPng(busy(120, 80)))
    .withExif({ IFD0: { Copyright: secret, ImageDescription: secret }, IFD3: { GPSLatitudeRef: "N" } })
    .withXmp(
      `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="${secret}"/></rdf:RDF></x:xmpmeta>`,
    )
    .withIccProfile("p3")
    .toFormat(format)
    .toBuffer();

/** In one go, and through pixels; scaled and not. */
const ways = ["", "w=60", "w=60&radius=5", "blur=1"];

for (const from of ["jpeg", "png", "webp", "tiff", "avif"] as const) {
  for (const to of ["jpeg", "png", "_webp", "_avif", "gif", "original"]) {
    test(`nothing that a ${from} says beside its pixels is in the ${to} made of it, but a profile that is to be kept`, async () => {
      const original = await photo(from);
      expect(original.includes(secret)).toBe(true);
      for (const keepProfiles of [false, true]) {
        for (const way of ways) {
          const token = { ...plainToken("doc"), keepProfiles };
          const { plan } = parseRequest(`/h.io/x?${way}&force_format=${to}`, token);
          const output = negotiate(plan.formats, null, (await inspect(original)).format);
          const { bytes } = await render({ original, watermarks: [] }, plan, output);
          expect(Buffer.from(bytes).includes(secret)).toBe(false);
          const { exif, xmp, iptc, icc } = await sharp(bytes).metadata();
          const mayHaveProfile = keepProfiles && (await formatOf(bytes)) !== "gif";
          expect({ way, exif, xmp, iptc, hasProfile: icc !== undefined }).toEqual({
            way,
            exif: undefined,
            xmp: undefined,
            iptc: undefined,
            hasProfile: mayHaveProfile,
          });
        }
      }
    }, 30_000);
  }
}
