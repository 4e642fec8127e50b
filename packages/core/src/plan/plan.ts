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

/** The size that is wanted, in device pixels. Gravity stands only where it decides something. */
export type Resize =
  | { readonly kind: "none" }
  | { readonly kind: "width"; readonly width: number }
  | { readonly kind: "height"; readonly height: number }
  | { readonly kind: "bound" | "boundmin" | "cover"; readonly width: number; readonly height: number }
  | {
      readonly kind: "crop" | "fit" | "cropfit";
      readonly width: number;
      readonly height: number;
      readonly gravity: Compass;
    };

/** What to do to the pixels, as data: equal plans mean equal pixels, whatever the spelling of the URL was. */
export interface Plan {
  readonly resize: Resize;
  readonly neverEnlarge: boolean;
  /** Six hex digits, for padding and for flattening; `null` = transparent where the output can be, else white. */
  readonly background: string | null;
  /** 1 to 100; `null` = the format's default. */
  readonly quality: number | null;
  readonly formats: readonly FormatWish[];
}
