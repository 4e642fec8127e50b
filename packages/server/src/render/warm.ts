import { FreshetError, printRequest, type SourceFormat } from "@freshet/core";
import type { Store } from "../cache/store.ts";
import type { TieredStore } from "../cache/tiered.ts";
import { partyOf } from "../origin/party-of.ts";
import type { Resolve } from "../origin/resolve.ts";
import { type Inputs, loadInputs, resolveInputs } from "../origin/resolve-inputs.ts";
import type { NamesVariants } from "../routes/name-variant.ts";
import type { ReadRequest } from "../routes/read-request.ts";
import type { MakeVariant } from "./make-variant.ts";
import type { SpareRetries } from "./spare-retries.ts";

/**
 * Has a picture ready before anybody asks for it, below everything that somebody waits for. Of an original that is passed
 * on, the original is fetched.
 *
 * @param accept that it will be asked for with
 * @returns whether it was made, or was there already
 * @throws FreshetError
 */
export type Warm = (asked: ReadRequest, accept: string | null) => Promise<"rendered" | "there">;

const fresh = { isFreshWanted: true };

export function createWarm(deps: {
  readonly resolve: Resolve;
  readonly originals: Store;
  readonly variants: TieredStore;
  readonly nameVariant: NamesVariants;
  readonly makeVariant: MakeVariant;
  readonly spareRetries: SpareRetries;
}): Warm {
  const { resolve, originals, variants, nameVariant, makeVariant, spareRetries } = deps;

  async function make(inputs: Inputs, asked: ReadRequest, accept: string | null) {
    const all = [inputs.original, ...inputs.watermarks];
    const used = all.map(({ pointer }) => pointer.content);
    const source = inputs.original.pointer.format as SourceFormat;
    const { output, contents, key } = nameVariant(asked, used, source, accept);
    if (await variants.find(key)) return "there";
    const pointers = all.map(({ pointer }) => pointer);
    const isLate = () => all.some(({ late }) => late);
    const made = await spareRetries(key, pointers, () => {
      return makeVariant({
        key,
        contents,
        load: () => loadInputs(originals, inputs),
        party: partyOf(asked),
        plan: asked.plan,
        output,
        isLate,
        url: printRequest(asked),
        later: true,
      });
    });
    if (isLate()) throw new FreshetError("overloaded", "it was purged while it was made");
    return made && "rendered";
  }

  return async (asked, accept) => {
    if (asked.delivery.kind === "proxy") {
      const { fetch } = await resolve(asked, asked.key, fresh);
      return fetch === null ? "there" : "rendered";
    }
    for (const options of [fresh, { ...fresh, bytesLost: true }]) {
      const made = await make(await resolveInputs(resolve, asked, asked.key, options), asked, accept);
      if (made) return made;
    }
    throw new FreshetError("overloaded", "the original was dropped from the cache before it could be used");
  };
}
