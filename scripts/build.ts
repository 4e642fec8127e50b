import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { BunPlugin } from "bun";
import { embedSharp } from "./build/embed-sharp.ts";
import { root, run, tool } from "./run.ts";

/*
 * `bun run build`: dist/freshet-server and dist/freshet-purge, each one file that runs on a machine without Node, Bun
 * or node_modules. `--target=bun-linux-arm64` and the like build for another platform, if its native packages are
 * installed.
 */

/** Entry points of each binary: the process, and the worker threads that it starts. */
const services = {
  "freshet-server": ["packages/server/src/main.ts"],
  "freshet-purge": ["packages/purge-api/src/main.ts"],
} as const;

/** Platform of the binaries, as Bun spells it, e.g. `linux-x64` or `linux-x64-musl`. */
const platform = (process.argv
  .find((argument) => argument.startsWith("--target="))
  ?.slice("--target=bun-".length) ?? `${process.platform}-${process.arch}`) as string;

/**
 * better-sqlite3's usual entry looks for its addon in a folder, which a single binary does not have; the entry of one
 * platform names the addon's file, so that the bundler takes it along.
 */
const sqliteForPlatform: BunPlugin = {
  name: "better-sqlite3 for one platform",
  setup(build) {
    build.onResolve({ filter: /^better-sqlite3$/ }, ({ importer }) => {
      const entry = platform.endsWith("-musl")
        ? platform.replace(/^linux(.*)-musl$/, "linuxmusl$1")
        : platform;
      return { path: Bun.resolveSync(`better-sqlite3/${entry}`, importer) };
    });
  },
};

async function build(name: keyof typeof services): Promise<void> {
  const outfile = join(root, "dist", name);
  const result = await Bun.build({
    entrypoints: services[name].map((entry) => join(root, entry)),
    compile: { target: `bun-${platform}` as Bun.Build.CompileTarget, outfile },
    minify: { syntax: true, whitespace: true },
    plugins: [sqliteForPlatform, embedSharp(platform)],
    throw: false,
  });
  if (!result.success) throw new AggregateError(result.logs, `${name} cannot be built`);
  const { size } = await stat(outfile);
  console.log(`dist/${name}  ${(size / 1e6).toFixed(0)} MB`);
}

// The form, which freshet-purge carries inside itself.
if ((await run(tool("turbo", "run", "build"))) !== 0) process.exit(1);
await mkdir(join(root, "dist"), { recursive: true });
await build("freshet-server");
await build("freshet-purge");
