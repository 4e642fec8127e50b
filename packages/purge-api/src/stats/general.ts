import type { UsageStore } from "./usage-store.ts";

/** Days before the last one that count as stored: Cloudimage's own. */
const storedDays = 30;

const gigabyte = 1e9;

/**
 * Cloudimage's general statistics. Stored is what was fetched and made in the 30 days up to the last one.
 *
 * @param from day since 1970, in UTC
 * @param to included
 * @see reference/cloudimage.md section 13.2
 */
export async function generalStats(store: Pick<UsageStore, "sum">, token: string, from: number, to: number) {
  const [sums, kept] = await Promise.all([
    store.sum(token, from, to),
    store.sum(token, to - storedDays + 1, to),
  ]);
  return {
    cdn_trafic_gb: gigabytes(sums.bytes),
    cache_storage_gb: gigabytes(kept.stored),
    count_resized_images: sums.renders,
    count_downloaded_images: sums.downloads,
    count_total_images: sums.renders + sums.downloads,
  };
}

function gigabytes(bytes: number): number {
  return Math.round((bytes / gigabyte) * 1000) / 1000;
}
