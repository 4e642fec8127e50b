import type { Negotiated, Plan, Stamp } from "@freshet/core";
import type { Lineage } from "../cache/lineage.ts";
import type { SingleFlight } from "../cache/single-flight.ts";
import type { Entry, Store } from "../cache/store.ts";
import type { Metrics } from "../metrics.ts";
import type { RenderInputs } from "./render.ts";
import type { Slots } from "./slots.ts";

/** Makes a picture. @throws FreshetError `not_an_image`, `image_broken`, `original_too_large`, `overloaded` */
export type Render = (inputs: RenderInputs, plan: Plan, output: Negotiated) => Promise<Entry>;

export interface VariantDeps {
  readonly render: Render;
  readonly variants: Store;
  readonly flights: SingleFlight<Entry>;
  readonly slots: Slots;
  readonly metrics: Pick<Metrics, "timeRender">;
  readonly lineage: Pick<Lineage, "addVariant">;
  /** How far the purge log has been applied. */
  stamp(): Stamp;
}

/**
 * @param contents hashes of all originals that it is made of
 * @param url that it is asked for as, a path of v7; empty if none says it
 * @param isLate whether the inputs were purged meanwhile, as of when it is called: then the variant is not kept
 */
export type MakeVariant = (
  key: string,
  contents: readonly string[],
  inputs: RenderInputs,
  plan: Plan,
  output: Negotiated,
  isLate: () => boolean,
  url: () => string,
) => Promise<{ readonly value: Entry; readonly joined: boolean }>;

/** Makes a variant once, however many ask for it, when its turn comes, and keeps it; the disk is not waited for. */
export function createMakeVariant(deps: VariantDeps): MakeVariant {
  const { render, variants, flights, slots, metrics, lineage } = deps;
  return (key, contents, inputs, plan, output, isLate, url) =>
    flights.join(key, async () => {
      const entry = await slots.run(() => metrics.timeRender(() => render(inputs, plan, output)));
      if (isLate()) return entry;
      // In this order: what is on the disk must be found when its originals are erased.
      if (lineage.addVariant(contents, key, deps.stamp(), url())) await variants.put(key, entry);
      return entry;
    });
}
