import { bunImage } from "./bun-image.ts";
import type { Engine, RenderJob } from "./engine.ts";
import { jpegShrink } from "./jpeg-shrink.ts";
import { napiImage } from "./napi-image.ts";

/** Who does what for one render. */
export interface Route {
  /** In order of preference: one that cannot read a particular file after all gives way to the next. */
  readonly decoders: readonly Engine[];
  readonly encoder: Engine;
}

/**
 * Chooses engines by measurement (`bun run bench`):
 * - Bun.Image decodes what it can, with exceptions. A JPEG that is made only somewhat smaller: there it would
 *   shrink while decoding to just above the target, at 37 dB, where the napi engine has 56 dB in about the same time.
 *   And what may be transparent or is cut before it is scaled: it would have to ask the napi engine anyway.
 * - JPEG and WebP are written by Bun.Image (0.5 ms against 4.6 ms for 400 px), PNG and AVIF by the napi engine.
 */
export function planRoute(job: RenderJob): Route {
  return {
    decoders: decodersFor(job),
    encoder: bunImage.writes.has(job.output.format) ? bunImage : napiImage,
  };
}

/** True if something is to be cut off, laid on a canvas, or flattened after scaling. */
export function needsComposing({ info, layout, background }: RenderJob): boolean {
  return layout.crop !== null || layout.canvas !== null || (background !== null && info.hasAlpha);
}

function decodersFor(job: RenderJob): Engine[] {
  const able = [bunImage, napiImage].filter((engine) => engine.reads.has(job.info.format));
  const napiIsBetter = job.layout.region !== null || job.info.hasAlpha || wouldShrinkTooFar(job);
  return napiIsBetter ? able.reverse() : able;
}

/** Between the last useful shrink and 7/8 of its size, Bun.Image decodes a JPEG at the next eighth above the target. */
function wouldShrinkTooFar({ info, layout: { scaled } }: RenderJob): boolean {
  const share = Math.max(scaled.width / info.width, scaled.height / info.height);
  return info.format === "jpeg" && share <= 7 / 8 && jpegShrink(info, scaled) === null;
}
