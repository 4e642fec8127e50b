import type { Box, Color, Fidelity, Layout, OutputFormat, Size, SourceFormat } from "@freshet/core";
import type { SourceInfo } from "../origin/inspect.ts";
import type { Pixels } from "./pixels.ts";

/** What is wanted of an original. */
export interface Wanted {
  /** The part of it that is used, in pixels of the upright original; `null` = all. */
  readonly region: Box | null;
  /** What that part is scaled to. */
  readonly size: Size;
  /** All frames of an animation, not only the first. */
  readonly moving: boolean;
  /** Leave the colors as they are and hand the profile on, instead of converting to sRGB. */
  readonly keepProfile: boolean;
  /** By default `full`. */
  readonly fidelity?: Fidelity;
}

/** Formats that are encoded from pixels. */
export type RasterFormat = Exclude<OutputFormat, "svg">;

/** How a result is to be written. */
export interface OutputSpec {
  readonly format: RasterFormat;
  /** 1 to 100; `null` = the format's default, which for PNG is lossless. */
  readonly quality: number | null;
  /** Take more time for a smaller file of the same quality. */
  readonly small: boolean;
}

/** Reads files. All decoders pass one conformance suite (`engine.suite.ts`): which one was chosen shows only in speed. */
export interface Decoder {
  readonly name: string;
  readonly reads: ReadonlySet<SourceFormat>;
  /**
   * Decodes, turns upright, cuts and scales.
   * @throws FreshetError `image_broken`
   */
  decode(source: Uint8Array, info: SourceInfo, wanted: Wanted): Promise<Pixels>;
}

/** Writes files. */
export interface Encoder {
  readonly name: string;
  readonly writes: ReadonlySet<RasterFormat>;
  encode(pixels: Pixels, output: OutputSpec): Promise<Uint8Array>;
}

/** What a converter does between reading and writing. */
export interface Cut extends Pick<Layout, "region" | "scaled" | "crop"> {
  /** What transparent pixels are laid on; `null` = they stay transparent. */
  readonly background: Color | null;
  /** By default `full`. */
  readonly fidelity?: Fidelity;
}

/** Reads, cuts, scales and writes a still picture in one go, without pixels passing through JavaScript in between. */
export interface Converter {
  readonly name: string;
  readonly reads: ReadonlySet<SourceFormat>;
  readonly writes: ReadonlySet<RasterFormat>;
  /** @throws FreshetError `image_broken` */
  convert(source: Uint8Array, info: SourceInfo, cut: Cut, output: OutputSpec): Promise<Uint8Array>;
}
