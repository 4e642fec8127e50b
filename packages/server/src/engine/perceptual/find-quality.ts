import { serverLimits } from "../../limits.ts";
import type { RasterFormat } from "../engine.ts";
import type { Pixels } from "../pixels.ts";
import { collectPixels, openFile } from "../vips.ts";
import { type Level, ranges, targets } from "./levels.ts";
import { sample, stack } from "./sample.ts";
import { type SearchResult, searchQuality } from "./search-quality.ts";
import { prepare, scoreAgainst } from "./ssimulacra2.ts";

/** Points that four tiles score more than the whole picture does, in the mean: it is the worst places that count most. */
const tilesFlatter = 1;

export type Encode = (pixels: Pixels, quality: number | null) => Promise<Uint8Array>;

export interface Found {
  readonly bytes: Uint8Array;
  /** What the search came to; `null` where the format has no quality to look for. */
  readonly search: SearchResult | null;
}

/**
 * Writes a picture in the lowest quality that keeps the SSIMULACRA2 score of an `optipress` level. At most seven trial
 * encodes of at most {@link serverLimits.scoredPixels}; a larger picture is judged by four tiles of it, and then
 * is within about two points of the score that was asked for (bench/optipress.ts).
 *
 * @param encode what is to be encoded is the whole picture, or a part of it that is tried out
 * @throws FreshetError as the encoder does
 */
export async function findQuality(
  pixels: Pixels,
  format: RasterFormat,
  level: Level,
  encode: Encode,
): Promise<Found> {
  const range = ranges[format];
  if (range === undefined) return { bytes: await encode(pixels, null), search: null };
  const tiles = sample(pixels, serverLimits.scoredPixels);
  const reference = prepare(stack(tiles));
  const trials = new Map<number, Uint8Array>();
  const bounds = { least: range.least, most: range.most, first: range.first[level] };
  const target = targets[level] + (tiles.length === 1 ? 0 : tilesFlatter);
  const search = await searchQuality(bounds, target, async (quality) => {
    const files = await Promise.all(tiles.map((tile) => encode(tile, quality)));
    if (isWhole(tiles, pixels)) trials.set(quality, files[0] as Uint8Array);
    const decoded = await Promise.all(files.map((file) => decode(file, pixels)));
    return scoreAgainst(reference, stack(decoded));
  });
  return { bytes: trials.get(search.quality) ?? (await encode(pixels, search.quality)), search };
}

/** Whether what is tried out is already the result. */
function isWhole(tiles: readonly Pixels[], { frames, icc, data }: Pixels): boolean {
  return tiles[0]?.data.byteLength === data.byteLength && frames === 1 && icc === null;
}

/** Back to pixels of the same kind: codecs drop an alpha channel that says nothing. Profiles are left out on both sides. */
async function decode(file: Uint8Array, like: Pixels): Promise<Pixels> {
  const image = openFile(file, { ignoreIcc: true });
  const work = like.channels === 4 ? image.ensureAlpha() : image.removeAlpha();
  return collectPixels(work, { ...like, frames: 1, delays: [], loop: 0, icc: null });
}
