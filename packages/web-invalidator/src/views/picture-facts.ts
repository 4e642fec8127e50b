import { readTime, sizeText, timeText } from "../amounts.ts";
import type { Shown } from "../pictures.ts";
import type { Texts } from "../texts/en.ts";

/** Digits of an ETag that are shown: enough to tell two apart, few enough to compare by eye. */
const etagDigits = 8;

/** What tells one picture from another: name and value. */
export function pictureFacts(
  { bytes, fetchedAt, etag }: Extract<Shown, { kind: "picture" }>,
  texts: Texts,
): [name: string, value: string][] {
  const { proof } = texts;
  const fetched = fetchedAt === null ? null : readTime(fetchedAt);
  return [
    [proof.size, sizeText(bytes, texts)],
    ...(fetched ? [[proof.fetched, timeText(fetched, texts)] as [string, string]] : []),
    [proof.etag, etag.slice(0, etagDigits)],
  ];
}
