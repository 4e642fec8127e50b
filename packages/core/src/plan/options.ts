import type { FormatWish } from "./formats.ts";
import type { Compass, Func } from "./plan.ts";

/** What the parameters of one URL ask for, each on its own; `makePlan` reconciles them. */
export interface Options {
  /** Pixels, before `dpr`. */
  readonly width: number | null;
  /** Pixels, before `dpr`. */
  readonly height: number | null;
  readonly func: Func | null;
  readonly gravity: Compass;
  readonly neverEnlarge: boolean;
  readonly dpr: number;
  /** Six hex digits. */
  readonly background: string | null;
  /** 1 to 100. */
  readonly quality: number | null;
  /** In order of preference; empty = as the original. */
  readonly formats: readonly FormatWish[];
}

export const defaultOptions: Options = {
  width: null,
  height: null,
  func: null,
  gravity: "center",
  neverEnlarge: false,
  dpr: 1,
  background: null,
  quality: null,
  formats: [],
};
