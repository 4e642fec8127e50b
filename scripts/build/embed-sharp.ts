import { basename, dirname, join } from "node:path";
import type { BunPlugin } from "bun";

/**
 * sharp looks for its addon, and the addon for libvips, in folders that a single binary does not have. This takes both
 * files along. At start they are written to a private folder, in the places in which the addon looks (its RPATH is
 * `$ORIGIN/../../sharp-libvips-…/lib`), loaded, and deleted: what is mapped stays mapped.
 *
 * @param platform as Bun spells it, e.g. `linux-x64` or `linux-x64-musl`
 */
export function embedSharp(platform: string): BunPlugin {
  const name = platform.replace(/^linux-(.*)-musl$/, "linuxmusl-$1");
  return {
    name: "sharp for one platform",
    setup(build) {
      build.onResolve({ filter: /^sharp$/ }, ({ importer }) => ({
        path: join(dirname(Bun.resolveSync("sharp/package.json", importer)), "dist/index.cjs"),
      }));
      build.onResolve({ filter: /^@img\/sharp-.*\/sharp\.node$/ }, ({ path, importer }) =>
        path === `@img/sharp-${name}/sharp.node`
          ? {
              path: dirname(Bun.resolveSync(`@img/sharp-${name}/package`, importer)),
              namespace: "sharp-addon",
            }
          : { path, external: true },
      );
      build.onResolve({ filter: /^freshet:file:/ }, ({ path }) => ({
        path: path.slice("freshet:file:".length),
        namespace: "embedded-file",
      }));
      build.onLoad({ filter: /.*/, namespace: "embedded-file" }, async ({ path }) => ({
        loader: "file",
        contents: await Bun.file(path).bytes(),
      }));
      build.onLoad({ filter: /.*/, namespace: "sharp-addon" }, ({ path: folder }) => ({
        loader: "js",
        contents: loader(name, folder),
      }));
    },
  };
}

function loader(name: string, addonFolder: string): string {
  const addon = only(addonFolder, "lib/*.node");
  const vips = only(join(addonFolder, "..", `sharp-libvips-${name}`), "lib/libvips-cpp.*");
  return `
const { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { dirname, join } = require("node:path");
const folder = mkdtempSync(join(tmpdir(), "freshet-"));
function unpack(from, to) {
  const path = join(folder, to);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, readFileSync(from));
  return path;
}
try {
  unpack(require(${JSON.stringify(`freshet:file:${vips}`)}), ${JSON.stringify(`sharp-libvips-${name}/lib/${basename(vips)}`)});
  const addon = unpack(require(${JSON.stringify(`freshet:file:${addon}`)}), ${JSON.stringify(`sharp-${name}/lib/sharp.node`)});
  process.dlopen(module, addon);
} finally {
  rmSync(folder, { recursive: true });
}
`;
}

function only(folder: string, pattern: string): string {
  const [found] = new Bun.Glob(pattern).scanSync(folder);
  if (found === undefined) throw new Error(`${folder}/${pattern}: not there, so it cannot be embedded`);
  return join(folder, found);
}
