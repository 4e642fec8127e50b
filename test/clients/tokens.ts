/**
 * Tokens as the owners of the URLs in section 18 of the reference must have them, with everything on one origin:
 * one whose paths lie under a prefix, one that takes any host, and those that check signatures or seals.
 *
 * @param origin `127.0.0.1:port`
 * @returns a `freshet.toml`
 */
export function clientTokens(origin: string): string {
  const base = `http://${origin}`;
  const aliases = {
    _cdn_: `${base}/cdn`,
    "_tme-wrk_": `${base}/wrk`,
    _prod_: `${base}/prod`,
    "_www-heise-de_": `${base}/heise`,
    _originals_: `${base}/originals`,
    "_playground-bucket-v2.teleporthq.io_": `${base}/playground`,
  };
  const table = (name: string, members: Readonly<Record<string, unknown>>) =>
    [
      `[tokens.${name}]`,
      ...Object.entries(members).map(([key, value]) => `${key} = ${inline(value)}`),
      "",
    ].join("\n");
  const hosts = (...names: string[]) => names.map((name) => `${name}.cloudimg.io`);
  return [
    table("prefixed", {
      hosts: [...hosts("token", "scaleflex", "cf75d1d9c"), "token.cloudimage.io"],
      origin_prefix: base,
    }),
    table("open", {
      hosts: [...hosts("demo", "spryker", "strapi", "heise", "aheioqhobo", "ajeuwbhvhr"), "cdn.taggbox.com"],
      aliases,
    }),
    table("ruby", { hosts: hosts("ruby"), origin_prefix: base, security: "signature" }),
    table("demoseal", { hosts: hosts("demoseal"), security: "seal" }),
    table("signed", {
      hosts: hosts("123456789", "ce8dc832c", "cutjhqvjma"),
      aliases,
      presets: { default: "w=320&force_format=png" },
      security: "signature",
    }),
  ].join("\n");
}

/** What the signed and sealed ones need in the environment; the salts are those of the published vectors. */
export const clientSalts = {
  FRESHET_TOKEN_RUBY_SALTS: "salt",
  FRESHET_TOKEN_DEMOSEAL_SALTS: "test",
  FRESHET_TOKEN_SIGNED_SALTS: "abcdefgh",
};

function inline(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  const members = Object.entries(value as object).map(([key, each]) => `"${key}" = ${inline(each)}`);
  return `{ ${members.join(", ")} }`;
}
