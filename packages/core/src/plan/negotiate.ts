import { type FormatWish, keptFormat, mediaTypes, type OutputFormat, type SourceFormat } from "./formats.ts";

/** The format of one answer. */
export interface Negotiated {
  readonly format: OutputFormat;
  /** Deliver JPEG instead where that file is smaller and the picture is opaque. */
  readonly orSmallerJpeg: boolean;
  /** Another `Accept` could have had another answer, so caches must be told (`Vary: Accept`). */
  readonly varies: boolean;
}

/** Formats that not every client shows: they are sent only to one that names them. A wildcard like `*` does not. */
const needsAccept: ReadonlySet<string> = new Set(["webp", "avif"]);

/**
 * Chooses a format: the first of a chain that the requester accepts, the last if there is none.
 * @see reference/cloudimage.md section 6, rows 19 and 20 of section 17
 */
export function negotiate(
  wishes: readonly FormatWish[],
  accept: string | null,
  source: SourceFormat,
): Negotiated {
  if (wishes.length === 0) return { format: keptFormat[source], orSmallerJpeg: false, varies: false };
  const accepted = acceptedTypes(accept);
  const chosen = wishes.find((wish) => isAccepted(wish, accepted)) ?? (wishes.at(-1) as FormatWish);
  return {
    format: chosen.format === "original" ? keptFormat[source] : chosen.format,
    orSmallerJpeg: !chosen.strict,
    varies: wishes.length > 1 && needsAccept.has((wishes[0] as FormatWish).format),
  };
}

function isAccepted({ format }: FormatWish, accepted: ReadonlySet<string>): boolean {
  return format === "original" || !needsAccept.has(format) || accepted.has(mediaTypes[format]);
}

/** Media types that an `Accept` header names with a weight above zero (RFC 9110 section 12.5.1). */
function acceptedTypes(accept: string | null): ReadonlySet<string> {
  const types = new Set<string>();
  for (const range of (accept ?? "").split(",")) {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    if (!parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) types.add(type);
  }
  return types;
}
