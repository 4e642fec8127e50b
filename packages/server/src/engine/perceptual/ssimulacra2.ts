import type { Size } from "@freshet/core";
import { FreshetError } from "@freshet/core";
import type { Pixels } from "../pixels.ts";
import { halve, type LinearPicture, toLinearLight } from "./linear-light.ts";
import { type PreparedPlane, preparePlane, sharedPlane, sumErrors } from "./plane-errors.ts";
import { scoredPlanes, scoreOf, weights } from "./weights.ts";
import { fillXyb, type XybPlane } from "./xyb.ts";

/** What can be calculated before there is a candidate. Memory: about 24 bytes a pixel, shared between threads. */
export interface Prepared extends Size {
  readonly views: readonly View[];
}

/** The reference on one backdrop, at full, half, quarter… size. */
interface View {
  readonly backdrop: number;
  readonly scales: readonly (readonly PreparedPlane[])[];
}

/** Opaque pictures need one; others are looked at on dark and on bright gray, and the worse score counts, as in libjxl. */
const backdrops = { opaque: [0], transparent: [0.1, 0.9] } as const;

/** The side of {@link scoreAgainst} that is the same for all candidates: do it once. Of an animation, the first frame. */
export function prepare(reference: Pixels): Prepared {
  const { width, height } = reference;
  const views = backdrops[isOpaque(reference) ? "opaque" : "transparent"].map((backdrop) => {
    const scales: PreparedPlane[][] = [];
    eachScale(toLinearLight(reference, backdrop), (picture, names) => {
      scales.push(
        names.map((name) => {
          const values = sharedPlane(picture.width * picture.height);
          fillXyb(name, picture, values);
          return preparePlane(values, picture);
        }),
      );
    });
    return { backdrop, scales };
  });
  return { width, height, views };
}

/**
 * SSIMULACRA 2.1: how near the candidate looks to the reference, on the scale of its author: 100 = identical, 90 = not
 * to be told apart side by side, 70 = high quality, 50 = medium, 30 = low; below 0 for what has little in common.
 *
 * It is within some hundredths of libjxl's for pictures of at least 113 pixels on a side (see weights.ts for what is left out). Smaller ones differ: there libjxl looks at fewer sizes, and then gives their errors the weights of others.
 *
 * @see https://github.com/cloudinary/ssimulacra2
 * @throws FreshetError `internal` if the pictures are not of one size
 */
export function scoreAgainst(reference: Prepared, candidate: Pixels): number {
  if (candidate.width !== reference.width || candidate.height !== reference.height) {
    throw new FreshetError("internal", "Only pictures of one size can be compared.");
  }
  return Math.min(...reference.views.map((view) => scoreOf(weightedError(view, candidate))));
}

/** {@link scoreAgainst}, for two pictures that are compared once. */
export function score(reference: Pixels, candidate: Pixels): number {
  return scoreAgainst(prepare(reference), candidate);
}

function weightedError({ backdrop, scales }: View, candidate: Pixels): number {
  let error = 0;
  eachScale(toLinearLight(candidate, backdrop), (picture, names, scale) => {
    const count = picture.width * picture.height;
    const plane = new Float32Array(count);
    for (const [at, name] of names.entries()) {
      fillXyb(name, picture, plane);
      const sums = sumErrors(scales[scale]?.[at] as PreparedPlane, plane, picture);
      error += weigh(weights[name][scale] as readonly number[], sums, count);
    }
  });
  return error;
}

function weigh(weightsOfNorms: readonly number[], sums: Float64Array, count: number): number {
  return weightsOfNorms.reduce((total, weight, norm) => {
    const mean = (sums[norm] as number) / count;
    return total + weight * (norm < 3 ? mean : mean ** 0.25);
  }, 0);
}

function eachScale(
  picture: LinearPicture,
  look: (picture: LinearPicture, planes: readonly XybPlane[], scale: number) => void,
): void {
  let scaled = picture;
  for (const [scale, planes] of scoredPlanes.entries()) {
    if (scale > 0) scaled = halve(scaled);
    look(scaled, planes, scale);
  }
}

function isOpaque({ data, width, height, channels }: Pixels): boolean {
  if (channels === 3) return true;
  const end = width * height * 4;
  for (let at = 3; at < end; at += 4) if (data[at] !== 255) return false;
  return true;
}
