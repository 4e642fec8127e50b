import type { MarkOptions, Options } from "../../plan/options.ts";

/** Name of a parameter, and the value by which it says nothing; `null` = it cannot be unsaid. */
type Neutral = readonly [name: string, value: string | null];

/** Everything but the watermarks: what a rule says of it can be taken back by a URL in these words. */
export const neutral = {
  width: ["w", null],
  height: ["h", null],
  func: ["func", "crop"],
  gravity: ["gravity", "center"],
  neverEnlarge: ["org_if_sml", "0"],
  dpr: ["dpr", "1"],
  aspect: ["aspect_ratio", null],
  trim: ["trim", "0"],
  // A rectangle and a turn take several words to unsay: see plan-parameters.ts.
  topLeft: ["tl_px", null],
  bottomRight: ["br_px", null],
  centerX: ["x", null],
  centerY: ["y", null],
  flip: ["flip", null],
  fitEnlarge: ["fit_enlarge", "0"],
  margin: ["margin", "0"],
  background: ["bg_color", null],
  backdrop: ["bg_img_fit", "0"],
  backdropBlur: ["bg_blur", "20"],
  backdropOpacity: ["bg_opacity", "1"],
  backdropColor: ["bg_colorize", null],
  backdropGravity: ["bg_gravity", "center"],
  rotate: ["r", "0"],
  bright: ["bright", "0"],
  contrast: ["contrast", "0"],
  saturate: ["saturate", "0"],
  grey: ["grey", "0"],
  sepia: ["sepia", "0"],
  duotone: ["duotone", null],
  invert: ["invert", "0"],
  colorize: ["colorize", "000000,0"],
  blur: ["blur", "0"],
  pixelate: ["pixelate", "0"],
  sharp: ["sharp", "0"],
  radius: ["radius", "0"],
  watermark: ["wat", "0"],
  marks: ["wat", null],
  // Qualities for one format are as the general one where they say nothing: see plan-parameters.ts.
  quality: ["q", null],
  webpQuality: ["q_webp", null],
  pngQuality: ["q_png", null],
  optipress: ["optipress", "0"],
  formats: ["force_format", "original"],
  download: ["force_download", "0"],
  info: ["ci_info", "0"],
  cacheSeconds: ["ci_cache", null],
} as const satisfies { readonly [K in Exclude<keyof Options, keyof MarkOptions>]: Neutral };

/** The same for one watermark. */
export const neutralMark = {
  markUrl: ["wat_url", null],
  markText: ["wat_text", null],
  markFont: ["wat_font", null],
  markFontSize: ["wat_fontsize", "32"],
  markColor: ["wat_color", "000000"],
  markGravity: ["wat_gravity", "center"],
  markPad: ["wat_pad", "0,0"],
  markPosition: ["wat_pos", "0,0"],
  markScale: ["wat_scale", "100"],
  markOpacity: ["wat_opacity", "1"],
} as const satisfies { readonly [K in keyof MarkOptions]: Neutral };
