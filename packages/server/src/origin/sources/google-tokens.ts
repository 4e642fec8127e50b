import { createSign } from "node:crypto";
import { serverLimits } from "../../limits.ts";
import type { ServiceAccount } from "../storage-settings.ts";
import { readBody } from "./read-body.ts";

/** Access tokens of a service account. */
export interface GoogleTokens {
  /** The token at hand, or another one shortly before that ends. @throws Error if there is none to be had */
  current(): Promise<string>;
  /** The token at hand was refused: the next one is asked for. */
  forget(): void;
}

interface Token {
  readonly text: string;
  readonly endsMs: number;
}

const scope = "https://www.googleapis.com/auth/devstorage.read_only";
/** Google accepts no assertion that is good for longer. */
const assertionSeconds = 3_600;

/**
 * Gets tokens that may read, and only that, for an assertion signed with the account's key (RFC 7523).
 * @param now milliseconds since 1970
 * @param timeoutMs for asking for one token
 * @see https://developers.google.com/identity/protocols/oauth2/service-account#httprest
 */
export function createGoogleTokens(
  account: ServiceAccount,
  { now, timeoutMs }: { now(): number; readonly timeoutMs: number },
): GoogleTokens {
  let known: Token | null = null;
  let asking: Promise<Token> | null = null;

  async function ask(): Promise<Token> {
    const askedMs = now();
    const response = await fetch(account.tokenUrl, {
      method: "POST",
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
      body: new URLSearchParams({
        grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
        assertion: assertion(account, askedMs),
      }),
    });
    const text = Buffer.from(await readBody(response, { maxBytes: serverLimits.refusalBytes })).toString();
    if (response.status !== 200)
      throw new Error(`no token for the service account: ${response.status} ${text.slice(0, 300)}`);
    return readToken(text, askedMs);
  }

  return {
    async current() {
      if (known && now() < known.endsMs - serverLimits.googleTokenSpareMs) return known.text;
      // The request of whoever comes first may end before there is an answer; the others still want it.
      asking ??= ask().finally(() => {
        asking = null;
      });
      known = await asking;
      return known.text;
    },
    forget() {
      known = null;
    },
  };
}

function readToken(text: string, askedMs: number): Token {
  const { access_token, expires_in } = JSON.parse(text);
  if (typeof access_token !== "string" || typeof expires_in !== "number") {
    throw new Error("the answer for the service account holds no token");
  }
  return { text: access_token, endsMs: askedMs + expires_in * 1000 };
}

/** A JSON web token by RS256 (RFC 7519, RFC 7515). */
function assertion(
  { clientEmail, privateKey, privateKeyId, tokenUrl }: ServiceAccount,
  nowMs: number,
): string {
  const iat = Math.floor(nowMs / 1000);
  const claims = { iss: clientEmail, scope, aud: tokenUrl, iat, exp: iat + assertionSeconds };
  const unsigned = `${base64url({ alg: "RS256", typ: "JWT", kid: privateKeyId })}.${base64url(claims)}`;
  return `${unsigned}.${createSign("RSA-SHA256").update(unsigned).sign(privateKey, "base64url")}`;
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
