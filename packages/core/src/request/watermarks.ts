import { FreshetError } from "../errors.ts";
import type { Note } from "../ops/note.ts";
import { isInvisible, makeWatermark, textContent } from "../plan/make-watermark.ts";
import type { MarkOptions, Options } from "../plan/options.ts";
import type { Watermark } from "../plan/plan.ts";
import { type LocatedOrigin, locateOrigin, type OriginRef } from "./origin-key.ts";
import { isEncodedUrl, splitOriginText } from "./origin-text.ts";
import { decodeText } from "./query.ts";
import { refuseOrigin } from "./refuse-origin.ts";
import type { TokenSettings } from "./token.ts";

/** The watermarks of one request, and the originals that those among them which are images count. */
export interface RequestWatermarks {
  readonly watermarks: readonly Watermark[];
  readonly originals: readonly OriginRef[];
  /** How each of the originals is named; `null` for the token's own. */
  readonly addresses: readonly (string | null)[];
  readonly notes: readonly Note[];
}

/**
 * Resolves what a request says about watermarks. Equal originals are one; what could not be seen is left out, and so is
 * a watermark whose image has an address that cannot be read, with a note.
 *
 * @throws FreshetError `origin_refused` for an image that the URL names and the token does not allow
 * @see reference/cloudimage.md section 5
 */
export function readWatermarks(options: Options, token: TokenSettings): RequestWatermarks {
  if (!options.watermark) return noWatermarks;
  const originals: NamedOriginals = new Map();
  const watermarks: Watermark[] = [];
  const notes: Note[] = [];
  const single: readonly Partial<MarkOptions>[] = [{}];
  for (const own of options.marks.length > 0 ? options.marks : single) {
    const mark = { ...options, ...own };
    if (isInvisible(mark)) continue;
    const content = readContent(contentOf(own, options, token), mark, token, originals);
    if ("kind" in content) watermarks.push(makeWatermark(content, mark));
    else notes.push(content);
  }
  const named = [...originals.values()];
  return {
    watermarks,
    originals: named.map(({ original }) => original),
    addresses: named.map(({ address }) => address),
    notes,
  };
}

const noWatermarks: RequestWatermarks = { watermarks: [], originals: [], addresses: [], notes: [] };

/** By key. */
type NamedOriginals = Map<string, { readonly original: OriginRef; readonly address: string | null }>;

type Wish = { readonly url: string; readonly isOwn: boolean } | { readonly text: string } | null;

/** What a watermark says of itself counts before what is said of all, an image before a text, the token's comes last. */
function contentOf(own: Partial<MarkOptions>, common: MarkOptions, token: TokenSettings): Wish {
  for (const { markUrl, markText } of [own, common]) {
    if (markUrl) return { url: markUrl, isOwn: false };
    if (markText) return { text: markText };
  }
  return token.watermark === null ? null : { url: token.watermark, isOwn: true };
}

function readContent(
  wish: Wish,
  mark: MarkOptions,
  token: TokenSettings,
  originals: NamedOriginals,
): Watermark["content"] | Note {
  if (wish === null) {
    const refusal = "expected wat_url or wat_text beside it, since the token has no watermark of its own";
    return { parameter: "wat", text: `ignored: ${refusal}`, refusal };
  }
  if ("text" in wish) return textContent(wish.text, mark);
  try {
    const located = locateAddress(wish.url, token);
    if (!wish.isOwn) refuseOrigin(located, token, "image");
    const original = located.origin;
    if (!originals.has(original.key)) {
      originals.set(original.key, { original, address: wish.isOwn ? null : wish.url });
    }
    return { kind: "image", input: [...originals.keys()].indexOf(original.key) };
  } catch (error) {
    if (!(error instanceof FreshetError) || error.code === "origin_refused") throw error;
    const given = JSON.stringify(wish.url.slice(0, 80));
    return {
      parameter: "wat_url",
      text: `ignored: ${error.detail}`,
      refusal: `${given} given, expected a URL, host/path or an alias: ${error.detail}`,
    };
  }
}

/**
 * A query decodes what stands in it once; an address that was encoded on its own before that is decoded again.
 * @throws FreshetError `bad_path`
 */
export function locateAddress(address: string, token: TokenSettings): LocatedOrigin {
  const text = splitOriginText(isEncodedUrl(address) ? decodeText(address) : address);
  return locateOrigin(text.path, text.query, token);
}

/**
 * The original that an address in a token's settings names: of its watermark, or of the image for missing originals.
 * @throws FreshetError `bad_path`
 */
export function resolveAddress(address: string, token: TokenSettings): OriginRef {
  return locateAddress(address, token).origin;
}
