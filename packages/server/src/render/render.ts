import {
  FreshetError,
  makeLayout,
  mediaTypes,
  type Negotiated,
  type OutputFormat,
  opaqueFormats,
  type Plan,
} from "@freshet/core";
import type { Entry } from "../cache/store.ts";
import type { Engine, RenderJob } from "../engine/engine.ts";
import { needsComposing, planRoute } from "../engine/planner.ts";
import { inspect, type SourceInfo } from "../origin/inspect.ts";
import { compose } from "./compose.ts";

const defaultQuality: Readonly<Record<OutputFormat, number>> = { jpeg: 80, webp: 80, avif: 60, png: 100 };

/**
 * Makes a variant: decode → cut and lay → encode.
 * @throws FreshetError `not_an_image`, `image_broken`, `original_too_large`
 */
export async function render(source: Uint8Array, plan: Plan, output: Negotiated): Promise<Entry> {
  const info = await inspect(source);
  const job = makeJob(source, info, plan, output.format);
  const entry = { bytes: await runJob(job), type: mediaTypes[output.format] };
  // A transparent picture has no JPEG that could stand for it.
  if (!output.orSmallerJpeg || output.format === "jpeg" || info.hasAlpha || hasTransparentPadding(job))
    return entry;
  const jpeg = await runJob(makeJob(source, info, plan, "jpeg"));
  return jpeg.byteLength < entry.bytes.byteLength ? { bytes: jpeg, type: mediaTypes.jpeg } : entry;
}

function makeJob(source: Uint8Array, info: SourceInfo, plan: Plan, format: OutputFormat): RenderJob {
  const layout = makeLayout(plan.resize, plan.neverEnlarge, info);
  const background = plan.background ?? (opaqueFormats.has(format) ? "ffffff" : null);
  return {
    source,
    info,
    layout,
    background,
    output: { format, quality: plan.quality ?? defaultQuality[format] },
  };
}

function hasTransparentPadding({ layout, background }: RenderJob): boolean {
  return layout.canvas !== null && background === null;
}

/** Decoders differ in what they forgive: a file that one cannot read is tried by the next, if there is one. */
async function runJob(job: RenderJob): Promise<Uint8Array> {
  const { decoders, encoder } = planRoute(job);
  let failure: unknown = new FreshetError("not_an_image", `there is no decoder for ${job.info.format} here`);
  for (const decoder of decoders) {
    try {
      return await renderBy(decoder, encoder, job);
    } catch (error) {
      if (!(error instanceof FreshetError) || error.code !== "image_broken") throw error;
      failure = error;
    }
  }
  throw failure;
}

async function renderBy(decoder: Engine, encoder: Engine, job: RenderJob): Promise<Uint8Array> {
  const { source, info, layout, output } = job;
  if (!needsComposing(job) && decoder === encoder && decoder.convert) {
    return decoder.convert(source, info, layout.scaled, output);
  }
  const pixels = await decoder.decode(source, info, layout.region, layout.scaled);
  return encoder.encode(await compose(pixels, job), output);
}
