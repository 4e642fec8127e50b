import type { Pixels } from "../engine/pixels.ts";
import { decodesInFull } from "../engine/planner.ts";
import { decodeWhole } from "../engine/sharp-decoder.ts";
import type { Sketch } from "./sketch.ts";

/** What renders of one original have in common. */
export interface Sharing {
  /** What was decoded of it, by name. */
  readonly made: Map<string, Pixels>;
  /** Other renders of it that run or wait. */
  readonly others: number;
}

const name = "whole";

/**
 * The whole original in full size, decoded once for all sizes that are asked for at the same time or soon after. Only where
 * the picture would have been decoded in full and by the same library anyway: its bytes must not depend on who asked
 * before.
 *
 * @returns `null` if this render had better decode for itself
 */
export async function sharedPixels(
  original: Uint8Array,
  sketch: Sketch,
  { made, others }: Sharing,
): Promise<Pixels | null> {
  const { info, layout, moving, keepProfile, whole, fidelity } = sketch;
  const cut = { ...layout, background: null, fidelity };
  if (moving || keepProfile || whole !== null || !decodesInFull(info, cut)) return null;
  const known = made.get(name);
  if (known || others === 0) return known ?? null;
  const pixels = await decodeWhole(original, info);
  if (pixels) made.set(name, pixels);
  return pixels;
}
