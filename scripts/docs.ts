/**
 * `npm run docs`: writes the documents that are made from the code. `--check` writes nothing and fails if one of them
 * is not what the code would make.
 */
import {
  errorTable,
  missingAnswers,
  ops,
  type Schema,
  saltsSetting,
  tokenVariable,
} from "../packages/core/src/index.ts";
import { purgeSettings } from "../packages/purge-api/src/config.ts";
import { frontSchemas } from "../packages/purge-api/src/fronts/front-settings.ts";
import { serverSettings } from "../packages/server/src/config.ts";
import { runExamples } from "./docs/run-examples.ts";
import { root } from "./run.ts";

const note = "<!-- Made by `npm run docs` from the code; do not edit. -->";

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function settingsTable(schema: Schema): string {
  const rows = Object.values(schema).map(({ key, env, accepts, fallback, doc, secret }) => [
    key ? `\`${key}\`` : "–",
    secret ? `\`${env}\`, or \`${env}_FILE\` with the path of a file` : `\`${env}\``,
    accepts,
    formatFallback(fallback, env),
    doc,
  ]);
  return table(["in `freshet.toml`", "environment", "takes", "default", "meaning"], rows);
}

function formatFallback(fallback: unknown, env: string): string {
  // It depends on the machine, and a document must not.
  if (env === "FRESHET_RENDERS") return "cores + 1";
  if (env === "FRESHET_PROCESSES") return "cores";
  if (env === "FRESHET_CEILING_BYTES") return "three quarters of the memory";
  if (fallback === null || (Array.isArray(fallback) && fallback.length === 0)) return "none";
  return `\`${String(fallback)}\``;
}

function configuration(): string {
  return `# Settings

${note}

Both services read \`freshet.toml\` in the folder that they are started in, or the file that \`--config\` or \`FRESHET_CONFIG\`
names. The environment wins over the file. Secrets are never read from \`freshet.toml\`. A service that finds a setting
that it cannot use names all of them and does not start.

## Image server

${settingsTable(serverSettings)}

## purge-api

${settingsTable(purgeSettings)}

Further client keys stand in the file, each for one token, and limited as it says. \`freshet-purge make-key NAME\` makes
one and prints what to write; the file holds only its hash. SIGHUP has the keys read again.

\`\`\`toml
[keys.avatars]
sha256 = "9f86d081…"                    # as make-key prints it
token = "shop"                          # default: the default token
scopes = ["original", "urls"]           # of original, urls, all, tag; default all of them
prefixes = ["/sample.li/avatars/"]      # only below these folders; default everything of the token
patterns_per_minute = 6000              # default as purge.patterns_per_minute
\`\`\`

### Fronts

Caches before the servers that are purged together with them, each under a name of its own, here \`edge\`: lower-case letters,
digits and \`-\`. \`kind\` says what it is. [deploy/](../deploy/README.md) has the configuration of Varnish and nginx.

\`\`\`toml
[fronts.edge]
kind = "varnish"
urls = ["http://10.0.0.5:6081", "http://10.0.0.6:6081"]
\`\`\`

${Object.entries(frontSchemas)
  .map(([kind, schema]) => `#### kind = "${kind}"\n\n${settingsTable(schema("edge"))}`)
  .join("\n\n")}

## Tokens

A token is a tenant: requests find theirs by their \`Host\` header, and what belongs to no other is the default token's.
Both services must read the same tokens, so that they mean the same original by the same path. SIGHUP has them read tokens,
storages and cache times again; what else changed is named and waits for the next start.

\`\`\`toml
[tokens.shop]
hosts = ["img.shop.example"]
origin_prefix = "https://bucket.s3.example/photos/"   # /a.jpg is https://bucket.s3.example/photos/a.jpg
aliases = { _cms_ = "https://cms.example/media" }     # /_cms_/b.jpg is https://cms.example/media/b.jpg
presets = { thumb = "w=250&h=250&f=gray" }            # ?p=thumb; what a preset says, a URL cannot change
rules = [{ match = "-avatar.jpg", query = "w=300&h=300&radius=max" }]   # for paths that contain it; the URL counts more
allowed_domains = ["shop.example", "_cms_"]           # fetched from these hosts, all below them, and aliases; default any
proxy_anywhere = false                                # true: func=proxy also passes on from hosts that are not allowed
referers = ["shop.example"]                           # pages of these hosts, and all below them, show pictures; default any
security = "signature"                                # or "seal"; default "open". Needs FRESHET_TOKEN_SHOP_SALTS
watermark = "_cms_/logo.png"                          # what wat=1 lays on without wat_url and wat_text; default none
quality = 75                                          # of lossy formats, where the URL has no q; default each format's own
auto_formats = ["avif", "webp"]                       # delivered to who accepts them, unless force_format is given; default none
fidelity = "fast"                                     # JPEG is read only as far as the result needs; default "full"
keep_profiles = true                                  # color profiles stay, instead of being converted to sRGB; default false
strict = true                                         # 400 for a parameter that would be ignored or clamped; default false
browser_seconds = 2592000                             # these three: default as the installation's
shared_seconds = 31536000
origin_refresh_seconds = 86400
origin_headers = { "X-Origin" = "freshet" }           # sent to this token's origins
missing = "404-image"                                 # for a missing original: ${missingAnswers.join(", ")}
missing_image = "_cms_/missing.png"                   # default a built-in one
\`\`\`

There may be any number of tokens; each host belongs to one. The value of an alias, and \`origin_prefix\`, may be
\`storage://name\` or \`storage://name/folder\`. No alias may be part of another's name, or stand in another's value.
Where a preset, the URL and a rule say the same thing, the preset counts first and the rule last. Without
\`allowed_domains\`, \`func=proxy\` passes on only what is behind an alias or the prefix, unless \`proxy_anywhere\` is set. A
redirect is followed to the host itself, and to another one only where the list has it.

Secrets of a token come from the environment of the image server, with the token's name in capitals and \`_\` for \`-\`;
purge-api does not need them:

${tokenSecrets()}
`;
}

