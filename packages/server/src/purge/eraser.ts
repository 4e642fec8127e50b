import { anyTag, type Erased, type LogRow, surrogateTags } from "@freshet/core";
import type { Doomed, Erasures } from "../cache/erasures.ts";
import type { Lineage } from "../cache/lineage.ts";
import type { TieredStore } from "../cache/tiered.ts";
import { hashText } from "../hash.ts";
import type { PointerTable } from "../origin/pointer-table.ts";

/** Takes the bytes of purged originals off memory and disk. */
export type Erase = (row: LogRow, logId: string) => Promise<Erased>;

export interface EraserDeps {
  readonly lineage: Lineage;
  readonly erasures: Erasures;
  readonly originals: TieredStore;
  readonly variants: TieredStore;
  readonly table: Pick<PointerTable, "tagsOf">;
  /** Processes that keep pixels of an original are to lose them; without its name, all pixels. */
  readonly forgetPixels?: (content?: string) => void;
  /** Resolves when nothing is in the folder that is written down nowhere. */
  readonly walked?: Promise<void>;
}

/** Variants that are struck out in one step, and doomed things that are taken up at once. */
const atOnce = 100;

/**
 * Everything that was ever fetched for an original goes, and every variant that it has a part in, be it as a watermark.
 * Bytes that another original has as well go, too: they are the same bytes, and are fetched again for that one.
 *
 * Nothing can come back after: who fetched or rendered before the purge finds its stamp too old, and puts nothing; and
 * what it had begun to put by then loses its name, without which no file gets one.
 */
export function createEraser(deps: EraserDeps): Erase {
  const { lineage, erasures, originals, variants, table, walked, forgetPixels = () => {} } = deps;
  const stores = { originals, variants };

  async function forget(store: Doomed["store"], key?: string): Promise<void> {
    if (store === "originals") forgetPixels(key);
    await stores[store].forget(key);
  }

  async function takeAway(): Promise<void> {
    for (let left = erasures.left(atOnce); left.length > 0; left = erasures.left(atOnce)) {
      const takeOne = async (one: Doomed) => {
        if (one.store === "originals") forgetPixels(one.key);
        erasures.gone(one, await stores[one.store].remove(one.key));
      };
      await Promise.all(left.map(takeOne));
    }
    const news = erasures.news();
    if (news) for (const { store, key } of news) await forget(store, key);
    else for (const store of ["originals", "variants"] as const) await forget(store);
  }

  return async (row, logId) => {
    await walked;
    if (erasures.begin(logId, row.seq)) {
      const contents = lineage.contentsOf(row, (key) => hasTag(row, key, table.tagsOf(key)));
      for (const content of contents) {
        // Others get their turn in between.
        while (!erasures.doom(content, atOnce)) await takeAway();
        await takeAway();
      }
    }
    await takeAway();
    return erasures.finish(logId, row.seq);
  };
}

function hasTag({ token, pattern }: LogRow, originKey: string, given: readonly string[]): boolean {
  const pathKey = originKey.split("?", 1)[0] as string;
  const own = surrogateTags(token, [{ key: originKey, pathKey }], hashText);
  return given.includes(anyTag) || [...given, ...own].some((tag) => pattern === `${token}|#${tag}`);
}
