import { mkdir, rename } from "node:fs/promises";

/** A file of the form as purge-api embeds it. */
interface FormFile {
  readonly type: string;
  readonly body: string;
}

const here = new URL(".", import.meta.url).pathname;

/**
 * Builds the form into `dist/`: three files that may be put anywhere, and `files.json`, a map from path to file which
 * purge-api embeds. Names are stable; the page asks for script and style with the hash of their content, so that no
 * cache can ever combine the files of two builds.
 */
export async function build(folder = `${here}dist`): Promise<Record<string, FormFile>> {
  const [script, style] = await Promise.all([bundle("src/main.ts"), bundle("style.css")]);
  const source = await Bun.file(`${here}index.html`).text();
  const page = pointTo(pointTo(source, "main.js", script), "style.css", style);
  const files = {
    "/": { type: "text/html; charset=utf-8", body: page },
    "/main.js": { type: "text/javascript; charset=utf-8", body: script },
    "/style.css": { type: "text/css; charset=utf-8", body: style },
  };

  await mkdir(folder, { recursive: true });
  for (const [path, { body }] of Object.entries(files)) {
    await replaceFile(`${folder}${path === "/" ? "/index.html" : path}`, body);
  }
  await replaceFile(`${folder}/files.json`, JSON.stringify(files));
  return files;
}

/** Whoever reads the file meanwhile, such as a service that starts, sees all of the old one or all of the new. */
async function replaceFile(path: string, body: string): Promise<void> {
  const next = `${path}.${process.pid}.tmp`;
  await Bun.write(next, body);
  await rename(next, path);
}

async function bundle(entry: string): Promise<string> {
  const { outputs } = await Bun.build({ entrypoints: [`${here}${entry}`], target: "browser", minify: true });
  const [output] = outputs;
  if (!output || outputs.length > 1)
    throw new Error(`${entry} became ${outputs.length} files instead of one`);
  return output.text();
}

function pointTo(page: string, name: string, content: string): string {
  const hash = new Bun.CryptoHasher("sha256").update(content).digest("hex").slice(0, 12);
  const reference = `"${name}"`;
  if (page.split(reference).length !== 2) throw new Error(`index.html must name ${name} exactly once`);
  return page.replace(reference, `"${name}?h=${hash}"`);
}

if (import.meta.main) {
  const files = await build();
  const sizes = Object.entries(files).map(
    ([path, { body }]) => `${path} ${(body.length / 1024).toFixed(1)} KiB`,
  );
  console.log(`form built: ${sizes.join(", ")}`);
}
