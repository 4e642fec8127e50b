import {
  animatedFormats,
  type Box,
  type Fidelity,
  focusNeeded,
  type Layout,
  makeLayout,
  type Plan,
  type Point,
  type Size,
  type Source,
  usedRegion,
} from "@freshet/core";
import type { RasterFormat } from "../engine/engine.ts";
import { findFocus, focusSide } from "../engine/focus/find-focus.ts";
import type { Pixels } from "../engine/pixels.ts";
import { decoderFor } from "../engine/planner.ts";
import { findTrim } from "../engine/steps/find-trim.ts";
import type { SourceInfo } from "../origin/inspect.ts";

/** All that is decided before the picture itself is made. */
export interface Sketch {
  readonly info: SourceInfo;
  readonly layout: Layout;
  /** Every frame of an animation, not only the first. */
  readonly moving: boolean;
  readonly keepProfile: boolean;
  readonly fidelity: Fidelity;
  /** The whole picture in full size, where it had to be looked at; `null` otherwise. */
  readonly whole: Pixels | null;
}

/** Looks at the picture as far as the plan asks for it (`trim`, `gravity=auto`), and lays out the result. */
export async function makeSketch(
  original: Uint8Array,
  info: SourceInfo,
  plan: Plan,
  format: RasterFormat,
): Promise<Sketch> {
  const keepProfile = plan.profile === "keep";
  const whole =
    plan.trim === null
      ? null
      : await firstFrame(original, info, null, { width: info.width, height: info.height });
  const trimmed = whole && plan.trim !== null ? await findTrim(whole, plan.trim) : null;
  const source: Source = { width: info.width, height: info.height, trimmed, focus: null };
  return {
    info,
    layout: makeLayout(plan, { ...source, focus: await focusOf(original, info, plan, source) }),
    moving: info.frames > 1 && animatedFormats.has(format),
    keepProfile,
    fidelity: plan.fidelity,
    // Its colors are those of sRGB: where profiles are kept, it cannot be used again.
    whole: keepProfile ? null : whole,
  };
}

async function focusOf(
  original: Uint8Array,
  info: SourceInfo,
  plan: Plan,
  source: Source,
): Promise<Point | null> {
  const shape = focusNeeded(plan, source);
  if (shape === null) return null;
  const region = usedRegion(plan, source);
  const scale = Math.min(1, focusSide / Math.max(region.width, region.height));
  const size = {
    width: Math.max(1, Math.round(region.width * scale)),
    height: Math.max(1, Math.round(region.height * scale)),
  };
  return findFocus(await firstFrame(original, info, region, size), shape);
}

function firstFrame(original: Uint8Array, info: SourceInfo, region: Box | null, size: Size): Promise<Pixels> {
  return decoderFor(info).decode(original, info, { region, size, moving: false, keepProfile: false });
}
