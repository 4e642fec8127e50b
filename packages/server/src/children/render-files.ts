import type { Negotiated, Plan } from "@freshet/core";
import type { Entry } from "../cache/store.ts";
import type { Pixels } from "../engine/pixels.ts";
import { render } from "../render/render.ts";
import type { KeptFile } from "./kept-files.ts";

export interface RenderOrder {
  readonly plan: Plan;
  readonly output: Negotiated;
  /** Other pictures of the same original that are being made or wait for their turn. */
  readonly others: number;
}

/** Job for a child: {@link render} of the original and of its watermarks, in this order. @throws FreshetError as it does */
export function renderFiles(
  { plan, output, others }: RenderOrder,
  files: readonly Uint8Array[],
  kept: KeptFile | null,
): Promise<Entry> {
  const [original, ...watermarks] = files;
  const sharing = kept && { made: kept.made as Map<string, Pixels>, others };
  return render({ original: original as Uint8Array, watermarks }, plan, output, sharing);
}
