import { FreshetError, type Size } from "@freshet/core";
import { hashContent } from "../../hash.ts";
import type { OriginAnswer, Source } from "../source.ts";
import { clockPicture, clockSize } from "./clock-picture.ts";
import { photos } from "./photos.ts";

/** Host of the built-in origin: Cloudimage's documentation takes its examples from there. */
export const sampleHost = "sample.li";

const noValidators = { etag: null, lastModified: null } as const;

/** A transparent pixel: the Strapi plugin asks for it to find out which form of URL a server understands. */
const blankPixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

/**
 * The origin that makes the documentation's own examples work without any configuration. `/now.php` is another
 * picture at each fetch: a person sees in it when an invalidation took effect.
 *
 * @param draw turns an SVG into an image file of a size
 */
export function createSampleSource(deps: {
  now(): Date;
  draw(svg: string, size: Size): Promise<Uint8Array>;
}): Source {
  async function load(name: string): Promise<Uint8Array> {
    if (name === "blank.png") return blankPixel;
    const path = Object.hasOwn(photos, name) ? photos[name] : undefined;
    if (path === undefined) {
      const known = ["now.php", "blank.png", ...Object.keys(photos)].join(", ");
      throw new FreshetError("origin_not_found", `the sample origin has ${known}`);
    }
    return Bun.file(path).bytes();
  }

  return {
    async fetch(url, known): Promise<OriginAnswer> {
      const name = new URL(url).pathname.slice(1);
      if (name === "now.php") {
        const bytes = await deps.draw(clockPicture(deps.now()), clockSize);
        return { kind: "body", bytes, validators: noValidators, status: 200, mediaType: "image/png" };
      }
      const bytes = await load(name);
      const etag = `"${await hashContent(bytes)}"`;
      if (known?.etag === etag) return { kind: "not-modified", status: 304 };
      return {
        kind: "body",
        bytes,
        validators: { etag, lastModified: null },
        status: 200,
        mediaType: Bun.file(name).type,
      };
    },
  };
}
