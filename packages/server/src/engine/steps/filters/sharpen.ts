import { mapFrames, type Pixels } from "../../pixels.ts";
import { collectPixels, openFloats, openPixels } from "../../vips.ts";

// The textbook's unsharp mask has three parameters. Radius: half a pixel (Gaussian, standard deviation), because the
// result is looked at as it is, and what resizing blurs is that fine; a wider mask draws halos. Threshold: none, because
// it would leave a seam between what is sharpened and what is not. So `amount` is all that is left.
const sigma = 0.5;

/** Pixels with alpha that are worked on at a time: the parts that follow hold some 40 bytes for each. */
const pixelsPerStrip = 1_000_000;

/** Weights of a Gaussian at a distance of 0 and 1; at 2 it is below a two-thousandth. */
const [middle, beside] = (() => {
  const tail = Math.exp(-1 / (2 * sigma ** 2));
  return [1 / (1 + 2 * tail), tail / (1 + 2 * tail)] as const;
})();

const gaussian = [-1, 0, 1].flatMap((y) =>
  [-1, 0, 1].map((x) => (x === 0 ? middle : beside) * (y === 0 ? middle : beside)),
);

/**
 * Unsharp mask: adds `amount` times what a slight blur takes away, 0 to 4; 1 is mild, 4 is harsh. Alpha stays as it is,
 * and what is transparent has no part in the blur, so cut-out objects get no rim.
 */
export function sharpen(pixels: Pixels, { amount }: { readonly amount: number }): Promise<Pixels> {
  if (amount === 0) return Promise.resolve(pixels);
  return mapFrames(pixels, (frame) =>
    frame.channels === 3 ? sharpenOpaque(frame, amount) : sharpenInStrips(frame, amount),
  );
}

function sharpenOpaque(frame: Pixels, amount: number): Promise<Pixels> {
  const kernel = gaussian.map((weight, at) => (at === 4 ? 1 + amount : 0) - amount * weight);
  return convolve(frame, kernel);
}

/** Strip after strip, each with a row of its neighbors on either side, so that memory holds. */
async function sharpenInStrips(frame: Pixels, amount: number): Promise<Pixels> {
  const { width, height, channels } = frame;
  const rows = Math.max(1, Math.floor(pixelsPerStrip / width));
  if (rows >= height) return sharpenTransparent(frame, amount);
  const stride = width * channels;
  const data = new Uint8Array(frame.data.length);
  for (let top = 0; top < height; top += rows) {
    const first = Math.max(0, top - 1);
    const end = Math.min(height, top + rows + 1);
    const strip = { ...frame, data: frame.data.subarray(first * stride, end * stride), height: end - first };
    const sharp = await sharpenTransparent(strip, amount);
    const kept = Math.min(rows, height - top);
    data.set(sharp.data.subarray((top - first) * stride, (top - first + kept) * stride), top * stride);
  }
  return { ...frame, data };
}

/**
 * libvips would convolve colors with alpha multiplied in, and alpha too: then it cuts off what exceeds the range, and
 * what is left has a light rim. So only the blur is made so, and subtracted from the colors themselves.
 */
async function sharpenTransparent(frame: Pixels, amount: number): Promise<Pixels> {
  const [sharp, soft, alpha] = await Promise.all([
    collectPixels(openPixels(frame).removeAlpha(), frame),
    blurColors(frame),
    openPixels(frame).extractChannel(3).raw().toBuffer(),
  ]);
  const colors = await extrapolate(sharp, soft, amount);
  const raw = { width: frame.width, height: frame.height, channels: 1 } as const;
  return collectPixels(openPixels(colors).joinChannel(alpha, { raw }), frame);
}

/** In floating point, because 8 bits lose what is multiplied by a low alpha, and it is subtracted `amount` times. */
async function blurColors(frame: Pixels): Promise<Pixels> {
  const work = (await openFloats(frame))
    .convolve({ width: 3, height: 3, kernel: gaussian, scale: 1 })
    .linear([256, 256, 256, 256], [128, 128, 128, 128])
    .removeAlpha();
  return collectPixels(work, frame);
}

/** (1 + amount) × sharp - amount × soft: rows of both in turn, and a kernel that looks one row down. */
async function extrapolate(sharp: Pixels, soft: Pixels, amount: number): Promise<Pixels> {
  const { width, height } = sharp;
  const stride = width * 3;
  const data = new Uint8Array(stride * height * 2);
  for (let y = 0; y < height; y++) {
    data.set(sharp.data.subarray(y * stride, (y + 1) * stride), 2 * y * stride);
    data.set(soft.data.subarray(y * stride, (y + 1) * stride), (2 * y + 1) * stride);
  }
  const kernel = [0, 0, 0, 0, 1 + amount, 0, 0, -amount, 0];
  const mixed = await convolve({ ...sharp, data, height: height * 2 }, kernel);
  // Two rows as one of twice the width: what is wanted is its left half.
  const pairs = openPixels({ ...mixed, width: width * 2, height });
  return collectPixels(pairs.extract({ left: 0, top: 0, width, height }), sharp);
}

/** Beyond the edges lies what lies at them. */
function convolve(frame: Pixels, kernel: readonly number[]): Promise<Pixels> {
  const work = openPixels(frame).convolve({ width: 3, height: 3, kernel: [...kernel], scale: 1 });
  // libvips cuts fractions off: half a level more makes that a rounding.
  return collectPixels(work.linear([1, 1, 1], [0.5, 0.5, 0.5]), frame);
}
