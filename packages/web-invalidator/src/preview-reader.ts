import type { TokenSettings } from "@freshet/core";
import type { Scope } from "./job.ts";
import { makePreview, type Preview } from "./preview.ts";
import type { State } from "./state.ts";

/**
 * The preview of a state, made once for each change of what it depends on: several views ask for it at each change of
 * anything. `null` for scope `all`, and without an accepted key: another token may mean another thing by the same line.
 */
export function createPreviewReader(): (state: State) => Preview | null {
  let last: { text: string; scope: Scope; isV6: boolean; token: TokenSettings; preview: Preview } | null =
    null;
  return ({ access, scope, text, isV6 }) => {
    if (access.kind !== "accepted" || scope === "all") return null;
    const { token } = access;
    if (last?.text !== text || last.scope !== scope || last.isV6 !== isV6 || last.token !== token) {
      last = { text, scope, isV6, token, preview: makePreview(text, scope, token, isV6 ? "v6" : "v7") };
    }
    return last.preview;
  };
}
