/**
 * `npm run docs`: writes the documents that are made from the code. `--check` writes nothing and fails if one of them
 * is not what the code would make.
 */
import { errorTable, ops, type Schema } from "../packages/core/src/index.ts";
import { purgeSettings } from "../packages/purge-api/src/config.ts";
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

## Tokens

A token is a tenant: requests find theirs by their \`Host\` header, and what belongs to no other is the default token's.
Both services must read the same tokens, so that they mean the same original by the same path.

\`\`\`toml
[tokens.shop]
hosts = ["img.shop.example"]
origin_prefix = "https://bucket.s3.example/photos/"   # /a.jpg is https://bucket.s3.example/photos/a.jpg
aliases = { _cms_ = "https://cms.example/media" }     # /_cms_/b.jpg is https://cms.example/media/b.jpg
watermark = "_cms_/logo.png"                          # what wat=1 lays on without wat_url and wat_text; default none
auto_formats = ["avif", "webp"]                       # delivered to who accepts them, unless force_format is given; default none
keep_profiles = true                                  # color profiles stay, instead of being converted to sRGB; default false
strict = true                                         # 400 for a parameter that would be ignored or clamped; default false
\`\`\`
`;
}

const examples = await runExamples(ops.map(({ example }) => `/sample.li/boat.jpg?${example}`));

/** Pictures of the examples, by path. Other machines may make other bytes of them: only that they are there is checked. */
const pictures = new Map(
  ops.map(({ name }, at) => [`docs/operations/${name}.${examples[at]?.format}`, examples[at]?.bytes]),
);

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
for (const [path, bytes] of pictures) {
  if (await Bun.file(root + path).exists()) {
    if (process.argv.includes("--check") || !process.argv.includes("--pictures")) continue;
  } else if (process.argv.includes("--check")) {
    console.error(`${path} is not there: run \`npm run docs\` and commit it`);
    stale++;
    continue;
  }
  await Bun.write(root + path, bytes as Uint8Array);
  console.log(`wrote ${path}`);
}
process.exit(stale === 0 ? 0 : 1);
