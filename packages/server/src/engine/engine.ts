import type { Box, Layout, OutputFormat, Size, SourceFormat } from "@freshet/core";
import type { SourceInfo } from "../origin/inspect.ts";

/** An image between two steps: a PNG, lossless, not meant to be small. */
export type Pixels = Uint8Array;

/** How a result is to be written. */
export interface OutputSpec {
  readonly format: OutputFormat;
  /** 1 to 100. */
  readonly quality: number;
}

/** A whole render. */
export interface RenderJob {
  readonly source: Uint8Array;
  readonly info: SourceInfo;
  readonly layout: Layout;
  readonly output: OutputSpec;
  /** Six hex digits behind what is transparent; `null` = keep it transparent. */
  readonly background: string | null;
}

/**
 * A codec library. Both directions pass the same conformance suite (`engine.suite.ts`): what comes out does not depend
 * on which engine was chosen, except for speed.
 */
export interface Engine {
  readonly name: string;
  readonly reads: ReadonlySet<SourceFormat>;
  readonly writes: ReadonlySet<OutputFormat>;
  /**
   * Decodes, applies EXIF orientation, cuts out `region` (in pixels of the oriented original) and scales to `size`.
   * @throws FreshetError `image_broken`
   */
  decode(source: Uint8Array, info: SourceInfo, region: Box | null, size: Size): Promise<Pixels>;
  encode(pixels: Pixels, output: OutputSpec): Promise<Uint8Array>;
  /** Decode and encode in one go, for formats on both its lists, without pixels passing through JavaScript in between. */
  convert?(source: Uint8Array, info: SourceInfo, size: Size, output: OutputSpec): Promise<Uint8Array>;
}
