import { FreshetError, type Size, type Watermark } from "@freshet/core";
import type { Pixels } from "../engine/pixels.ts";
import { decoderFor } from "../engine/planner.ts";
import { layWatermark } from "../engine/steps/lay-watermark.ts";
import { renderText } from "../engine/text/render-text.ts";
import { inspect } from "../origin/inspect.ts";

/** Lays the watermarks on the picture, the later ones on the earlier. */
export async function layWatermarks(
  pixels: Pixels,
  watermarks: readonly Watermark[],
  originals: readonly Uint8Array[],
): Promise<Pixels> {
  let marked = pixels;
  for (const watermark of watermarks) {
    const mark = await drawMark(watermark.content, originals, pixels);
    marked = await layWatermark(marked, mark, watermark);
  }
  return marked;
}

async function drawMark(
  content: Watermark["content"],
  originals: readonly Uint8Array[],
  output: Size,
): Promise<Pixels> {
  if (content.kind === "text") {
    return renderText({ ...content, maxWidth: output.width, maxHeight: output.height });
  }
  const original = originals[content.input] as Uint8Array;
  try {
    const info = await inspect(original);
    const size = { width: info.width, height: info.height };
    return await decoderFor(info).decode(original, info, {
      region: null,
      size,
      moving: false,
      keepProfile: false,
    });
  } catch (error) {
    if (!(error instanceof FreshetError)) throw error;
    throw new FreshetError(error.code, `the watermark: ${error.detail}`, { cause: error });
  }
}
