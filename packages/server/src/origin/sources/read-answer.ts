import { type FreshetError, tagsOf } from "@freshet/core";
import type { OriginAnswer, Validators } from "../source.ts";
import { type BodyBounds, readBody } from "./read-body.ts";

/**
 * Makes an origin's answer of a response.
 * @param known what was asked with: only then may the answer be "not modified"
 * @param refuse says what a status other than 200 means, and leaves no body behind unread
 * @throws FreshetError `original_too_large`, `overloaded`, `origin_down`, and what `refuse` makes
 */
export async function readAnswer(
  response: Response,
  known: Validators | null,
  bounds: BodyBounds,
  refuse: (response: Response) => Promise<FreshetError>,
): Promise<OriginAnswer> {
  const { status, headers } = response;
  const tags = tagsOf(headers);
  if (status === 304 && known !== null) return { kind: "not-modified", status, ...(tags && { tags }) };
  if (status !== 200) throw await refuse(response);
  const bytes = await readBody(response, bounds);
  const validators = { etag: headers.get("etag"), lastModified: headers.get("last-modified") };
  const mediaType = headers.get("content-type");
  return { kind: "body", bytes, validators, status, mediaType, tags: tags ?? [] };
}