function tokenSecrets(): string {
  const salts = saltsSetting("shop");
  const headers = tokenVariable("shop", "ORIGIN_HEADERS");
  return table(
    ["environment", "takes", "meaning"],
    [
      [`\`${salts.env}\`, or \`${salts.env}_FILE\` with the path of a file`, salts.accepts, salts.doc],
      [
        `\`${headers}\`, or \`${headers}_FILE\``,
        "lines of `Name: value`",
        "Secret headers, sent to this token's origins.",
      ],
    ],
  );
}

const examples = await runExamples(ops.map(({ example }) => `/sample.li/boat.jpg?${example}`));

/**
 * Pictures of the examples, by path. Other machines may make other bytes of them, so only that they are there is checked;
 * one is made again where its example is another than the page has, and all are with `--pictures`.
 */
const pictures = new Map(
  ops.map(({ name }, at) => [`docs/operations/${name}.${examples[at]?.format}`, examples[at]]),
);
const pageBefore = await Bun.file(`${root}docs/operations.md`)
  .text()
  .catch(() => "");

function operations(): string {
  const rows = ops.map(({ name, aliases, summary, accepts }, at) => [
    [name, ...aliases].map((spelling) => `\`${spelling}\``).join(", "),
    summary,
    accepts,
    `\`${examples[at]?.target}\` → ${examples[at]?.result}`,
    `<img src="operations/${name}.${examples[at]?.format}" alt="" width="160">`,
  ]);
  return `# Operations

${note}

Parameters of the URL that change the picture or how it is handed over, in any order. A value that makes no sense is ignored and a number out of
range is clamped: no delivery fails because of a parameter, unless the token is \`strict\`. Where two operations meet, the
order is: trim, rectangle, resize, flip, rotate, filters, radius, watermarks. Each example was executed when this page
was made; the original is 1024 x 819 pixels.

${table(["parameter", "meaning", "takes", "example and its result", "picture"], rows)}
`;
}

function errors(): string {
  const rows = Object.entries(errorTable).map(([code, { status, title, cacheSeconds }]) => [
    `\`${code}\``,
    String(status),
    title,
    cacheSeconds === 0 ? "not at all" : `${cacheSeconds} s`,
  ]);
  return `# Errors

${note}

Every error is \`application/problem+json\` (RFC 9457): \`type\` is \`urn:freshet:error:\` and the code, \`detail\` says what was
wrong with this request. purge-api adds Cloudimage's members \`"status": "error"\` and \`msg\`.

${table(["code", "status", "meaning", "may be cached"], rows)}
`;
}

const documents: Record<string, string> = {
  "docs/configuration.md": configuration(),
  "docs/errors.md": errors(),
  "docs/operations.md": operations(),
};

let stale = 0;
for (const [path, text] of Object.entries(documents)) {
  const file = Bun.file(root + path);
  const isCurrent = (await file.exists()) && (await file.text()) === text;
  if (isCurrent) continue;
  if (process.argv.includes("--check")) {
    console.error(`${path} is not what the code makes: run \`npm run docs\` and commit it`);
    stale++;
  } else {
    await Bun.write(file, text);
    console.log(`wrote ${path}`);
  }
}
for (const [path, example] of pictures) {
  const isShown = pageBefore.includes(`\`${example?.target}\` → ${example?.result} `);
  if (await Bun.file(root + path).exists()) {
    if (process.argv.includes("--check") || (isShown && !process.argv.includes("--pictures"))) continue;
  } else if (process.argv.includes("--check")) {
    console.error(`${path} is not there: run \`npm run docs\` and commit it`);
    stale++;
    continue;
  }
  await Bun.write(root + path, example?.bytes as Uint8Array);
  console.log(`wrote ${path}`);
}
process.exit(stale === 0 ? 0 : 1);
