const hidden = "[redacted]";

/** Query parameters and headers whose values open something, or prove who may ask. */
const secretNames = [
  ...["ci_sign", "ci_seal", "ci_eqs"],
  ...[
    "client_key",
    "x-client-key",
    "api_key",
    "apikey",
    "access_token",
    "token",
    "password",
    "secret",
    "key",
  ],
  ...["sig", "signature", "x-amz-signature", "x-amz-credential", "x-amz-security-token"],
  ...["x-goog-signature", "x-goog-credential", "x-freshet-signature"],
].join("|");

const rules: readonly [pattern: RegExp, replacement: string][] = [
  // User name and password of a URL (RFC 3986 section 3.2.1).
  [/(:\/\/)[^\s/?#@"']*@/g, `$1${hidden}@`],
  // A parameter of a query.
  [new RegExp(`([?&;](?:${secretNames})=)[^\\s&;#"'<>]*`, "gi"), `$1${hidden}`],
  // A header, or a member of what is printed of one.
  [/("?(?:x-client-key|authorization|cookie|set-cookie)"?\s*[:=]\s*)(?:"[^"]*"|[^\n,}]+)/gi, `$1${hidden}`],
  [/\b(bearer|basic)\s+[a-z0-9+/=_.~-]{8,}/gi, `$1 ${hidden}`],
  // A signature of v6 stands in the path.
  [/(\/(?:width|height|crop|cover|fit|bound|cdn|cdno|proxy)\/[^\s?#"']*@)[0-9a-f]{6,40}\b/gi, `$1${hidden}`],
  // A client key of ours.
  [/\bfreshet_[A-Za-z0-9_-]{20,}/g, hidden],
];

/**
 * Takes out of a text that is to be logged what opens something: signatures and seals of URLs, user names and passwords in
 * them, client keys, and the secrets of the settings, wherever they stand.
 *
 * @param secrets values of this installation; short ones are left alone, since they would be found in ordinary words
 */
export function createRedact(secrets: readonly (string | null)[]): (text: string) => string {
  const known = secrets.filter((secret): secret is string => secret !== null && secret.length >= 8);
  return (text) => {
    let redacted = text;
    for (const secret of known) {
      redacted = redacted.replaceAll(secret, hidden);
      const encoded = encodeURIComponent(secret);
      if (encoded !== secret) redacted = redacted.replaceAll(encoded, hidden);
    }
    for (const [pattern, replacement] of rules) redacted = redacted.replace(pattern, replacement);
    return redacted;
  };
}
