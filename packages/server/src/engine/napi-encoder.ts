import { ChromaSubsampling, Transformer } from "@napi-rs/image";
import type { Encoder } from "./engine.ts";
import { openPixels } from "./vips.ts";

/** rav1e's quickest preset: a sixth of the time that libaom takes as we use it, and a third more bytes (`bench/avif.ts`). */
const speed = 10;

/** rav1e behind a native addon, for where speed counts more than bytes. */
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
