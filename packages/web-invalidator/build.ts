import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { brotliCompressSync } from "node:zlib";
import type { BunPlugin } from "bun";
import { minify } from "terser";
import { page as english } from "./src/texts/en.ts";

/** A file of the form as purge-api embeds it. */
interface FormFile {
  readonly type: string;
  readonly body: string;
  /** Its name says what is in it: it never has to be asked for again. */
  readonly isFixed: boolean;
  /** Compressed by brotli, in base64: browsers take it over TLS and from localhost, and it takes long to make. */
  readonly brotli: string;
}

const here = new URL(".", import.meta.url).pathname;
const types = { html: "text/html", js: "text/javascript", css: "text/css" } as const;

/**
 * Builds the form into `dist/`: files that may be put anywhere, and `files.json`, a map from path to file which
 * purge-api embeds. Script, style and languages are named by the hash of their content, so that no cache can ever
 * combine the files of two builds.
 */
export async function build(folder = `${here}dist`): Promise<Record<string, FormFile>> {
  const [scripts, styles] = await Promise.all([bundle("src/main.ts"), bundle("style.css")]);
  const fixed = { ...scripts, ...styles };
  const source = await Bun.file(`${here}index.html`).text();
  const page = pointTo(pointTo(fill(source), "main.js", scripts), "style.css", styles);
  const buildName = `freshet-form-${hash(page + Object.keys(fixed).join())}`;
  const define = { buildName: JSON.stringify(buildName), buildFiles: JSON.stringify(Object.keys(fixed)) };
  const [worker = ""] = Object.values(await bundle("src/sw.ts", define));
  const all = { "index.html": page, ...fixed, "sw.js": worker };
  await writeAll(folder, all);
  const files: Record<string, FormFile> = {};
  for (const [name, body] of Object.entries(all)) {
    const type = types[name.split(".").at(-1) as keyof typeof types];
    files[name === "index.html" ? "/" : `/${name}`] = {
      type: `${type}; charset=utf-8`,
      body,
      isFixed: name in fixed,
      brotli: brotliCompressSync(body).toString("base64"),
    };
  }
  await replaceFile(`${folder}/files.json`, JSON.stringify(files));
  return files;
}

/** The page comes last: it names the others, and whoever opens it meanwhile finds them all. */
async function writeAll(folder: string, all: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, body] of Object.entries(all).reverse()) await replaceFile(`${folder}/${name}`, body);
  for (const name of await readdir(folder)) {
    if (/\.(?:js|css)$/.test(name) && !(name in all)) await rm(`${folder}/${name}`, { force: true });
  }
}

/** Whoever reads the file meanwhile, such as a service that starts, sees all of the old one or all of the new. */
async function replaceFile(path: string, body: string): Promise<void> {
  const next = `${path}.${process.pid}.tmp`;
  await Bun.write(next, body);
  await rename(next, path);
}

/** Status and title of errors are for answers of servers: the page shows only what is wrong in this case. */
const withoutErrorTable: BunPlugin = {
  name: "without-error-table",
  setup(builder) {
    builder.onLoad({ filter: /core\/src\/errors\.ts$/ }, async ({ path }) => {
      const source = await Bun.file(path).text();
      const contents = source.replace(/(?<=errorTable = )\{[\s\S]*?\n\}(?= as const)/, "{}");
      if (contents === source) throw new Error(`${path} holds no errorTable`);
      return { contents, loader: "ts" };
    });
  },
};

/** What operations do, in words, is for docs/operations.md. */
const withoutSummaries: BunPlugin = {
  name: "without-summaries",
  setup(builder) {
    builder.onLoad({ filter: /core\/src\/ops\/[a-z0-9-]+\.ts$/ }, async ({ path }) => {
      const source = await Bun.file(path).text();
      const contents = source.replace(/(?<=^\s+summary:\s+)(?:"(?:[^"\\]|\\.)*"|`[^`]*`)(?=,$)/gm, '""');
      return { contents, loader: "ts" };
    });
  },
};

/** @returns name → content */
async function bundle(entry: string, define: Record<string, string> = {}): Promise<Record<string, string>> {
  const { outputs } = await Bun.build({
    entrypoints: [`${here}${entry}`],
    target: "browser",
    minify: true,
    splitting: true,
    naming: "[name]-[hash].[ext]",
    define,
    plugins: [withoutErrorTable, withoutSummaries],
  });
  const files = outputs.map(async (output): Promise<[string, string]> => {
    const text = await output.text();
    const isScript = output.path.endsWith(".js");
    return [output.path.replace(/^.*\//, ""), isScript ? await squeeze(text) : text];
  });
  return Object.fromEntries(await Promise.all(files));
}

/** Bun's own minifier leaves one part in twenty that Terser finds. */
async function squeeze(script: string): Promise<string> {
  const { code } = await minify(script, {
    module: true,
    ecma: 2020,
    compress: { passes: 3, ecma: 2020, unsafe_arrows: true },
  });
  if (code === undefined) throw new Error("Terser made nothing of a script");
  return code;
}

/** Puts the English texts in for `{name}`, so that there is something to read before any script has run. */
function fill(source: string): string {
  const page: Readonly<Record<string, string>> = english;
  const text = (name: string) => {
    const found = page[name];
    if (found === undefined) throw new Error(`index.html names "${name}", which is not among the texts`);
    return found.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");
  };
  return source
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(
      / ([\w-]+)="\{(\w+)\}"/g,
      (_, attribute, name) => ` ${attribute}="${text(name)}" data-t-${attribute}="${name}"`,
    )
    .replace(/ data-t([^>]*)>\{(\w+)\}/g, (_, rest, name) => ` data-t="${name}"${rest}>${text(name)}`)
    .replace(/\n\s+/g, "\n");
}

function pointTo(page: string, name: string, files: Readonly<Record<string, string>>): string {
  const reference = `"${name}"`;
  const [stem = ""] = name.split(".");
  const built = Object.keys(files).find((each) => each.startsWith(`${stem}-`));
  if (page.split(reference).length !== 2 || !built)
    throw new Error(`index.html must name ${name} exactly once`);
  return page.replace(reference, `"${built}"`);
}

function hash(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex").slice(0, 12);
}

if (import.meta.main) {
  const files = Object.entries(await build());
  const sizes = files.map(([path, { body, brotli }]) => {
    const kib = [body.length, Bun.gzipSync(body).length, Buffer.from(brotli, "base64").length];
    return `${path} ${kib.map((bytes) => (bytes / 1024).toFixed(1)).join("/")}`;
  });
  console.log(`form built, KiB plain/gzip/brotli: ${sizes.join(", ")}`);
}
