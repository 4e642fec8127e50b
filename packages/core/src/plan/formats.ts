/** Formats that can be made. `svg` only from itself. */
export type OutputFormat = "jpeg" | "png" | "webp" | "avif" | "gif" | "svg";

/** Formats that can be read. */
export type SourceFormat = OutputFormat | "bmp" | "tiff" | "ico" | "heic" | "jxl";

export const mediaTypes = {
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  avif: "image/avif",
  gif: "image/gif",
  svg: "image/svg+xml",
} as const satisfies Record<OutputFormat, string>;

/** What an original turns into when no format is asked for: its own, or the nearest that every browser shows. */
export const keptFormat = {
  jpeg: "jpeg",
  png: "png",
  webp: "webp",
  avif: "avif",
  gif: "gif",
  svg: "svg",
  bmp: "png",
  tiff: "png",
  ico: "png",
  heic: "jpeg",
  jxl: "webp",
} as const satisfies Record<SourceFormat, OutputFormat>;

/** Formats without an alpha channel: transparent originals are flattened onto the background. */
export const opaqueFormats: ReadonlySet<OutputFormat> = new Set(["jpeg"]);

/** Formats that can move. */
export const animatedFormats: ReadonlySet<OutputFormat> = new Set(["gif", "webp"]);

/** Formats that not every requester shows: they are sent only to one that names them. */
export const needsAccept: ReadonlySet<string> = new Set(["webp", "avif"]);

/** What a token can have delivered without being asked. */
export const autoFormats = ["avif", "webp"] as const;
export type AutoFormat = (typeof autoFormats)[number];

/**
 * One entry of a chain. A wish that is not strict gives way to JPEG where that is the smaller file; in a chain of
 * several it is a token's automatic format, which also gives way to what it could not show: vectors and movement.
 */
export interface FormatWish {
  readonly format: Exclude<OutputFormat, "svg"> | "original";
  readonly strict: boolean;
}
