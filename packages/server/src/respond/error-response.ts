import { FreshetError } from "@freshet/core";

/** The only place where an error becomes an answer: problem details (RFC 9457), with what is known to be public. */
export function errorResponse(error: unknown, report: (error: unknown) => void): Response {
  if (!(error instanceof FreshetError)) report(error);
  const known =
    error instanceof FreshetError ? error : new FreshetError("internal", "the error was written to the log");
  const { code, title, detail, status, cacheSeconds, retryAfterSeconds } = known;
  const headers: Record<string, string> = {
    "content-type": "application/problem+json",
    "cache-control": cacheSeconds > 0 ? `public, max-age=${cacheSeconds}` : "no-store",
    "x-content-type-options": "nosniff",
  };
  if (status === 503) headers["retry-after"] = String(retryAfterSeconds);
  if (status === 405) headers.allow = "GET, HEAD";
  const body = { type: `urn:freshet:error:${code}`, title, status, detail, code };
  return new Response(JSON.stringify(body), { status, headers });
}
