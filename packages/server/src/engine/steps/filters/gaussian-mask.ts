/** What libvips is asked for, so that a blur comes out as wide as wanted and no brighter or darker than the picture. */
export interface GaussianMask {
  readonly sigma: number;
  /** Where the mask ends, as a share of its middle. */
  readonly minAmplitude: number;
}

/** Sigmas that are tried on either side of the one that is wanted, each a two-hundredth of it away from the last. */
const tries = 24;
const amplitudes = [0.02, 0.03, 0.05] as const;

/**
 * Chooses a mask for libvips' fast blur. That one computes with weights of 7 bits, whose sum is not exactly 1: with most
 * masks a white wall comes out at 251 or a gray one brighter by four. Near every sigma from 1.1 up there are masks that
 * do add up; the one that is most like the Gaussian is taken. `null`: there is none, blur in floating point.
 *
 * @see libvips `create/gaussmat.c` (weights are whole twentieths of the middle), `convolution/convi.c` (`vips_convi_intize`)
 */
export function gaussianMask(sigma: number): GaussianMask | null {
  if (sigma < 1.1) return null;
  let best: GaussianMask | null = null;
  let least = 0.1;
  for (let step = -tries; step <= tries; step++) {
    for (const minAmplitude of amplitudes) {
      const mask = { sigma: sigma * (1 + step / 200), minAmplitude };
      const weights = weightsOf(mask);
      if (sum(weights) !== 1) continue;
      const difference = differenceFrom(sigma, weights);
      if (difference >= least) continue;
      least = difference;
      best = mask;
    }
  }
  return best;
}

/** One row of weights as libvips rounds them. */
function weightsOf({ sigma, minAmplitude }: GaussianMask): readonly number[] {
  const half: number[] = [];
  for (let x = 0; amplitude(x, sigma) >= minAmplitude; x++) half.push(Math.round(20 * amplitude(x, sigma)));
  const whole = [...half.slice(1).reverse(), ...half];
  const scale = sum(whole);
  const shift = Math.ceil(Math.log2(20 / scale) + 1);
  const one = 2 ** (7 - shift);
  return whole.map((weight) => Math.round((one * weight) / scale) / one);
}

/** Sum of the differences of all weights: how far, in shares of full contrast, an edge may be off. */
function differenceFrom(sigma: number, weights: readonly number[]): number {
  const reach = Math.ceil(sigma * 4);
  const middle = (weights.length - 1) / 2;
  let total = 0;
  for (let x = -reach; x <= reach; x++) total += amplitude(x, sigma);
  let difference = 0;
  for (let x = -reach; x <= reach; x++) {
    difference += Math.abs((weights[middle + x] ?? 0) - amplitude(x, sigma) / total);
  }
  return difference;
}

function amplitude(x: number, sigma: number): number {
  return Math.exp(-(x ** 2) / (2 * sigma ** 2));
}

function sum(weights: readonly number[]): number {
  return weights.reduce((total, weight) => total + weight, 0);
}
