import { FreshetError, type Size } from "@freshet/core";
import createDecoder, { type JxlDecoder } from "@jsquash/jxl/codec/dec/jxl_dec.js";
import decoderWasm from "@jsquash/jxl/codec/dec/jxl_dec.wasm" with { type: "file" };

export interface JxlInput {
  readonly bytes: Uint8Array;
  /** As the header said. */
  readonly size: Size;
  readonly hasAlpha: boolean;
}

let decoder: JxlDecoder | null = null;

export interface JxlPixels {
  readonly data: Uint8Array;
  readonly channels: 3 | 4;
}

/**
 * The first frame of a JPEG XL, upright, 8 bits a channel, converted to sRGB whatever its profile is. For workers only:
 * it blocks for 500 ms a megapixel.
 *
 * @throws FreshetError `image_broken`
 */
export async function readJxl({ bytes, size, hasAlpha }: JxlInput): Promise<JxlPixels> {
  Object.assign(globalThis, { ImageData: PlainImageData });
  decoder ??= await createDecoder({ wasmBinary: await Bun.file(decoderWasm).arrayBuffer() });
  const { data, width, height } = decodeWith(decoder, bytes);
  if (width !== size.width || height !== size.height) {
    throw new FreshetError("image_broken", "the JPEG XL's picture is not of the size that its header names");
  }
  return hasAlpha
    ? { data: new Uint8Array(data.buffer), channels: 4 }
    : { data: withoutAlpha(data), channels: 3 };
}

function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] as number;
    rgb[to + 1] = rgba[from + 1] as number;
    rgb[to + 2] = rgba[from + 2] as number;
  }
  return rgb;
}

function decodeWith(jxl: JxlDecoder, bytes: Uint8Array): PlainImageData {
  try {
    const image = jxl.decode(bytes);
    if (image) return image;
  } catch (error) {
    // After a trap nobody knows what is in its memory.
    decoder = null;
    throw error;
  }
  throw new FreshetError("image_broken", "the JPEG XL cannot be decoded");
}

/** What the decoder makes its result of, which browsers have and Bun has not. */
class PlainImageData {
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;

  constructor(data: Uint8ClampedArray<ArrayBuffer>, width: number, height: number) {
    this.data = data;
    this.width = width;
    this.height = height;
  }
}
