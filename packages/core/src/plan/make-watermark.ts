import type { MarkOptions } from "./options.ts";
import type { Compass, Length, Watermark } from "./plan.ts";

/** True if nothing of the mark would be seen. */
export function isInvisible({ markOpacity, markScale }: MarkOptions): boolean {
  if (markOpacity === 0) return true;
  if (markScale?.kind === "own") return markScale.percent === 0;
  return markScale !== null && (markScale.width === 0 || markScale.height === 0);
}

/**
 * One watermark, without what has no effect.
 * @param content what to lay on the result
 * @see reference/cloudimage.md section 5
 */
export function makeWatermark(content: Watermark["content"], options: MarkOptions): Watermark {
  const { markGravity, markPosition, markPad, markScale, markOpacity } = options;
  return {
    content,
    place:
      markGravity === "position"
        ? { kind: "corner", at: markPosition.map(canonicalLength) as [Length, Length] }
        : { kind: "anchor", gravity: markGravity, pad: anchorPad(markGravity, markPad) },
    scale: markScale?.kind === "own" && markScale.percent === 100 ? null : markScale,
    opacity: markOpacity,
  };
}

/** A text and how it looks. */
export function textContent(text: string, options: MarkOptions): Watermark["content"] {
  const { markFont, markFontSize, markColor } = options;
  const { size, shrink } = markFontSize;
  return { kind: "text", text, font: markFont, size, shrink, color: markColor };
}

/** In a direction in which the mark is centered there is no edge that it could keep away from. */
function anchorPad(gravity: Compass, [horizontal, vertical]: readonly [Length, Length]): [Length, Length] {
  return [
    /west|east/.test(gravity) ? canonicalLength(horizontal) : none,
    /north|south/.test(gravity) ? canonicalLength(vertical) : none,
  ];
}

const none: Length = { value: 0, unit: "px" };

/** Zero is zero in both units. */
function canonicalLength(length: Length): Length {
  return length.value === 0 ? none : length;
}
