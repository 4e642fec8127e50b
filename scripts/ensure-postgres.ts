/** Finds the programs of a PostgreSQL server, or installs Debian's package: tests run against the real one. */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { installPackages } from "./install-packages.ts";

/**
 * @returns the folder that holds `initdb` and `postgres`
 * @throws Error with what to do, if there is none and none can be installed
 */
export async function ensurePostgres(): Promise<string> {
  const present = findPostgres();
  if (present) return present;
  await installPackages(["postgresql"], "PostgreSQL for the tests of the shared log", advice);
  const installed = findPostgres();
  if (installed) return installed;
  throw new Error(`PostgreSQL could not be installed. ${advice}`);
}

const advice =
  "Tests of the shared log need one: install PostgreSQL 13 or newer, or put `initdb` on the PATH.";

/** Debian keeps each version in a folder of its own, none of which is on the PATH. */
function findPostgres(): string | undefined {
  const debian = [...new Bun.Glob("*/bin/initdb").scanSync({ cwd: "/usr/lib/postgresql", onlyFiles: false })];
  const newest = debian.sort((a, b) => Number.parseInt(b, 10) - Number.parseInt(a, 10))[0];
  const found = newest ? `/usr/lib/postgresql/${newest}` : Bun.which("initdb");
  return found && existsSync(found) ? dirname(found) : undefined;
}

if (import.meta.main) console.log(await ensurePostgres());
