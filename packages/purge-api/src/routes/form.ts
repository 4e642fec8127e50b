import formFiles from "@freshet/web-invalidator/files" with { type: "json" };
import { Elysia } from "elysia";

/** Nothing inline, nothing from elsewhere, no other page may frame the form: it is where a key is typed in. */
const pageHeaders = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
  vary: "Accept-Encoding",
};

/** The invalidation form, built into the program as a map from path to file. */
export function formRoutes() {
  const app = new Elysia();
  for (const [path, { type, body }] of Object.entries(formFiles)) {
    const headers = { ...pageHeaders, "content-type": type };
    const packed = Bun.gzipSync(body);
    app.get(path, ({ request }) =>
      takesGzip(request)
        ? new Response(packed, { headers: { ...headers, "content-encoding": "gzip" } })
        : new Response(body, { headers }),
    );
  }
  return app;
}

/** RFC 9110 section 12.5.3; a weight of zero refuses. */
function takesGzip(request: Request): boolean {
  const accepted = request.headers.get("accept-encoding") ?? "";
  return /(?:^|[\s,])gzip\s*(?:$|,|;(?!\s*q=0(?:\.0*)?\s*(?:$|,)))/i.test(accepted);
}
