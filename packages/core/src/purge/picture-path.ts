import { looksLikeV6 } from "../request/v6/path-parts.ts";
import type { PurgeApi, PurgePathReading } from "./purge-path.ts";

/** A picture that is large enough to tell two originals apart by eye, and never larger than its original. */
const sample = "func=bound&w=480&h=480&org_if_sml=1";

/** Has the answer say when its original was fetched; the picture stays the same. */
const info = "ci_info=1";

/**
 * Path and query by which the image server shows what a line of a purge names: an exact URL as it is, an original as a
 * small picture of it. `null` for what is no single picture.
 *
 * @param isOpen URLs of the token are neither signed nor sealed: only then a parameter may be added to one
 */
export function picturePath(reading: PurgePathReading, api: PurgeApi, isOpen: boolean): string | null {
  if ("problem" in reading) return null;
  const { target, path } = reading;
  const bare = path.replace(/^\/+/, "");
  if (target.kind === "url") {
    // A query of v6 is the original's.
    if (api === "v6") return `/${bare}`;
    return isOpen ? add(bare, info) : `/v7/${bare}`;
  }
  if (target.kind !== "original" || !isOpen || looksLikeV6(`/${bare.split("?", 1)[0]}`)) return null;
  return add(bare, `${sample}&${info}`);
}

function add(path: string, parameters: string): string {
  return `/v7/${path}${path.includes("?") ? "&" : "?"}${parameters}`;
}
