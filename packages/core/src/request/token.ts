import type { AutoFormat } from "../plan/formats.ts";
import type { Fidelity } from "../plan/plan.ts";
import type { UrlSecurity } from "./authorize-url.ts";

/** Parameters for every path that contains a text; what the URL says itself counts more. */
export interface Rule {
  /** Looked for anywhere in the path of the original: `-avatar.jpg`, `/thumbs/`. */
  readonly match: string;
  /** A query: `w=300&h=300&radius=max`. */
  readonly query: string;
}

/**
 * What is answered where the origin has no such original, or none that can be fetched: with the token's default image
 * or a transparent pixel in its place, or with an error.
 * @see reference/cloudimage.md section 11.4
 */
export const missingAnswers = ["404-image", "200-image", "200-pixel", "404-empty"] as const;
export type MissingAnswer = (typeof missingAnswers)[number];

/** A tenant: what its short URLs stand for. The same value must reach the server and purge-api, or their keys differ. */
export interface TokenSettings {
  readonly name: string;
  /** Hosts, with port where it is not the scheme's own, under which this token's images are asked for. */
  readonly hosts: readonly string[];
  /** URL put before every path that is neither absolute nor starts with an alias; `null` if paths name their host. */
  readonly originPrefix: string | null;
  /** `_name_` → URL or host and path, without a slash at either end. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Named queries, for `p=name`. What a preset says, a URL cannot change. */
  readonly presets: Readonly<Record<string, string>>;
  /** In order: where several match and say the same thing, the later counts. */
  readonly rules: readonly Rule[];
  /** Hosts that may be fetched from, each with all its subdomains, and aliases; `null` = any. */
  readonly allowedDomains: readonly string[] | null;
  /** Hosts, each with all its subdomains, whose pages may show this token's pictures; `null` = any. */
  readonly referers: readonly string[] | null;
  /** `func=proxy` passes on from any host, not only from those of `allowedDomains`. */
  readonly proxyAnywhere: boolean;
  /** How URLs are protected. The salts are secrets: they are not in the settings file. */
  readonly security: UrlSecurity;
  /** A parameter that would be ignored or clamped is an error: 400 `bad_parameters`. */
  readonly strict: boolean;
  /** Formats that are delivered, in order of preference, to who accepts them where the URL has no `force_format`. */
  readonly autoFormats: readonly AutoFormat[];
  /** Quality of lossy formats where the URL says none, 1 to 100; `null` = each format's own. */
  readonly quality: number | null;
  /** Color profiles stay in the picture, instead of being converted to sRGB. */
  readonly keepProfiles: boolean;
  /** What counts more where a picture can be made faster or truer. */
  readonly fidelity: Fidelity;
  /** Image that `wat=1` lays on where the URL names neither image nor text, spelled as in `wat_url`. */
  readonly watermark: string | null;
  /** Seconds that browsers keep pictures; `null` = as the installation's. */
  readonly browserSeconds: number | null;
  /** Seconds that caches in front keep pictures; `null` = as the installation's. */
  readonly sharedSeconds: number | null;
  /** Seconds after which the origin is asked whether an original changed, 0 = never; `null` = as the installation's. */
  readonly originRefreshSeconds: number | null;
  /** Sent to this token's origins with every request, by lower-case name. */
  readonly originHeaders: Readonly<Record<string, string>>;
  readonly missing: MissingAnswer;
  /** Image that stands in for a missing original, spelled as in a path; `null` = a built-in one. */
  readonly missingImage: string | null;
}

/** A token without any settings of its own: full or scheme-less origin URLs only. */
export function plainToken(name: string, hosts: readonly string[] = []): TokenSettings {
  return {
    name,
    hosts,
    originPrefix: null,
    aliases: {},
    presets: {},
    rules: [],
    allowedDomains: null,
    referers: null,
    proxyAnywhere: false,
    security: { kind: "open" },
    strict: false,
    autoFormats: [],
    quality: null,
    keepProfiles: false,
    fidelity: "full",
    watermark: null,
    browserSeconds: null,
    sharedSeconds: null,
    originRefreshSeconds: null,
    originHeaders: {},
    missing: "404-image",
    missingImage: null,
  };
}
