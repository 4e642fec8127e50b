import { createHmac } from "node:crypto";

/** A request to Azure's blob service. */
export interface AzureRequest {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Headers whose values are signed without their names, in this order; those that we never send stay empty. */
const standardHeaders = [
  "content-encoding",
  "content-language",
  "content-length",
  "content-md5",
  "content-type",
  "date",
  "if-modified-since",
  "if-match",
  "if-none-match",
  "if-unmodified-since",
  "range",
];

/**
 * Signs a request with the key of a storage account (Shared Key, version 2015-02-21 and later).
 * @returns the value of its `authorization` header
 * @see https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
 */
export function signAzure(request: AzureRequest, account: string, accountKey: Uint8Array): string {
  const text = azureStringToSign(request, account);
  return `SharedKey ${account}:${createHmac("sha256", accountKey).update(text).digest("base64")}`;
}

/** What a signature by Shared Key is made of. */
export function azureStringToSign({ method, url, headers }: AzureRequest, account: string): string {
  const own = Object.keys(headers).filter((name) => name.startsWith("x-ms-"));
  return [
    method,
    // A body of length 0 is signed as if it had none.
    ...standardHeaders.map((name) =>
      name === "content-length" && headers[name] === "0" ? "" : (headers[name] ?? ""),
    ),
    ...own.sort().map((name) => `${name}:${headers[name]?.trim()}`),
    `/${account}${url.pathname}`,
    ...canonicalQuery(url.searchParams),
  ].join("\n");
}

/** One line for each name, all its values in it. */
function canonicalQuery(query: URLSearchParams): string[] {
  const lines = new Map<string, string[]>();
  for (const [name, value] of query) {
    const key = name.toLowerCase();
    lines.set(key, [...(lines.get(key) ?? []), value]);
  }
  return [...lines.keys()].sort().map((name) => `${name}:${lines.get(name)?.sort().join(",")}`);
}
