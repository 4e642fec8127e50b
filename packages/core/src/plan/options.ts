import type { FormatWish } from "./formats.ts";
import type {
  AspectRange,
  Background,
  Color,
  Compass,
  Flip,
  Func,
  Gravity,
  Length,
  Margin,
  Point,
  Radius,
  Watermark,
} from "./plan.ts";

/** What `func` can say; the two that look for faces are read as crops, and `proxy` makes no picture. */
export type FuncWish = Func | "face" | "facehide" | "proxy";

export interface ColorLayer {
  readonly color: Color;
  /** 0 to 1. */
  readonly opacity: number;
}

export interface FontSize {
  /** Pixels. */
  readonly size: number;
  readonly shrink: boolean;
}

export type MarkScale = NonNullable<Watermark["scale"]>;

/** What is said about one watermark, or about all of them. */
export interface MarkOptions {
  /** As in a path, percent-decoded once. */
  readonly markUrl: string | null;
  readonly markText: string | null;
  /** Lower case; empty = no wish. */
  readonly markFont: string;
  readonly markFontSize: FontSize;
  readonly markColor: Color;
  readonly markGravity: Compass | "position";
  readonly markPad: readonly [Length, Length];
  readonly markPosition: readonly [Length, Length];
  readonly markScale: MarkScale | null;
  /** 0 to 1. */
  readonly markOpacity: number;
}

/** What filters are asked for; a zero, `null` or `false` is none. */
export interface FilterOptions {
  readonly bright: number;
  readonly contrast: number;
  readonly saturate: number;
  readonly grey: boolean;
  readonly sepia: boolean;
  readonly duotone: { readonly dark: Color; readonly light: Color } | null;
  readonly invert: boolean;
  readonly colorize: ColorLayer | null;
  readonly blur: number;
  readonly pixelate: number;
  readonly sharp: number;
}

/** What the parameters of one URL ask for, each on its own; `makePlan` reconciles them. */
export interface Options extends FilterOptions, MarkOptions {
  /** Pixels, before `dpr`. */
  readonly width: number | null;
  /** Pixels, before `dpr`. */
  readonly height: number | null;
  readonly func: FuncWish | null;
  readonly gravity: Gravity | null;
  readonly neverEnlarge: boolean;
  readonly dpr: number;
  readonly aspect: AspectRange | null;
  /** 0 to 100. */
  readonly trim: number;
  readonly topLeft: Point | null;
  readonly bottomRight: Point | null;
  readonly centerX: number | null;
  readonly centerY: number | null;
  readonly fitEnlarge: boolean;
  readonly margin: Margin;
  readonly background: Background;
  readonly backdrop: boolean;
  readonly backdropBlur: number;
  readonly backdropOpacity: number;
  readonly backdropColor: Color | null;
  readonly backdropGravity: Compass;
  readonly flip: Flip | null;
  /** Degrees counter-clockwise, 0 up to but not including 360. */
  readonly rotate: number;
  readonly radius: Radius | null;
  readonly watermark: boolean;
  /** What indexed parameters say, one entry for each index in rising order; the rest is in {@link MarkOptions}. */
  readonly marks: readonly Partial<MarkOptions>[];
  /** 1 to 100. */
  readonly quality: number | null;
  /** 1 to 100. */
  readonly webpQuality: number | null;
  /** 1 to 100. */
  readonly pngQuality: number | "lossless" | null;
  /** 0 to 3. */
  readonly optipress: number;
  /** In order of preference; empty = as the original. */
  readonly formats: readonly FormatWish[];
  readonly download: boolean;
  readonly info: 0 | 1 | 2;
  /** 0 to a year. */
  readonly cacheSeconds: number | null;
}

const nothing: Length = { value: 0, unit: "px" };
const noPad: MarkOptions["markPad"] = [nothing, nothing];
const origin: Length = { value: 0, unit: "%" };
const topLeftCorner: MarkOptions["markPosition"] = [origin, origin];
const plainFont: FontSize = { size: 32, shrink: false };
const noMargin: Margin = { top: 0, right: 0, bottom: 0, left: 0 };
const noMarks: Options["marks"] = [];
const noFormats: Options["formats"] = [];

/**
 * What a URL without parameters asks for, as an object of its own. A literal is made several times faster than a copy of
 * so many members, and every URL needs one.
 */
export function freshOptions(): Options {
  return {
    bright: 0,
    contrast: 0,
    saturate: 0,
    grey: false,
    sepia: false,
    duotone: null,
    invert: false,
    colorize: null,
    blur: 0,
    pixelate: 0,
    sharp: 0,
    markUrl: null,
    markText: null,
    markFont: "",
    markFontSize: plainFont,
    markColor: "000000",
    markGravity: "center",
    markPad: noPad,
    markPosition: topLeftCorner,
    markScale: null,
    markOpacity: 1,
    width: null,
    height: null,
    func: null,
    gravity: null,
    neverEnlarge: false,
    dpr: 1,
    aspect: null,
    trim: 0,
    topLeft: null,
    bottomRight: null,
    centerX: null,
    centerY: null,
    fitEnlarge: false,
    margin: noMargin,
    background: null,
    backdrop: false,
    backdropBlur: 20,
    backdropOpacity: 1,
    backdropColor: null,
    backdropGravity: "center",
    flip: null,
    rotate: 0,
    radius: null,
    watermark: false,
    marks: noMarks,
    quality: null,
    webpQuality: null,
    pngQuality: null,
    optipress: 0,
    formats: noFormats,
    download: false,
    info: 0,
    cacheSeconds: null,
  };
}

export const defaultOptions: Options = freshOptions();
