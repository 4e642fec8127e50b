import type { Note } from "../../ops/note.ts";
import { ignored } from "./ignored.ts";

/** What an operation and its size say, as pairs of v7. */
export interface SizeReading {
  readonly pairs: readonly (readonly [name: string, value: string])[];
  /** Width of the result in pixels where it is certain, before `org_if_sml`; else `null`. */
  readonly outputWidth: number | null;
  readonly notes: readonly Note[];
}

const rectangleAndBox =
  /^(?:(\d{1,15}(?:\.\d+)?,\d{1,15}(?:\.\d+)?),(\d{1,15}(?:\.\d+)?,\d{1,15}(?:\.\d+)?)-)?(?:(\d{1,15}(?:\.\d+)?)(?:x(\d{1,15}(?:\.\d+)?))?|x(\d{1,15}(?:\.\d+)?))$/;
const noSize: ReadonlySet<string> = new Set(["n", "none", "x"]);

/** `func` of the operations that take a box. A rectangle is stretched into its box, which v7 calls cover. */
const funcs: Readonly<Record<string, string>> = {
  crop: "crop",
  fit: "fit",
  bound: "bound",
  boundmin: "boundmin",
  cover: "cover",
  cropfit: "cropfit",
  crop_px: "cover",
};

/** Sizes that leave one side of the result open although both are given. */
const openFuncs: ReadonlySet<string> = new Set(["bound", "boundmin"]);

/** True for `n`, `none`, `x`, `W`, `WxH`, `xH` and `x1,y1,x2,y2-` before one of the last three. */
export function isSizeV6(size: string): boolean {
  return noSize.has(size) || rectangleAndBox.test(size);
}

/**
 * Reads a size for an operation; numbers are not checked here, since v7 reads the pairs.
 *
 * `width` takes the first number, `height` the last (row 33 of the reference's section 17), v4's `resize` is `width`;
 * `cdn` and `cdno` take none.
 *
 * @param size percent-decoded, valid in the sense of {@link isSizeV6}
 * @see reference/cloudimage.md section 14
 */
export function readSize(operation: string, size: string): SizeReading {
  const match = rectangleAndBox.exec(size);
  if (!match) return { pairs: [], outputWidth: null, notes: [] };
  if (operation === "cdn" || operation === "cdno") {
    return { pairs: [], outputWidth: null, notes: [ignored(operation, size, "n, since it does not resize")] };
  }
  const [, topLeft, bottomRight, width, second, alone] = match;
  const height = second ?? alone;
  const corners: [string, string][] =
    topLeft !== undefined && bottomRight !== undefined
      ? [
          ["tl_px", topLeft],
          ["br_px", bottomRight],
        ]
      : [];
  const box = readBox(operation, width, height);
  return {
    ...box,
    pairs: [...corners, ...box.pairs],
    notes: box.notes.map((wanted) => ignored(operation, size, wanted)),
  };
}

interface BoxReading {
  readonly pairs: readonly (readonly [name: string, value: string])[];
  readonly outputWidth: number | null;
  /** What was wanted instead of what is left out. */
  readonly notes: readonly string[];
}

function readBox(operation: string, width: string | undefined, height: string | undefined): BoxReading {
  if (operation === "width" || operation === "resize") {
    if (width === undefined) return { pairs: [], outputWidth: null, notes: ["a width"] };
    const notes = height === undefined ? [] : ["a width; the height is left out"];
    return { pairs: [["w", width]], outputWidth: Number(width), notes };
  }
  if (operation === "height") {
    const notes = width === undefined || height === undefined ? [] : ["a height; the width is left out"];
    return { pairs: [["h", height ?? (width as string)]], outputWidth: null, notes };
  }
  const func = funcs[operation] as string;
  if (width === undefined) return { pairs: [["h", height as string]], outputWidth: null, notes: [] };
  if (height === undefined) return { pairs: [["w", width]], outputWidth: Number(width), notes: [] };
  return {
    pairs: [
      ["w", width],
      ["h", height],
      ["func", func],
    ],
    outputWidth: openFuncs.has(func) ? null : Number(width),
    notes: [],
  };
}
