import { createHash, createHmac } from "node:crypto";
import { encodeStrictly } from "./object-path.ts";

/** A request without a body. All of these headers are signed. */
export interface RequestV4 {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case; `host` and `x-amz-date` are added. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface SigningKeyV4 {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly service: string;
}

/** SHA-256 of nothing: the payload of a GET. */
export const emptyPayload = createHash("sha256").digest("hex");

/**
 * Signs a request by Amazon's Signature Version 4, as S3 and all that speak its protocol check it: the path is encoded
 * once, and not normalized.
 *
 * Bun's own S3 client is not used: it sends no conditions and so fetches whole objects to learn that nothing changed,
 * and it takes `\` for `/` in names.
 *
 * @returns the headers to send: those of the request, `x-amz-date` and `authorization`
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signV4(request: RequestV4, key: SigningKeyV4, at: Date): Record<string, string> {
  const { method, url } = request;
  const time = at.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const date = time.slice(0, 8);
  const sent = { ...request.headers, "x-amz-date": time };
  const signed = Object.entries({ ...sent, host: url.host }).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(";");
  const canonical = [
    method,
    url.pathname,
    canonicalQuery(url.searchParams),
    ...signed.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, " ")}`),
    "",
    names,
    request.headers["x-amz-content-sha256"] ?? emptyPayload,
  ].join("\n");
  const scope = `${date}/${key.region}/${key.service}/aws4_request`;
  const hash = createHash("sha256").update(canonical).digest("hex");
  const secret = [date, key.region, key.service, "aws4_request"].reduce<string | Buffer>(
    hmac,
    `AWS4${key.secretAccessKey}`,
  );
  const signature = hmac(secret, ["AWS4-HMAC-SHA256", time, scope, hash].join("\n")).toString("hex");
  const credential = `Credential=${key.accessKeyId}/${scope}`;
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

function canonicalQuery(query: URLSearchParams): string {
  const pairs = [...query].map(([name, value]) => `${encodeStrictly(name)}=${encodeStrictly(value)}`);
  return pairs.sort().join("&");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
