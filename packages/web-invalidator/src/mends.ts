import { looksLikeV6, type PathScope, type PurgeApi, readPurgePath, type TokenSettings } from "@freshet/core";

/** What makes a line readable: another line in its place, another scope, or another version of the URLs. */
export type Mend =
  | { readonly kind: "query" | "folder" | "tidy"; readonly line: string }
  | { readonly kind: "original" | "urls"; readonly scope: PathScope }
  | { readonly kind: "v6" | "v7"; readonly isV6: boolean };

/** How a line was read in vain. */
export interface Reading {
  readonly scope: PathScope;
  readonly token: TokenSettings;
  readonly api: PurgeApi;
}

/** The one step after which a line can be read; `null` if no step helps. Each is tried with core before it is offered. */
export function findMend(line: string, reading: Reading): Mend | null {
  return candidates(line, reading).find((mend) => isReadable(line, mend, reading)) ?? null;
}

/** Most likely first. */
function candidates(line: string, { scope, api }: Reading): Mend[] {
  const path = line.split("?", 1)[0] as string;
  const star = line.indexOf("*");
  const mends: Mend[] = [{ kind: "tidy", line: tidy(line) }];
  if (scope === "urls" && star !== -1) mends.unshift({ kind: "original", scope: "original" });
  if (api === "v6") mends.push({ kind: "v7", isV6: false });
  else if (looksLikeV6(pathOf(path))) mends.unshift({ kind: "v6", isV6: true });
  if (scope === "original") {
    mends.push({ kind: "query", line: path });
    if (star !== -1) mends.push({ kind: "folder", line: path.slice(0, star + 1) });
  }
  return mends;
}

function isReadable(line: string, mend: Mend, { scope, token, api }: Reading): boolean {
  if ("line" in mend) return "target" in readPurgePath(mend.line, scope, token, api);
  if ("scope" in mend) return "target" in readPurgePath(line, mend.scope, token, api);
  return "target" in readPurgePath(line, scope, token, mend.isV6 ? "v6" : "v7");
}

function pathOf(url: string): string {
  return url.replace(/^(?:https?:)?\/\/[^/]*/i, "");
}

/** What sticks to an address that was copied out of a text or typed in a hurry. */
function tidy(line: string): string {
  return line
    .replace(/&amp;/g, "&")
    .replace(/^[\s"'`<([{„“‚‘«»]+|[\s"'`>)\]}“”‘’»«,;.]+$/g, "")
    .replace(/\\/g, "/")
    .replace(/^(https?)[:;]?\/+/i, "$1://")
    .replace(/\s+/g, "%20");
}
