import type { AutoFormat } from "../plan/formats.ts";

/** A tenant: what its short URLs stand for. The same value must reach the server and purge-api, or their keys differ. */
export interface TokenSettings {
  readonly name: string;
  /** Hosts, with port where it is not the scheme's own, under which this token's images are asked for. */
  readonly hosts: readonly string[];
  /** URL put before every path that is neither absolute nor starts with an alias; `null` if paths name their host. */
  readonly originPrefix: string | null;
  /** `_name_` → URL or host and path, without a slash at either end. */
  readonly aliases: Readonly<Record<string, string>>;
  /** A parameter that would be ignored or clamped is an error: 400 `bad_parameters`. */
  readonly strict: boolean;
  /** Formats that are delivered, in order of preference, to who accepts them where the URL has no `force_format`. */
  readonly autoFormats: readonly AutoFormat[];
  /** Color profiles stay in the picture, instead of being converted to sRGB. */
  readonly keepProfiles: boolean;
  /** Image that `wat=1` lays on where the URL names neither image nor text, spelled as in `wat_url`. */
  readonly watermark: string | null;
}

/** A token without any settings of its own: full or scheme-less origin URLs only. */
export function plainToken(name: string, hosts: readonly string[] = []): TokenSettings {
  return {
    name,
    hosts,
    originPrefix: null,
    aliases: {},
    strict: false,
    autoFormats: [],
    keepProfiles: false,
    watermark: null,
  };
}
