import { anyTag, type Erased, type LogRow, surrogateTags } from "@freshet/core";
import type { Lineage } from "../cache/lineage.ts";
import type { TieredStore } from "../cache/tiered.ts";
import { hashText } from "../hash.ts";
import type { PointerTable } from "../origin/pointer-table.ts";

/** Takes the bytes of purged originals off memory and disk. */
export type Erase = (row: LogRow) => Promise<Erased>;

export interface EraserDeps {
  readonly lineage: Lineage;
  readonly originals: TieredStore;
  readonly variants: TieredStore;
  readonly table: Pick<PointerTable, "tagsOf">;
}

/**
 * Everything that was ever fetched for an original goes, and every variant that it has a part in, be it as a watermark.
 * Bytes that another original has as well go, too: they are the same bytes, and are fetched again for that one.
 *
 * Nothing can come back after: who fetched or rendered before the purge finds its stamp too old, and puts nothing; and
 * what it had begun to put by then is waited for.
 */
export function createEraser({ lineage, originals, variants, table }: EraserDeps): Erase {
  const swept = sweep();

  /** Takes away what the lineage does not know of: nobody could say any more whose bytes they are. */
  async function sweep(): Promise<void> {
    const unnamed = await lineage.compare(originals.keys(), variants.keys());
    for (const key of unnamed.originals) await originals.remove(key);
    for (const key of unnamed.variants) await variants.remove(key);
  }

  return async (row) => {
    await swept;
    await Promise.all([originals.settled(), variants.settled()]);
    const contents = lineage.contentsOf(row, (originKey) => hasTag(row, originKey, table.tagsOf(originKey)));
    const gone = { originals: 0, variants: 0, bytes: 0 };
    for (const content of contents) {
      const original = await originals.remove(content);
      if (original > 0) gone.originals++;
      gone.bytes += original;
      for (const variant of lineage.variantsOf(content)) {
        const bytes = await variants.remove(variant);
        if (bytes > 0) gone.variants++;
        gone.bytes += bytes;
      }
      lineage.forget(content);
    }
    return gone;
  };
}

function hasTag({ token, pattern }: LogRow, originKey: string, given: readonly string[]): boolean {
  const pathKey = originKey.split("?", 1)[0] as string;
  const own = surrogateTags(token, [{ key: originKey, pathKey }], hashText);
  return given.includes(anyTag) || [...given, ...own].some((tag) => pattern === `${token}|#${tag}`);
}
