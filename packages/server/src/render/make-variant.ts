import { type Negotiated, type ParsedRequest, type Plan, printRequest, type Stamp } from "@freshet/core";
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

export interface VariantOrder {
  readonly key: string;
  /** Hashes of all originals that it is made of. */
  readonly contents: readonly string[];
  readonly inputs: RenderInputs;
  readonly plan: Plan;
  readonly output: Negotiated;
  /** Whether the inputs were purged meanwhile, as of when it is called: then the variant is not kept. */
  isLate(): boolean;
  /** What it is made for; `null` for what stands in for something else. */
  readonly asked: ParsedRequest | null;
  /** Nobody waits for it. */
  readonly later?: boolean;
}

export type MakeVariant = (
  order: VariantOrder,
) => Promise<{ readonly value: Entry; readonly joined: boolean }>;

/**
 * Makes a variant once, however many ask for it, when its turn comes, and keeps it; the disk is not waited for. One that
 * nobody waited for and somebody does now gets a better place in line.
 */
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
  async function renderNext({ key, contents, inputs, plan, output, later = false }: VariantOrder) {
    const content = contents[0] as string;
    const leave = count(content);
    const work = () => {
      const near = { content, others: countOf(content) - 1 };
      return metrics.timeRender(() => render(inputs, plan, output, near)).finally(leave);
    };
    try {
      return await (later ? slots.runLater(key, work) : slots.run(work));
    } finally {
      leave();
    }
  }

  return (order) => {
    const { key, contents, isLate, asked } = order;
    if (!order.later) slots.hurry(key);
    return flights.join(key, async () => {
      const entry = await renderNext(order);
      if (isLate()) return entry;
      // In this order: what is on the disk must be found when its originals are erased.
      const url = asked === null ? "" : printRequest(asked);
      if (lineage.addVariant(contents, key, deps.stamp(), url)) await variants.put(key, entry);
      return entry;
    });
  };
}
