import {
  animatedFormats,
  type FormatWish,
  keptFormat,
  mediaTypes,
  needsAccept,
  type OutputFormat,
  opaqueFormats,
  type SourceFormat,
} from "./formats.ts";

/** The format of one answer. */
export interface Negotiated {
  readonly format: OutputFormat;
  /** Deliver JPEG instead where that file is smaller and the picture is opaque. */
  readonly orSmallerJpeg: boolean;
  /** Another `Accept` could have had another answer, so caches must be told (`Vary: Accept`). */
  readonly varies: boolean;
}

type Answer = Omit<Negotiated, "varies">;

/**
 * Chooses a format: the first of a chain that the requester accepts, the last if there is none. A wildcard like `*`
 * does not accept WebP or AVIF: browsers without them send it too.
 *
 * @see reference/cloudimage.md section 6, rows 19 and 20 of section 17
 */
export function negotiate(
  wishes: readonly FormatWish[],
  accept: string | null,
  source: SourceFormat,
): Negotiated {
  const possible = reachable(wishes, source);
  const accepted = acceptedTypes(accept);
  const chosen = possible.find((wish) => isAccepted(wish, accepted)) ?? possible.at(-1);
  if (!chosen) return { format: keptFormat[source], orSmallerJpeg: false, varies: false };
  const answers = possible.map((wish) => answerOf(wish, source, wishes.length === 1));
  const [first, ...others] = answers;
  return {
    ...answerOf(chosen, source, wishes.length === 1),
    varies: others.some((other) => !isSame(other, first as Answer)),
  };
}

/** Wishes that some `Accept` could lead to. */
function reachable(wishes: readonly FormatWish[], source: SourceFormat): FormatWish[] {
  const suitable = wishes.filter((wish) => wish.strict || wishes.length === 1 || suits(wish, source));
  const end = suitable.findIndex(({ format }) => !needsAccept.has(format));
  return end === -1 ? suitable : suitable.slice(0, end + 1);
}

/** Nobody asked for an automatic format, so it must not cost what the original can: to scale, and to move. */
function suits({ format }: FormatWish, source: SourceFormat): boolean {
  if (source === "svg" || format === "original") return false;
  return !isAnimated(source) || isAnimated(format);
}

function isAnimated(format: SourceFormat): boolean {
  return (animatedFormats as ReadonlySet<string>).has(format);
}

/** Alone, a soft wish gives way to any smaller JPEG; as an automatic format, to one in place of a JPEG. */
function answerOf({ format, strict }: FormatWish, source: SourceFormat, isAlone: boolean): Answer {
  const kept = keptFormat[source];
  const made = format === "original" ? kept : format;
  const mayBeJpeg = !strict && (isAlone || kept === "jpeg");
  return { format: made, orSmallerJpeg: mayBeJpeg && !opaqueFormats.has(made) };
}

function isSame(a: Answer, b: Answer): boolean {
  return a.format === b.format && a.orSmallerJpeg === b.orSmallerJpeg;
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
