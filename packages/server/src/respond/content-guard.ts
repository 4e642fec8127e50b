/**
 * What is not ours to vouch for is shown by a browser without scripts, forms or requests, under an origin of its own: a
 * page or a drawing that was passed on could else act in the name of the token's host. It means nothing to a picture, a
 * script or a style sheet that a page loads.
 */
export const sandbox =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox";

/** A type that cannot bring anything else into the header; a charset is let through, other parameters are not. */
const plainType =
  /^[a-z0-9][a-z0-9.+-]{0,63}\/[a-z0-9][a-z0-9.+-]{0,63}(?:; ?charset="?[a-z0-9_-]{1,40}"?)?$/;

/** @param mediaType as an origin said it; what is no media type becomes "bytes" */
export function safeType(mediaType: string | null): string {
  const type = (mediaType ?? "").trim().toLowerCase();
  return plainType.test(type) ? type : "application/octet-stream";
}

/** Headers for an answer of this type: browsers must not guess another, and may not run what is in it. */
export function guardHeaders(type: string): Record<string, string> {
  const headers: Record<string, string> = { "content-type": type, "x-content-type-options": "nosniff" };
  // Raster pictures are not documents, and browsers show PDFs in a place of their own, which a sandbox keeps closed.
  const isInert = (type.startsWith("image/") && !type.startsWith("image/svg")) || type === "application/pdf";
  if (!isInert) headers["content-security-policy"] = sandbox;
  return headers;
}
