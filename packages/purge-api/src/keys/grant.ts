import {
  FreshetError,
  type Invalidation,
  type PurgeTarget,
  readPurgePath,
  type TokenSettings,
} from "@freshet/core";
import type { AuditAction, Author } from "../audit/audit.ts";

/** What a client key may do: the default token's own key everything, keys of the settings file what they say. */
export interface Grant {
  /** Name of the key: for limits and records, never the key itself. */
  readonly key: string;
  readonly token: string;
  /** `null`: all of them. */
  readonly scopes: readonly Invalidation["scope"][] | null;
  /** Paths as a person spells them, `/sample.li/avatars/`; originals that start so. `null`: all. */
  readonly prefixes: readonly string[] | null;
  /** Patterns that it may purge in a minute; `null`: as the installation's. */
  readonly patternsPerMinute: number | null;
}

/** Somebody whose key is known. */
export interface Caller {
  readonly token: TokenSettings;
  readonly grant: Grant;
  /** IP address that the request came from, as far as it is known. */
  readonly address?: string | null;
  /** What an accepted purge is written down as; by default `invalidate`. */
  readonly action?: AuditAction;
}

/** Whom the audit names. */
export function authorOf({ grant, address = null, action = "invalidate" }: Caller): Author {
  return { action, key: grant.key, address };
}

/** @throws FreshetError `key_scope` if any of it is beyond what the key may purge */
export function checkGrant(
  { token, grant }: Caller,
  scope: Invalidation["scope"],
  targets: readonly PurgeTarget[],
): void {
  const { scopes, prefixes } = grant;
  if (scopes && !scopes.includes(scope)) {
    throw new FreshetError("key_scope", `the key ${grant.key} has scope ${scopes.join(", ")}, not ${scope}`);
  }
  if (!prefixes) return;
  const allowed = prefixes.flatMap((prefix) => readPrefix(prefix, token) ?? []);
  if (targets.every((target) => isBelow(target, allowed))) return;
  throw new FreshetError("key_scope", `the key ${grant.key} may only purge below ${prefixes.join(", ")}`);
}

/** @returns the pattern of a prefix, `null` if it is none */
export function readPrefix(prefix: string, token: TokenSettings): string | null {
  const reading = readPurgePath(`${prefix.replace(/\*$/, "")}*`, "original", token);
  return "target" in reading && reading.target.kind === "prefix" ? reading.target.pattern : null;
}

/** Everything of a token, and a tag, reach beyond every prefix. */
function isBelow({ kind, pattern }: PurgeTarget, prefixes: readonly string[]): boolean {
  return kind !== "all" && kind !== "tag" && prefixes.some((prefix) => pattern.startsWith(prefix));
}

/** What a key may do that is limited in nothing. Keys of the file have names without a slash. */
export function wholeGrant(token: string): Grant {
  return { key: `token/${token}`, token, scopes: null, prefixes: null, patternsPerMinute: null };
}
