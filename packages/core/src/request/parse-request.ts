import type { Note } from "../ops/note.ts";
import { makePlan, plainPlan } from "../plan/make-plan.ts";
import type { Options } from "../plan/options.ts";
import type { Plan } from "../plan/plan.ts";
import { type Delivery, makeDelivery } from "./delivery.ts";
import { type LocatedOrigin, locateOrigin, type OriginRef } from "./origin-key.ts";
import type { OriginText } from "./origin-text.ts";
import { readTarget, wishesOf } from "./read-target.ts";
import { refuseNotes } from "./refuse-notes.ts";
import { isOwnHost, refuseOrigin } from "./refuse-origin.ts";
import type { TokenSettings } from "./token.ts";
import { unwrapOwn } from "./unwrap-own.ts";
import { readWatermarks } from "./watermarks.ts";

/** A URL, understood: which original, which version of it, and what to do to it. */
export interface ParsedRequest {
  /** Name of the token. */
  readonly token: string;
  readonly settings: TokenSettings;
  readonly origin: OriginRef;
  /** How the URL names the original: before aliases and the token's prefix, decoded if it was encoded as a whole. */
  readonly address: OriginText;
  /** Originals of the watermarks that are images, each once; the plan counts them from 0. */
  readonly watermarks: readonly OriginRef[];
  /** How each of them is named, percent-decoded once; `null` for the token's own. */
  readonly watermarkAddresses: readonly (string | null)[];
  /** Value of `vh`, empty if none: another value is another pointer to the same original. */
  readonly version: string;
  /** Says nothing where the original is passed on as it is. */
  readonly plan: Plan;
  readonly delivery: Delivery;
  /** What was ignored or clamped, and why: deliveries never fail because of a parameter, unless the token is strict. */
  readonly notes: readonly Note[];
}

/**
 * Reads a request target, of v7, v6 or v4: a URL of an older grammar becomes the same as its equivalent in v7.
 *
 * @param target raw path and query as sent, e.g. `/v7/sample.li/flat.jpg?w=500&vh=2`
 * @throws FreshetError `path_too_long`, `bad_path`, `bad_query`, `not_implemented`, or `origin_refused` for an original
 *   or a watermark that this token does not fetch; with a strict token also `bad_parameters`
 * @see reference/cloudimage.md sections 1, 12, 14, 16 and 17
 */
export function parseRequest(target: string, token: TokenSettings): ParsedRequest {
  const reading = readTarget(target, token);
  const located = locateOrigin(reading.origin.path, reading.origin.query, token);
  const notes = [...reading.notes];
  const options = wishesOf(reading, located.pathname, token, notes);
  const delivery = makeDelivery(options);
  // What stands in a URL of our own is judged by itself.
  const isOwn = delivery.kind === "image" && isOwnHost(located, token);
  if (!isOwn) refuseOrigin(located, token, delivery.kind);
  const { plan, watermarks, watermarkAddresses } =
    delivery.kind === "proxy" ? untouched : changePixels(options, token, notes);
  if (token.strict) refuseNotes(notes);
  return {
    token: token.name,
    settings: token,
    origin: isOwn ? unwrap(located, options, token) : located.origin,
    address: reading.origin,
    watermarks,
    watermarkAddresses,
    version: reading.version,
    plan,
    delivery,
    notes,
  };
}

/** Ends, since what stands inside is shorter than what it stands in. */
function unwrap({ host, origin }: LocatedOrigin, outer: Options, token: TokenSettings): OriginRef {
  const [url = ""] = origin.urls;
  const target = url.slice(url.indexOf("/", url.indexOf("://") + 3));
  return unwrapOwn(parseRequest(target, token), outer, host as string);
}

type Pixels = Pick<ParsedRequest, "plan" | "watermarks" | "watermarkAddresses">;

const untouched: Pixels = { plan: plainPlan, watermarks: [], watermarkAddresses: [] };

function changePixels(options: Options, token: TokenSettings, notes: Note[]): Pixels {
  const { autoFormats, quality, keepProfiles, fidelity } = token;
  const marks = readWatermarks(options, token);
  notes.push(...marks.notes);
  const context = { autoFormats, quality, keepProfiles, fidelity, watermarks: marks.watermarks };
  const plan = makePlan(options, context);
  return { plan, watermarks: marks.originals, watermarkAddresses: marks.addresses };
}
