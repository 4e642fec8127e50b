import type { FormatWish } from "./formats.ts";

/** How width and height are reconciled. `cover` distorts: that is Cloudimage's word, not CSS's. */
export type Func = "crop" | "fit" | "cropfit" | "bound" | "boundmin" | "cover";

export type Compass =
  | "northwest"
  | "north"
  | "northeast"
  | "west"
  | "center"
  | "east"
  | "southwest"
  | "south"
  | "southeast";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A point that a crop keeps as near to its middle as the picture's edges allow. */
export interface FocalPoint extends Point {
  /** Pixels of the whole original, percent of it, or percent of what is left of it after `trim` and a rectangle crop. */
  readonly unit: "px" | "%" | "%scaled";
}

/** `auto`: what draws the eye. `trim`: by which edges `trim` found something to cut off. */
export type Gravity = Compass | "auto" | "trim" | FocalPoint;

/** Shares of width to height, `min` at most `max`; equal for one ratio. */
export interface AspectRange {
  readonly min: number;
  readonly max: number;
}

/** Pixels that a fit keeps free at least. */
export interface Margin {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** The part of the original that is used, in its own pixels; a missing corner is the original's. */
export interface Rectangle {
  readonly topLeft: Point | null;
  readonly bottomRight: Point | null;
}

/** The size that is wanted, in device pixels. Gravity stands only where it decides something. */
export type Resize =
  | { readonly kind: "none" }
  | { readonly kind: "width"; readonly width: number }
  | { readonly kind: "height"; readonly height: number }
  /** At most one side is given; where the original's ratio is in the range, nothing is cut. */
  | {
      readonly kind: "aspect";
      readonly width: number | null;
      readonly height: number | null;
      readonly aspect: AspectRange;
      readonly gravity: Gravity;
    }
  | { readonly kind: "bound" | "boundmin" | "cover"; readonly width: number; readonly height: number }
  | {
      readonly kind: "crop";
      readonly width: number;
      readonly height: number;
      readonly gravity: Gravity;
    }
  | {
      readonly kind: "fit" | "cropfit";
      readonly width: number;
      readonly height: number;
      readonly gravity: Gravity;
      readonly enlarge: boolean;
      readonly margin: Margin;
    };

/** Six lower-case hex digits. */
export type Color = string;

/** `auto` is the prominent color of the picture; `null` = transparent where the output can be, else white. */
export type Background = Color | "auto" | null;

/** A copy of the picture that fills the canvas of a fit, behind the picture and before the background. */
export interface Backdrop {
  /** Gaussian, standard deviation in pixels of the result. */
  readonly blur: number;
  /** 0 to 1. */
  readonly opacity: number;
  /** A tint that keeps light and shade. */
  readonly colorize: Color | null;
  readonly gravity: Compass;
}

/** Changes of color and sharpness, in the order in which they are applied. */
export type Filter =
  /** Added to each channel: -255 to 255. */
  | { readonly kind: "bright"; readonly offset: number }
  /** -100 (flat gray) to 100. */
  | { readonly kind: "contrast"; readonly percent: number }
  /** -100 (no color) to 100 (twice as much). */
  | { readonly kind: "saturate"; readonly percent: number }
  /** A layer of one color, opacity 0 to 1. */
  | { readonly kind: "colorize"; readonly color: Color; readonly opacity: number }
  | { readonly kind: "grey" }
  /** Black becomes `dark`, white becomes `light`. */
  | { readonly kind: "duotone"; readonly dark: Color; readonly light: Color }
  | { readonly kind: "sepia" }
  | { readonly kind: "invert" }
  /** Gaussian, standard deviation in pixels of the result, up to 100. */
  | { readonly kind: "blur"; readonly sigma: number }
  /** Side of a block in pixels of the result, 2 to 100. */
  | { readonly kind: "pixelate"; readonly block: number }
  /** Unsharp mask, above 0 to 4. */
  | { readonly kind: "sharp"; readonly amount: number };

export type FilterKind = Filter["kind"];

/** Pixels, or as much as fits. */
export type CornerRadius = number | "max";

export interface Radius {
  readonly topLeft: CornerRadius;
  readonly bottomLeft: CornerRadius;
  readonly bottomRight: CornerRadius;
  readonly topRight: CornerRadius;
}

/** Pixels, or percent of the result's width (horizontal) or height (vertical). */
export interface Length {
  readonly value: number;
  readonly unit: "px" | "%";
}

/** What is laid on the result. */
export interface Watermark {
  readonly content: /** `input` counts the watermarks' originals of the request, from 0. */
    | { readonly kind: "image"; readonly input: number }
    | {
        readonly kind: "text";
        readonly text: string;
        /** As asked for, in lower case; the server maps it to a font that it carries. */
        readonly font: string;
        /** Pixels. */
        readonly size: number;
        /** Make the text smaller where it would not fit. */
        readonly shrink: boolean;
        readonly color: Color;
      };
  /** Where it lies, moved inwards by `pad`; or by its top left corner. */
  readonly place:
    | { readonly kind: "anchor"; readonly gravity: Compass; readonly pad: readonly [Length, Length] }
    | { readonly kind: "corner"; readonly at: readonly [Length, Length] };
  /** Percent of its own size, or of the result's width and height (`null`: by its ratio); `null` = its own size. */
  readonly scale:
    | { readonly kind: "own"; readonly percent: number }
    | { readonly kind: "output"; readonly width: number; readonly height: number | null }
    | null;
  /** 0 to 1. */
  readonly opacity: number;
}

/** Which corners change place: mirrored left to right (`h`), upside down (`v`), or both. */
export type Flip = "h" | "v" | "hv";

/** `full`: as near to all of the original's pixels as is seen. `fast`: a JPEG is read only as far as the result needs. */
export type Fidelity = "full" | "fast";

export const fidelities: readonly Fidelity[] = ["full", "fast"];

/**
 * What to do to the pixels, as data, in the order in which it is done (row 16 of the reference's section 17): equal
 * plans mean equal pixels, whatever the spelling of the URL was.
 */
export interface Plan {
  /** Profiles are converted to sRGB, or, as a token may want it, kept. */
  readonly profile: "srgb" | "keep";
  /** What counts more where a picture can be made faster or truer. */
  readonly fidelity: Fidelity;
  /** How far a border's color may differ from its corner's, 1 to 100; `null` = keep borders. */
  readonly trim: number | null;
  readonly rectangle: Rectangle | null;
  readonly resize: Resize;
  readonly neverEnlarge: boolean;
  readonly backdrop: Backdrop | null;
  /** For padding, for flattening, and for the corners that `rotate` and `radius` uncover. */
  readonly background: Background;
  readonly flip: Flip | null;
  /** Degrees counter-clockwise, above 0 and below 360; `null` = as it is. Half turns are flips. */
  readonly rotate: number | null;
  readonly filters: readonly Filter[];
  readonly radius: Radius | null;
  readonly watermarks: readonly Watermark[];
  /** 1 to 100; `null` = the format's default. */
  readonly quality: number | null;
  /** Where WebP is delivered; `null` = as `quality`. */
  readonly webpQuality: number | null;
  /** Where PNG is delivered; `null` = as `quality`. */
  readonly pngQuality: number | "lossless" | null;
  /** 1 (hardly visible) to 3 (small): the lowest quality that keeps a perceptual score; `null` where `q` is given. */
  readonly optipress: 1 | 2 | 3 | null;
  readonly formats: readonly FormatWish[];
}
