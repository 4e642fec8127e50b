import type { Clock, FreshetError } from "@freshet/core";
import type { Pointer } from "../origin/pointer-table.ts";
import { createRefusals } from "../refusals.ts";

/** Different pictures of the same files that failed, after which no other picture of them is tried. */
const strikes = 3;

/** Does work that may fail over the files that it is given, but not the same again and again. */
export type SpareRetries = <T>(
  variantKey: string,
  pointers: readonly Pointer[],
  work: () => Promise<T>,
) => Promise<T>;

/**
 * A picture that could not be made is answered with the same error for {@link serverLimits.refusalMs} without being tried;
 * and so is every other picture of files over which decoders failed three times. A purge ends it: then the pointers have
 * other stamps.
 */
export function createSpareRetries(clock: Pick<Clock, "monotonicMs">): SpareRetries {
  const pictures = createRefusals<null>(clock);
  const files = createRefusals<number>(clock);

  return async (variantKey, pointers, work) => {
    const asOf = pointers.map(({ stamp }) => `${stamp.logId} ${stamp.seq}`).join(" ");
    const pictureKey = `${variantKey} ${asOf}`;
    const filesKey = `${pointers.map(({ content }) => content).join(" ")} ${asOf}`;
    const known = files.find(filesKey);
    const refusal = known && known.about >= strikes ? known : pictures.find(pictureKey);
    if (refusal) throw refusal.error;
    try {
      return await work();
    } catch (error) {
      pictures.note(pictureKey, error, null);
      // What is too much for one picture may be little for another.
      if ((error as FreshetError).code === "image_broken") {
        files.note(filesKey, error, (files.find(filesKey)?.about ?? 0) + 1);
      }
      throw error;
    }
  };
}
