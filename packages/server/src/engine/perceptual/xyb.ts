import type { LinearPicture } from "./linear-light.ts";

/** `X`: red against green; `Y`: brightness; `B`: blue against brightness. */
export type XybPlane = "X" | "Y" | "B";

/** Keeps the cube root's slope finite at black; libjxl's constant. */
const bias = 0.0037930734;
const biasRoot = Math.cbrt(bias);

/**
 * One plane of XYB, the color space of JPEG XL: the eye's three kinds of cones, compressed as it does by a cube root,
 * then taken as differences. Scaled and shifted to about 0 to 1, as SSIMULACRA2 wants them.
 *
 * @param plane as many numbers as the picture has pixels, all of which are overwritten
 */
export function fillXyb(name: XybPlane, { red, green, blue }: LinearPicture, plane: Float32Array): void {
  for (let at = 0; at < plane.length; at++) {
    const r = red[at] as number;
    const g = green[at] as number;
    const b = blue[at] as number;
    const long = cubeRoot(0.3 * r + 0.622 * g + 0.078 * b + bias) - biasRoot;
    const medium = cubeRoot(0.23 * r + 0.692 * g + 0.078 * b + bias) - biasRoot;
    if (name === "X") {
      plane[at] = 7 * (long - medium) + 0.42;
    } else if (name === "Y") {
      plane[at] = 0.5 * (long + medium) + 0.01;
    } else {
      const short = cubeRoot(0.24342269 * r + 0.20476745 * g + 0.55180986 * b + bias) - biasRoot;
      plane[at] = short - 0.5 * (long + medium) + 0.55;
    }
  }
}

const guess = new Float32Array(1);
const guessBits = new Int32Array(guess.buffer);

/**
 * For positive numbers, to the precision of a 32-bit float: four times as fast as `Math.cbrt`. A third of the exponent,
 * by arithmetic on the float's bits, is right to some percent; each of Halley's steps trebles the number of digits.
 */
export function cubeRoot(value: number): number {
  guess[0] = value;
  guessBits[0] = (guessBits[0] as number) / 3 + 709_921_077;
  let root = guess[0] as number;
  for (let step = 0; step < 2; step++) {
    const cube = root * root * root;
    root *= (cube + 2 * value) / (2 * cube + value);
  }
  return root;
}
