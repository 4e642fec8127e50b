/** Varnish and nginx as Debian packages them, which the tests of fronts run. */
import { existsSync } from "node:fs";
import { installPackages } from "../../scripts/install-packages.ts";

const packages = ["varnish", "varnish-modules", "nginx-light"];

export interface FrontPrograms {
  readonly varnishd: string;
  readonly nginx: string;
}

/** Why the tests cannot run here; `null` on Debian and what is made from it, where they must. */
export const reasonToSkip: string | null = existsSync("/etc/debian_version")
  ? null
  : "needs Varnish with xkey and nginx with dav and auth_request, which are installed on Debian only";

/** @throws Error if they are not there and cannot be installed */
export async function ensureFronts(): Promise<FrontPrograms> {
  const present = find();
  if (present) return present;
  const advice = `The tests of fronts need them: apt-get install ${packages.join(" ")}`;
  await installPackages(packages, "Varnish and nginx for the tests of fronts", advice);
  const installed = find();
  if (installed) return installed;
  throw new Error(`Varnish and nginx could not be installed. ${advice}`);
}

function find(): FrontPrograms | null {
  const [varnishd, nginx] = ["varnishd", "nginx"].map((name) => Bun.which(name) ?? `/usr/sbin/${name}`) as [
    string,
    string,
  ];
  const hasModules = [...new Bun.Glob("/usr/lib/*/varnish/vmods/libvmod_xkey.so").scanSync("/")].length > 0;
  return existsSync(varnishd) && existsSync(nginx) && hasModules ? { varnishd, nginx } : null;
}
