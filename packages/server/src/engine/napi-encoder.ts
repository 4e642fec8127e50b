import { ChromaSubsampling, Transformer } from "@napi-rs/image";
import type { Encoder } from "./engine.ts";
import { openPixels } from "./vips.ts";

/** rav1e's preset: 8 took 29 ms for a 400 px picture where 10 took 8 ms, and saved 7 % of the bytes. */
const speed = 8;

/**
 * rav1e behind a native addon: for pictures of web size it writes smaller AVIF files than libaom in less time
 * (`bun bench/encoders.ts`).
 */
export const napiEncoder: Encoder = {
  name: "napi",
  writes: new Set(["avif"]),

  async encode(pixels, { quality }) {
    const { data } = pixels.channels === 4 ? pixels : await withAlpha(pixels);
    return Transformer.fromRgbaPixels(data, pixels.width, pixels.height).avif({
      quality: quality ?? 60,
      speed,
      chromaSubsampling: ChromaSubsampling.Yuv420,
    });
  },
};

async function withAlpha(pixels: Parameters<typeof openPixels>[0]): Promise<{ data: Uint8Array }> {
  return { data: await openPixels(pixels).ensureAlpha().raw().toBuffer() };
}
