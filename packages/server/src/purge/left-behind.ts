import type { Lineage } from "../cache/lineage.ts";
import type { Store } from "../cache/store.ts";

/**
 * Whether bytes are kept that are written down nowhere, so that no erasure would find them. What is being put just now
 * is written down first, so it is looked up before and after.
 */
export async function isLeftBehind(
  { lineage, originals }: { lineage: Pick<Lineage, "isNamed">; originals: Pick<Store, "get"> },
  content: string,
): Promise<boolean> {
  if (lineage.isNamed(content)) return false;
  return (await originals.get(content)) !== null && !lineage.isNamed(content);
}
