import type { Size } from "@freshet/core";
import { createRowBlur, reach } from "./gaussian.ts";

/** A plane of the reference, with all that can be known of it before there is a candidate. */
export interface PreparedPlane {
  readonly values: Float32Array;
  /** Blurred. */
  readonly mean: Float32Array;
  /** Squared, then blurred. */
  readonly energy: Float32Array;
}

/** Sums over a plane's pixels, in the order of the weights: structure, ringing, blur, then their fourth powers. */
export type ErrorSums = Float64Array;

export function preparePlane(values: Float32Array, { width, height }: Size): PreparedPlane {
  const [mean, energy] = [sharedPlane(values.length), sharedPlane(values.length)];
  const [blur, squares] = [createRowBlur(width), createRowBlur(width)];
  for (let y = 0; y < height + reach; y++) {
    if (y < height) {
      const row = values.subarray(y * width, (y + 1) * width);
      blur.input.set(row);
      multiply(row, row, squares.input);
      blur.push();
      squares.push();
    } else {
      blur.pushEmpty();
      squares.pushEmpty();
    }
    if (y < reach) continue;
    mean.set(blur.blurred, (y - reach) * width);
    energy.set(squares.blurred, (y - reach) * width);
  }
  return { values, mean, energy };
}

/** Memory that threads share, so that a prepared reference passes between them without being copied. */
export function sharedPlane(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * 4));
}

/** @param candidate the same plane of the other picture */
export function sumErrors(
  prepared: PreparedPlane,
  candidate: Float32Array,
  { width, height }: Size,
): ErrorSums {
  const { values, mean, energy } = prepared;
  const sums = new Float64Array(6);
  const [blur, squares, products] = [createRowBlur(width), createRowBlur(width), createRowBlur(width)];
  for (let y = 0; y < height + reach; y++) {
    if (y < height) {
      const row = candidate.subarray(y * width, (y + 1) * width);
      blur.input.set(row);
      multiply(row, row, squares.input);
      multiply(row, values.subarray(y * width, (y + 1) * width), products.input);
      blur.push();
      squares.push();
      products.push();
    } else {
      blur.pushEmpty();
      squares.pushEmpty();
      products.pushEmpty();
    }
    if (y < reach) continue;
    const [from, to] = [(y - reach) * width, (y - reach + 1) * width];
    const meanRow = mean.subarray(from, to);
    addStructure(sums, meanRow, energy.subarray(from, to), blur.blurred, squares.blurred, products.blurred);
    addEdges(sums, values.subarray(from, to), meanRow, candidate.subarray(from, to), blur.blurred);
  }
  return sums;
}

function multiply(a: Float32Array, b: Float32Array, out: Float32Array): void {
  for (let x = 0; x < out.length; x++) out[x] = (a[x] as number) * (b[x] as number);
}

/**
 * One minus SSIM, whose term for brightness is the plain squared difference: XYB's numbers are perceptual already, and
 * dividing by the brightness would count dark places twice.
 */
function addStructure(
  sums: ErrorSums,
  mean1: Float32Array,
  energy1: Float32Array,
  mean2: Float32Array,
  energy2: Float32Array,
  product: Float32Array,
): void {
  const steadier = 0.0009;
  let [mean, fourth] = [0, 0];
  for (let x = 0; x < mean1.length; x++) {
    const a = mean1[x] as number;
    const b = mean2[x] as number;
    const brightness = 1 - (a - b) * (a - b);
    const covariance = (product[x] as number) - a * b;
    const variances = (energy1[x] as number) - a * a + ((energy2[x] as number) - b * b);
    const error = Math.max(0, 1 - (brightness * (2 * covariance + steadier)) / (variances + steadier));
    const square = error * error;
    mean += error;
    fourth += square * square;
  }
  sums[0] = (sums[0] as number) + mean;
  sums[3] = (sums[3] as number) + fourth;
}

/** How much a pixel stands out from around it: more than it did is ringing, blocks or bands, less is blur. */
function addEdges(
  sums: ErrorSums,
  values1: Float32Array,
  mean1: Float32Array,
  values2: Float32Array,
  mean2: Float32Array,
): void {
  let [ringing, ringingFourth, blur, blurFourth] = [0, 0, 0, 0];
  for (let x = 0; x < values1.length; x++) {
    const before = 1 + Math.abs((values1[x] as number) - (mean1[x] as number));
    const now = 1 + Math.abs((values2[x] as number) - (mean2[x] as number));
    const change = now / before - 1;
    const square = change * change;
    if (change > 0) {
      ringing += change;
      ringingFourth += square * square;
    } else {
      blur -= change;
      blurFourth += square * square;
    }
  }
  sums[1] = (sums[1] as number) + ringing;
  sums[2] = (sums[2] as number) + blur;
  sums[4] = (sums[4] as number) + ringingFourth;
  sums[5] = (sums[5] as number) + blurFourth;
}
