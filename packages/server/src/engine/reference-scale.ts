import type { Raster } from "./test-pictures.ts";

/** Test-only: Lanczos with three lobes as the textbook has it, in floating point, alpha premultiplied. Slow and plain. */
export function referenceScale(source: Raster, width: number, height: number): Raster {
  const wide = pass(premultiplied(source), source.width, source.height, width);
  // The second pass works on columns: the picture is turned, scaled, and turned back.
  const tall = pass(turned(wide, width, source.height), source.height, width, height);
  return { width, height, rgba: toBytes(turned(tall, height, width)) };
}

/** Scales each row. */
function pass(pixels: Float64Array, fromWidth: number, rows: number, toWidth: number): Float64Array {
  const out = new Float64Array(toWidth * rows * 4);
  for (let x = 0; x < toWidth; x++) {
    const { first, weights } = weightsAt(x, fromWidth, toWidth);
    for (let y = 0; y < rows; y++) {
      const to = (y * toWidth + x) * 4;
      let from = (y * fromWidth + first) * 4;
      for (let i = 0; i < weights.length; i++, from += 4) {
        const weight = weights[i] as number;
        for (let channel = 0; channel < 4; channel++) {
          out[to + channel] = (out[to + channel] as number) + weight * (pixels[from + channel] as number);
        }
      }
    }
  }
  return out;
}

/** The source pixels that make up one target pixel; what lies beyond the edge does not count. */
function weightsAt(x: number, from: number, to: number): { first: number; weights: Float64Array } {
  const scale = from / to;
  const stretch = Math.max(1, scale);
  const center = (x + 0.5) * scale;
  const first = Math.max(0, Math.ceil(center - 3 * stretch - 0.5));
  const last = Math.min(from - 1, Math.floor(center + 3 * stretch - 0.5));
  const raw: number[] = [];
  for (let at = first; at <= last; at++) raw.push(lanczos3((at + 0.5 - center) / stretch));
  const sum = raw.reduce((total, weight) => total + weight, 0);
  return { first, weights: Float64Array.from(raw, (weight) => weight / sum) };
}

function lanczos3(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= 3) return 0;
  const angle = Math.PI * x;
  return (3 * Math.sin(angle) * Math.sin(angle / 3)) / angle ** 2;
}

function turned(pixels: Float64Array, width: number, height: number): Float64Array {
  const out = new Float64Array(pixels.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 4; channel++) {
        out[(x * height + y) * 4 + channel] = pixels[(y * width + x) * 4 + channel] as number;
      }
    }
  }
  return out;
}

function premultiplied({ rgba }: Raster): Float64Array {
  return Float64Array.from(rgba, (value, at) =>
    at % 4 === 3 ? value : (value * (rgba[at | 3] as number)) / 255,
  );
}

function toBytes(pixels: Float64Array): Uint8Array {
  return Uint8Array.from(pixels, (value, at) => {
    // Divided by alpha before it is limited to 255: where both overshoot, the color is still that of the source.
    const alpha = pixels[at | 3] as number;
    const straight = at % 4 === 3 ? alpha : alpha <= 0 ? 0 : (value * 255) / alpha;
    return Math.min(255, Math.max(0, Math.round(straight)));
  });
}

/** Peak signal-to-noise ratio over red, green and blue, in dB; infinite for equal pictures. */
export function psnr(a: Raster, b: Raster): number {
  if (a.width !== b.width || a.height !== b.height) {
    throw new RangeError(`sizes differ: ${a.width}x${a.height} and ${b.width}x${b.height}`);
  }
  let sum = 0;
  for (let at = 0; at < a.rgba.length; at++) {
    if (at % 4 !== 3) sum += ((a.rgba[at] as number) - (b.rgba[at] as number)) ** 2;
  }
  return sum === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(255 ** 2 / (sum / (a.width * a.height * 3)));
}
