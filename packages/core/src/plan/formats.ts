/** Formats that can be made. */
export type OutputFormat = "jpeg" | "png" | "webp" | "avif";

/** Formats that can be read. */
export type SourceFormat = OutputFormat | "gif" | "bmp" | "tiff";

export const mediaTypes = {
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  avif: "image/avif",
} as const satisfies Record<OutputFormat, string>;

/** What an original turns into when no format is asked for: its own, or the nearest that every browser shows. */
export const keptFormat = {
  jpeg: "jpeg",
  png: "png",
  webp: "webp",
  avif: "avif",
  gif: "png",
  bmp: "png",
  tiff: "png",
} as const satisfies Record<SourceFormat, OutputFormat>;

/** Formats without an alpha channel: transparent originals are flattened onto the background. */
export const opaqueFormats: ReadonlySet<OutputFormat> = new Set(["jpeg"]);

/** One entry of `force_format`. A wish that is not strict gives way to JPEG where that is the smaller file. */
export interface FormatWish {
  readonly format: OutputFormat | "original";
  readonly strict: boolean;
}
