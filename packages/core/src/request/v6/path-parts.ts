import { decodeText } from "../query.ts";
import { isSizeV6 } from "./size.ts";

/** The segments of a v6 path as they were sent, or of a v4 path, which has no filters. */
export interface PathParts {
  readonly version: "v6" | "v4";
  readonly operation: string;
  readonly size: string;
  /** Without the signature; empty if there is no such segment. */
  readonly filters: string;
  /** The hex digits after the `@` of the filter segment. */
  readonly signature: string | null;
  /** All that follows, with the query that may be encoded in it, but not the one behind the path. */
  readonly origin: string;
}

// Longer names first: `cropfit` begins with `crop`.
const shape =
  /^\/*(?:v6\/+)?(?:(s)\/+)?(crop_px|cropfit|crop|boundmin|bound|fit|cover|width|height|cdno|cdn|resize)\/([^/]+)(?:\/|$)/;
const signedFilters = /^(.*?)(?:@|%40)([0-9a-f]{6,40})$/is;

/**
 * Takes a raw path apart; `null` for what is not v6 or v4. What makes it so are an operation's name and a valid size
 * behind it, after an optional marker `/v6/`; `/s/` before them is v4, and `/v7/` is never v6.
 *
 * @see reference/cloudimage.md sections 1 and 14, row 1 of section 17
 */
export function splitPathV6(rawPath: string): PathParts | null {
  const [head, marker, operation = "", size = ""] = shape.exec(rawPath) ?? [];
  if (head === undefined || !isSizeV6(decodeText(size))) return null;
  const rest = rawPath.slice(head.length);
  if (marker !== undefined) {
    return { version: "v4", operation, size, filters: "", signature: null, origin: rest };
  }
  if (operation === "resize") return null;
  const { segment, origin } = splitFilters(rest);
  const [, filters = segment, signature = null] = signedFilters.exec(segment) ?? [];
  return { version: "v6", operation, size, filters, signature, origin };
}

/** True for a raw path that is to be read by the grammar of v6 or v4. */
export function looksLikeV6(rawPath: string): boolean {
  return splitPathV6(rawPath) !== null;
}

/** No filter looks like the beginning of an absolute URL: there the segment was left out. */
function splitFilters(rest: string): { segment: string; origin: string } {
  if (/^https?(?::\/|%3a)/i.test(rest)) return { segment: "", origin: rest };
  const slash = rest.indexOf("/");
  return slash === -1
    ? { segment: rest, origin: "" }
    : { segment: rest.slice(0, slash), origin: rest.slice(slash + 1) };
}
