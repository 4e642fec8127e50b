// The only file that runs before anything is installed: `node scripts/bootstrap.mjs <task> [arguments]`.
// It makes sure of Bun at the version in package.json, installs the dependencies when the lockfile has
// changed, and hands over to `bun scripts/<task>.ts`. Plain JavaScript without dependencies, because it is
// started by Node 20 or by any Bun (`bun run` stands in for `node` where there is none).
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const version = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).packageManager.split("@")[1];
const tools = join(root, ".tools", `bun-${version}`);

/** @param {string} sentence @returns {never} */
function fail(sentence) {
  console.error(`freshet: ${sentence}`);
  process.exit(1);
}

/** @param {string} path */
function isWantedBun(path) {
  return existsSync(path) && spawnSync(path, ["--version"], { encoding: "utf8" }).stdout?.trim() === version;
}

/** Where npm may have put Bun. Under `@oven` lies the bare binary, for when npm ran no install script. */
function installedBuns() {
  const modules = join(tools, "node_modules");
  const oven = join(modules, "@oven");
  const bare = existsSync(oven) ? readdirSync(oven).map((name) => join(oven, name, "bin", "bun")) : [];
  return [join(modules, ".bin", "bun"), ...bare];
}

/** @returns {string} the path of a Bun at the wanted version */
function ensureBun() {
  const present = [process.versions.bun ? process.execPath : "", process.env.npm_execpath ?? ""];
  const found = [...present, ...installedBuns()].find(isWantedBun);
  if (found) return found;

  console.error(`freshet: installing Bun ${version} into .tools (once)`);
  mkdirSync(tools, { recursive: true });
  // A folder without a manifest of its own would be taken for a part of this repository.
  writeFileSync(join(tools, "package.json"), "{}");
  // Where Bun stands in for `node` there may be no npm, but then any Bun can fetch the right one.
  const installer = process.versions.bun
    ? [process.execPath, "add", "--silent", "--cwd", tools]
    : ["npm", "install", "--prefix", tools, "--no-audit", "--no-fund", "--loglevel=error"];
  const [command = "", ...args] = [...installer, `bun@${version}`];
  const { error, status } = spawnSync(command, args, { stdio: ["ignore", 2, 2] });
  if (error) fail(`npm, which would fetch Bun ${version}, is missing: install Node with npm, or that Bun.`);

  const installed = installedBuns().find(isWantedBun);
  if (status === 0 && installed) return installed;
  return fail(`could not install Bun ${version}: is the npm registry reachable from this machine?`);
}

/** @param {string} bun */
function ensureDependencies(bun) {
  const stamp = join(root, "node_modules", ".freshet-lockfile");
  const lockfile = readFileSync(join(root, "bun.lock"));
  const hash = createHash("sha256").update(lockfile).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;

  console.error("freshet: installing dependencies (once for each lockfile)");
  const install = spawnSync(bun, ["install", "--frozen-lockfile"], { cwd: root, stdio: ["ignore", 2, 2] });
  if (install.status !== 0) fail("could not install the dependencies: see above for the reason.");
  writeFileSync(stamp, hash);
}

/** @param {string} bun @param {string} task @param {string[]} args */
function runTask(bun, task, args) {
  const script = join(root, "scripts", `${task}.ts`);
  if (!existsSync(script)) fail(`there is no task "${task}" (scripts/${task}.ts).`);
  // First in PATH, so that turbo and the packages' own scripts find this very Bun.
  const env = { ...process.env, PATH: `${dirname(bun)}${delimiter}${process.env.PATH ?? ""}` };
  const child = spawn(bun, ["--no-orphans", script, ...args], { cwd: root, env, stdio: "inherit" });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => child.kill(signal));
  }
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal ?? "SIGTERM"]));
}

const [task = "", ...args] = process.argv.slice(2);
const bun = ensureBun();
ensureDependencies(bun);
runTask(bun, task, args);
