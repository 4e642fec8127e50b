import { run } from "./run.ts";

/**
 * Installs packages of Debian, or of what is made from it.
 * @param what they are for, in words: `Chromium for the browser tests`
 * @throws Error that says what is missing, followed by the advice
 */
export async function installPackages(
  packages: readonly string[],
  what: string,
  advice: string,
): Promise<void> {
  const apt = Bun.which("apt-get");
  if (!apt) throw new Error(`${what} cannot be installed here: there is no apt-get. ${advice}`);
  const asRoot = await rootPrefix();
  if (!asRoot) throw new Error(`${what} cannot be installed without root. ${advice}`);

  console.error(`freshet: installing ${what} (once)`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const aptGet = [...asRoot, apt, "-qy"];
  await run([...aptGet, "update"], env);
  await run([...aptGet, "install", "--no-install-recommends", ...packages], env);
}

/** What to put before a command so that it runs as root: nothing, `sudo`, or (undefined) there is no way. */
async function rootPrefix(): Promise<string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  const sudo = Bun.which("sudo");
  if (!sudo) return undefined;
  const child = Bun.spawn([sudo, "-n", "true"], { stdout: "ignore", stderr: "ignore" });
  return (await child.exited) === 0 ? [sudo, "-n", "--preserve-env=DEBIAN_FRONTEND"] : undefined;
}
