import type { Negotiated, Plan } from "@freshet/core";
import type { Entry } from "../cache/store.ts";
import { render } from "../render/render.ts";

export interface RenderOrder {
  readonly plan: Plan;
  readonly output: Negotiated;
}

/** Job for a child: {@link render} of the original and of its watermarks, in this order. @throws FreshetError as it does */
export function renderFiles({ plan, output }: RenderOrder, files: readonly Uint8Array[]): Promise<Entry> {
  const [original, ...watermarks] = files;
  return render({ original: original as Uint8Array, watermarks }, plan, output);
}
