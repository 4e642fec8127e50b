/**
 * Installs what a `package.json` in the folder of some tests asks for, where that was not done yet, or not since it
 * changed. It is many megabytes that only these tests need, so it is no dependency of the repository itself.
 *
 * @param what it is, in words
 * @throws Error with what the installer said
 */
export async function installBeside(folder: string, what: string): Promise<void> {
  const command = [process.execPath, "install", "--frozen-lockfile", "--no-progress"];
  const child = Bun.spawn(command, { cwd: folder, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [out, errors] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (child.exitCode !== 0) throw new Error(`${what} cannot be installed:\n${out}${errors}`);
}
