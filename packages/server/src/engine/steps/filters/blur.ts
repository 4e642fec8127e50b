import { mapFrames, type Pixels } from "../../pixels.ts";
import { collectPixels, openPixels } from "../../vips.ts";
import { type GaussianMask, gaussianMask } from "./gaussian-mask.ts";

/** Below this, not even a white pixel on black changes its neighbors by more than one level; libvips refuses it too. */
const leastSigma = 0.3;

/** Masks wider than this are made on a smaller copy: at a blur so wide nobody can see the difference, nor wait for it. */
const widestSigma = 16;

/** Blocks of copied edge around the smaller copy, so that its edge pixels are the picture's and not a mean. */
const padding = 3;

/**
 * Gaussian blur; `sigma` is the standard deviation in pixels, 0 to 100. Beyond the edges lies what lies at them, so they
 * do not darken; colors are weighted by their alpha.
 */
export function blur(pixels: Pixels, { sigma }: { readonly sigma: number }): Promise<Pixels> {
  if (sigma < leastSigma) return Promise.resolve(pixels);
  return mapFrames(pixels, (frame) =>
    sigma < widestSigma ? blurFine(frame, sigma) : blurCoarse(frame, sigma),
  );
}

function blurFine(frame: Pixels, sigma: number): Promise<Pixels> {
  return collectPixels(openPixels(frame).blur(maskFor(sigma)), frame);
}

function maskFor(sigma: number): GaussianMask & { readonly precision?: "float" } {
  return gaussianMask(sigma) ?? { sigma, minAmplitude: 0.01, precision: "float" };
}

/** Smaller by a power of two, blurred by as much less, and enlarged again. */
async function blurCoarse(frame: Pixels, sigma: number): Promise<Pixels> {
  const block = 2 ** Math.ceil(Math.log2(sigma / widestSigma));
  const { width, height } = frame;
  const edge = padding * block;
  const right = edge + (-width & (block - 1));
  const bottom = edge + (-height & (block - 1));
  const padded = await collectPixels(
    openPixels(frame).extend({ left: edge, top: edge, right, bottom, extendWith: "copy" }),
    frame,
  );
  const [wide, high] = [padded.width / block, padded.height / block];
  const small = openPixels(padded).resize(wide, high, { fit: "fill", kernel: "linear" });
  const soft = await collectPixels(small.blur(maskFor(sigma / block)), frame);
  const large = openPixels(soft).resize(padded.width, padded.height, { fit: "fill", kernel: "linear" });
  return collectPixels(large.extract({ left: edge, top: edge, width, height }), frame);
}
