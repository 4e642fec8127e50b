import type { Negotiated, Plan, Stamp } from "@freshet/core";
import type { Lineage } from "../cache/lineage.ts";
import type { SingleFlight } from "../cache/single-flight.ts";
import type { Entry, Store } from "../cache/store.ts";
import type { Metrics } from "../metrics.ts";
import type { RenderInputs } from "./render.ts";
import type { Slots } from "./slots.ts";

/** Makes a picture. @throws FreshetError `not_an_image`, `image_broken`, `original_too_large`, `overloaded` */
export type Render = (
  inputs: RenderInputs,
  plan: Plan,
  output: Negotiated,
  near: NearRenders,
) => Promise<Entry>;

/** What else is made of the same original. */
export interface NearRenders {
  /** Name of the original's bytes. */
  readonly content: string;
  /** Pictures of it that are being made or wait, beside this one. */
  readonly others: number;
}

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
  const wanted = new Map<string, number>();

  /** Counts a render of an original. @returns what ends the counting, once */
  function count(content: string): () => void {
    wanted.set(content, countOf(content) + 1);
    let isCounted = true;
    return () => {
      if (!isCounted) return;
      isCounted = false;
      if (countOf(content) === 1) wanted.delete(content);
      else wanted.set(content, countOf(content) - 1);
    };
  }

  const countOf = (content: string) => wanted.get(content) ?? 0;

  /** When its turn comes; it counts from now on, and no longer when its turn is over. */
  async function renderNext(content: string, inputs: RenderInputs, plan: Plan, output: Negotiated) {
    const leave = count(content);
    try {
      return await slots.run(() => {
        const near = { content, others: countOf(content) - 1 };
        return metrics.timeRender(() => render(inputs, plan, output, near)).finally(leave);
      });
    } finally {
      leave();
    }
  }

  return (key, contents, inputs, plan, output, isLate, url) =>
    flights.join(key, async () => {
      const entry = await renderNext(contents[0] as string, inputs, plan, output);
      if (isLate()) return entry;
      // In this order: what is on the disk must be found when its originals are erased.
      if (lineage.addVariant(contents, key, deps.stamp(), url())) await variants.put(key, entry);
      return entry;
    });
}
