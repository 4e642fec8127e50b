import type { Negotiated, Plan, Stamp } from "@freshet/core";
import type { Lineage } from "../cache/lineage.ts";
import type { SingleFlight } from "../cache/single-flight.ts";
import type { Entry, Store } from "../cache/store.ts";
import type { Metrics } from "../metrics.ts";
import type { Party } from "../turns/fair-line.ts";
import type { RenderInputs } from "./render.ts";
import { kindOf, type RenderTurns } from "./render-turns.ts";

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
  readonly flights: SingleFlight<Entry | null>;
  readonly renderTurns: RenderTurns;
  readonly metrics: Pick<Metrics, "timeRender">;
  readonly lineage: Pick<Lineage, "addVariant">;
  /** How far the purge log has been applied. */
  stamp(): Stamp;
}

export interface VariantOrder {
  readonly key: string;
  /** Hashes of all originals that it is made of. */
  readonly contents: readonly string[];
  /**
   * Gets the bytes of all originals, when its turn has come: what waits must not hold them, or much that waits would fill
   * the memory. `null` if they are not to be had.
   */
  load(): Promise<RenderInputs | null>;
  /** Whose turn it takes. */
  readonly party: Party;
  readonly plan: Plan;
  readonly output: Negotiated;
  /** Whether the inputs were purged meanwhile, as of when it is called: then the variant is not kept. */
  isLate(): boolean;
  /** That it is asked for as, a path of v7; empty for what stands in for something else. */
  readonly url: string;
  /** Nobody waits for it. */
  readonly later?: boolean;
}

/** @returns `null` if there is nothing to make it of */
export type MakeVariant = (
  order: VariantOrder,
) => Promise<{ readonly value: Entry; readonly joined: boolean } | null>;

/**
 * Makes a variant once, however many ask for it, when its turn comes, and keeps it; the disk is not waited for. One that
 * nobody waited for and somebody does now gets a better place in line.
 */
export function createMakeVariant(deps: VariantDeps): MakeVariant {
  const { render, variants, flights, renderTurns, metrics, lineage } = deps;
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
  async function renderNext(order: VariantOrder): Promise<Entry | null> {
    const { key, contents, plan, output, party, later = false } = order;
    const content = contents[0] as string;
    const leave = count(content);
    const kind = later ? "later" : kindOf(output);
    try {
      return await renderTurns.run({ ...party, kind, key }, async () => {
        const inputs = await order.load();
        if (!inputs) return null;
        const near = { content, others: countOf(content) - 1 };
        return metrics.timeRender(() => render(inputs, plan, output, near)).finally(leave);
      });
    } finally {
      leave();
    }
  }

  return async (order) => {
    const { key, contents, isLate, url } = order;
    if (!order.later) renderTurns.hurry(key, kindOf(order.output));
    const { value, joined } = await flights.join(key, async () => {
      const entry = await renderNext(order);
      if (!entry || isLate()) return entry;
      // In this order: what is on the disk must be found when its originals are erased.
      if (lineage.addVariant(contents, key, deps.stamp(), url)) await variants.put(key, entry);
      return entry;
    });
    return value && { value, joined };
  };
}
