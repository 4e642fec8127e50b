import { type Color, type Layout, opaqueFormats, type Plan } from "@freshet/core";
import type { RasterFormat } from "../engine/engine.ts";
import type { Pixels } from "../engine/pixels.ts";
import { applyFilters } from "../engine/steps/apply-filters.ts";
import { crop } from "../engine/steps/crop.ts";
import { flatten } from "../engine/steps/flatten.ts";
import { flip } from "../engine/steps/flip.ts";
import { layOnBackdrop } from "../engine/steps/lay-on-backdrop.ts";
import { layOnCanvas } from "../engine/steps/lay-on-canvas.ts";
import { prominentColor } from "../engine/steps/prominent-color.ts";
import { roundCorners } from "../engine/steps/radius.ts";
import { rotate } from "../engine/steps/rotate.ts";
import { layWatermarks } from "./lay-watermarks.ts";

/** What the steps need to know beside the pixels. */
export interface StepJob {
  readonly plan: Plan;
  readonly layout: Layout;
  readonly format: RasterFormat;
  /** Originals of the plan's watermarks. */
  readonly watermarks: readonly Uint8Array[];
}

interface StepContext extends StepJob {
  /** What is laid behind the picture; `null` = nothing, it stays transparent. */
  readonly background: Color | null;
}

type Step = (pixels: Pixels, context: StepContext) => Pixels | Promise<Pixels>;

/** What is done to the pixels, in this order (row 16 of the reference's section 17). */
const steps: readonly Step[] = [
  (pixels, { layout }) => (layout.crop ? crop(pixels, layout.crop) : pixels),
  (pixels, context) => fillCanvas(pixels, context),
  (pixels, { plan }) => (plan.flip ? flip(pixels, plan.flip) : pixels),
  (pixels, { plan, background }) => (plan.rotate ? rotate(pixels, plan.rotate, background) : pixels),
  (pixels, { plan }) => applyFilters(pixels, plan.filters),
  (pixels, { plan, background }) => (plan.radius ? roundCorners(pixels, plan.radius, background) : pixels),
  (pixels, { plan, watermarks }) => layWatermarks(pixels, plan.watermarks, watermarks),
  (pixels, { background }) => (background && pixels.channels === 4 ? flatten(pixels, background) : pixels),
];

export async function runSteps(pixels: Pixels, job: StepJob): Promise<Pixels> {
  const context = { ...job, background: await backgroundOf(pixels, job) };
  let done = pixels;
  for (const step of steps) done = await step(done, context);
  return done;
}

function fillCanvas(
  pixels: Pixels,
  { plan, layout: { canvas }, background }: StepContext,
): Pixels | Promise<Pixels> {
  if (canvas === null) return pixels;
  return plan.backdrop
    ? layOnBackdrop(pixels, canvas.size, canvas.left, canvas.top, plan.backdrop, background)
    : layOnCanvas(pixels, canvas.size, canvas.left, canvas.top, background);
}

async function backgroundOf(pixels: Pixels, { plan, format }: StepJob): Promise<Color | null> {
  if (plan.background === "auto") return prominentColor(pixels);
  return plan.background ?? (opaqueFormats.has(format) ? "ffffff" : null);
}
