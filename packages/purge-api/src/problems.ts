import { FreshetError } from "@freshet/core";
import { isStorageFull } from "./db/storage-full.ts";
import { QuotaExceeded } from "./keys/rate-limit.ts";

/**
 * The only place where an error becomes an answer: problem details (RFC 9457) with Cloudimage's `status` and `msg`
 * members beside them. Cloudimage's `status` is a text, so the RFC's optional number of the same name is left out.
 */
export function problemResponse(error: unknown, report: (error: unknown) => void): Response {
  if (!(error instanceof FreshetError)) report(error);
  const known = error instanceof FreshetError ? error : publicFace(error);
  const { code, title, detail, status } = known;
  const body = {
    type: `urn:freshet:error:${code}`,
    title,
    detail,
    code,
    status: "error",
    msg: detail,
  };
  return Response.json(body, {
    status,
    headers: {
      ...(known instanceof QuotaExceeded && known.headers),
      ...((status === 503 || code === "too_many_guesses") && {
        "retry-after": String(known.retryAfterSeconds),
      }),
      "x-content-type-options": "nosniff",
      "content-type": "application/problem+json",
      "cache-control": "no-store",
    },
  });
}

/** Somebody must make room: that takes longer than what a program waits between two attempts by itself. */
const roomWithinS = 30;

function publicFace(error: unknown): FreshetError {
  if (!isStorageFull(error)) return new FreshetError("internal", "the error was written to the log");
  const detail = "the disk or the database of this service is full; nothing was accepted";
  return new FreshetError("storage_full", detail, { cause: error, retryAfterSeconds: roomWithinS });
}
