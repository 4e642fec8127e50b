import { FreshetError, type Size } from "@freshet/core";
import init, { JxlImage } from "jxl-oxide-wasm";
import oxideWasm from "jxl-oxide-wasm/module.wasm" with { type: "file" };
import type { Cicp } from "./cicp-profile.ts";

export interface JxlFile {
  readonly bytes: Uint8Array;
  /** As the header said; a picture of another size is not begun. */
  readonly size: Size;
}

/** A picture in the colors of its file, as a PNG. */
export interface ProfiledJxl {
  readonly png: Uint8Array;
  readonly icc: Uint8Array | null;
  /** Where there is no profile but numbers for it. */
  readonly cicp: Cicp | null;
}

let isReady = false;

/**
 * The first frame of a JPEG XL, upright, its colors as they are: libjxl's WebAssembly converts them, jxl-oxide takes
 * twice as long and does not. It blocks for 400 ms a megapixel.
 *
 * @throws FreshetError `image_broken`
 */
export async function readProfiledJxl({ bytes, size }: JxlFile): Promise<ProfiledJxl> {
  if (!isReady) await init({ module_or_path: await Bun.file(oxideWasm).arrayBuffer() });
  isReady = true;
  const image = new JxlImage();
  image.feedBytes(bytes);
  if (!image.tryInit() || !image.loaded) throw broken("the JPEG XL is cut short");
  if (image.width !== size.width || image.height !== size.height) {
    throw broken("the JPEG XL's picture is not of the size that its header names");
  }
  const render = image.render();
  const [icc, png] = [render.iccProfile, render.encodeToPng()];
  // Writing the PNG has freed the render. After an error, nobody knows what is left: the process's end takes all along.
  image.free();
  return { png, icc: icc.length > 0 ? icc : null, cicp: cicpOf(png) };
}

/** Signature and IHDR come before it. (PNG specification, third edition, section 11.3.2.6) */
const firstChunk = 8 + 25;

function cicpOf(png: Uint8Array): Cicp | null {
  const chunk = Buffer.from(png.buffer, png.byteOffset + firstChunk, 12);
  if (chunk.toString("latin1", 4, 8) !== "cICP") return null;
  const [primaries = 0, transfer = 0] = chunk.subarray(8);
  // jxl-oxide writes JPEG XL's own number, which is P3 around any white: 11 is that of cinemas, 12 that of displays.
  return { primaries: primaries === 11 ? 12 : primaries, transfer };
}

function broken(detail: string): FreshetError {
  return new FreshetError("image_broken", detail);
}
