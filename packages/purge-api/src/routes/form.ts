import formFiles from "@freshet/web-invalidator/files" with { type: "json" };
import { Elysia } from "elysia";

/** Nothing inline, nothing from elsewhere, no other page may frame the form: it is where a key is typed in. */
const documentHeaders = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types freshet",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
};

/** Scripts, styles and languages of a page are bound by the page's policy. */
const fixedHeaders = { "cache-control": "public, max-age=31536000, immutable" };

interface FormFile {
  readonly type: string;
  readonly body: string;
  readonly isFixed: boolean;
  readonly brotli: string;
}

/** The invalidation form, built into the program as a map from path to file. */
export function formRoutes() {
  const app = new Elysia();
  for (const [path, file] of Object.entries<FormFile>(formFiles)) {
    const { type, body, isFixed } = file;
    const headers = {
      ...(isFixed ? fixedHeaders : documentHeaders),
      "content-type": type,
      "x-content-type-options": "nosniff",
      vary: "Accept-Encoding",
    };
    const packed = { br: Buffer.from(file.brotli, "base64"), gzip: Bun.gzipSync(body, { level: 9 }) };
    app.get(path, ({ request }) => {
      const encoding = takes(request, "br") ? "br" : takes(request, "gzip") ? "gzip" : null;
      if (encoding === null) return new Response(body, { headers });
      return new Response(packed[encoding], { headers: { ...headers, "content-encoding": encoding } });
    });
  }
  return app;
}

/** RFC 9110 section 12.5.3; a weight of zero refuses. */
function takes(request: Request, encoding: "br" | "gzip"): boolean {
  const accepted = (request.headers.get("accept-encoding") ?? "").split(",");
  return accepted.some((each) => {
    const [name = "", ...parameters] = each.split(";").map((part) => part.trim().toLowerCase());
    return name === encoding && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}
