import type { Plan } from "@freshet/core";
import type { RasterFormat } from "../engine.ts";

export type Level = NonNullable<Plan["optipress"]>;

/**
 * The score that each level of `optipress` keeps, by the words of SSIMULACRA2's author: at 80 nobody tells the result
 * from the original without switching between them, 70 is high quality, and at 60, between high and medium, one sees
 * on looking for it what was lost.
 */
export const targets: Readonly<Record<Level, number>> = { 1: 80, 2: 70, 3: 60 };

export interface QualityRange {
  /** Below this, codecs make blocks and bands that one score for a whole picture does not weigh enough. */
  readonly least: number;
  /** Above this, files grow fast for what nobody sees. */
  readonly most: number;
  /** What a photograph of ordinary size needs for each level: the first try. */
  readonly first: Readonly<Record<Level, number>>;
}

/** Formats whose quality is looked for. Others are lossless, or, as GIF, have none that could be chosen. */
export const ranges: Readonly<Partial<Record<RasterFormat, QualityRange>>> = {
  jpeg: { least: 30, most: 95, first: { 1: 87, 2: 73, 3: 59 } },
  webp: { least: 30, most: 95, first: { 1: 87, 2: 77, 3: 61 } },
  avif: { least: 25, most: 85, first: { 1: 73, 2: 56, 3: 48 } },
};
