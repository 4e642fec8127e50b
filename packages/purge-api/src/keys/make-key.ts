import { createHash, randomBytes } from "node:crypto";

/** A new client key, and what the settings file has to say for it. The key itself is kept nowhere. */
export function makeKey(name: string): { readonly key: string; readonly settings: string } {
  const key = `freshet_${randomBytes(32).toString("base64url")}`;
  const hash = createHash("sha256").update(key).digest("hex");
  const settings = [
    `[keys.${name}]`,
    `sha256 = "${hash}"`,
    '# token = "shop"                       # default: the default token',
    '# scopes = ["original", "urls"]        # default: all',
    '# prefixes = ["/sample.li/avatars/"]   # default: everything of the token',
    "# patterns_per_minute = 6000           # default: purge.patterns_per_minute",
  ];
  return { key, settings: settings.join("\n") };
}
