import { type AutoFormat, type FormatWish, needsAccept } from "./formats.ts";

/**
 * The wishes for formats that can decide something: what stands behind a format that every requester takes is never
 * reached, and the original's own format is what comes without any wish.
 *
 * @param automatic formats that the token prefers where the URL has no wish of its own
 * @see reference/cloudimage.md section 6, rows 19 and 20 of section 17
 */
export function makeFormats(
  wishes: readonly FormatWish[],
  automatic: readonly AutoFormat[],
): readonly FormatWish[] {
  const chain = wishes.length > 0 ? reachable(wishes) : automaticChain(automatic);
  return chain.length === 1 && chain[0]?.format === "original" ? [] : chain;
}

function automaticChain(formats: readonly AutoFormat[]): FormatWish[] {
  if (formats.length === 0) return [];
  const soft = formats.map((format) => ({ format, strict: false }));
  return [...reachable(soft), { format: "original", strict: true }];
}

function reachable(wishes: readonly FormatWish[]): FormatWish[] {
  const seen = new Set<string>();
  const chain: FormatWish[] = [];
  for (const wish of wishes) {
    if (!seen.has(wish.format)) chain.push(wish);
    seen.add(wish.format);
    if (!needsAccept.has(wish.format)) break;
  }
  return chain;
}
