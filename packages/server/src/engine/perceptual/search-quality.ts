/** What a quality came to. */
export interface Measured {
  readonly quality: number;
  readonly score: number;
}

export interface Bounds {
  readonly least: number;
  readonly most: number;
  /** Where to begin. */
  readonly first: number;
}

export interface SearchResult extends Measured {
  readonly tries: number;
}

/** Encodes that one search may take: halving the widest range, 71 qualities, needs as many. */
export const mostTries = 7;
/** Points over the target that end the search: a step of quality is worth about as much. */
const closeEnough = 0.5;
/** Points that a step of quality is worth, as long as only one quality is known. */
const usualSlope = 0.5;
/** After so many tries the range is halved, however good the guesses were: that ends in time. */
const guesses = 3;

/**
 * The lowest whole quality that keeps a score, by interpolation and then by halving.
 *
 * Scores rise with quality almost always, but by a fraction of a point they may fall from one step to the next. So
 * nothing is concluded about qualities that were not tried: the answer always was, and reached the target; the quality
 * below it was tried and did not, or the answer exceeds the target by less than {@link closeEnough}, or it is the least
 * that is allowed, or {@link mostTries} were used up. Where even the best that is allowed misses the target, that one
 * is the answer.
 *
 * @param measure encodes, decodes and scores; asked for no quality twice
 */
export async function searchQuality(
  bounds: Bounds,
  target: number,
  measure: (quality: number) => Promise<number>,
): Promise<SearchResult> {
  let failed: Measured | null = null;
  let passed: Measured | null = null;
  for (let tries = 1; tries <= mostTries; tries++) {
    const last = tries === mostTries;
    const quality =
      last && passed === null ? bounds.most : nextQuality(bounds, target, failed, passed, tries);
    const measured: Measured = { quality, score: await measure(quality) };
    if (measured.score >= target) passed = measured;
    else failed = measured;
    if (passed && isEnough(passed, failed, bounds, target)) return { ...passed, tries };
    if (measured.score < target && quality === bounds.most) return { ...measured, tries };
  }
  return { ...(passed as Measured), tries: mostTries };
}

function isEnough(passed: Measured, failed: Measured | null, { least }: Bounds, target: number): boolean {
  return passed.score - target < closeEnough || passed.quality - 1 === (failed?.quality ?? least - 1);
}

/** Strictly between what failed and what passed, which there is room for. */
function nextQuality(
  { least, most, first }: Bounds,
  target: number,
  failed: Measured | null,
  passed: Measured | null,
  tries: number,
): number {
  const low = failed === null ? least : failed.quality + 1;
  const high = passed === null ? most : passed.quality - 1;
  const wanted = tries > guesses ? (low + high) / 2 : (guess(target, failed, passed) ?? first);
  return Math.min(high, Math.max(low, Math.ceil(wanted)));
}

function guess(target: number, failed: Measured | null, passed: Measured | null): number | null {
  const known = failed ?? passed;
  if (known === null) return null;
  const slope =
    failed && passed ? (passed.score - failed.score) / (passed.quality - failed.quality) : usualSlope;
  return known.quality + (target - known.score) / slope;
}
