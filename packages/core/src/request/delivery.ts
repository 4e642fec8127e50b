import type { Options } from "../plan/options.ts";

/** How a result is handed over; nothing of it changes the picture. */
export interface Delivery {
  /** `proxy`: the original's bytes as they are, whatever they are. */
  readonly kind: "image" | "proxy";
  /** Offer the answer as a file to save. */
  readonly download: boolean;
  /** How much the answer tells about itself. */
  readonly info: 0 | 1 | 2;
  /** Seconds that browsers and caches may keep the answer; `null` = as the token says. */
  readonly cacheSeconds: number | null;
}

/** @see reference/cloudimage.md sections 7 and 12, row 29 of section 17 */
export function makeDelivery({ func, download, info, cacheSeconds }: Options): Delivery {
  return { kind: func === "proxy" ? "proxy" : "image", download, info, cacheSeconds };
}
