/** The OpenAPI document in the hands of others: a validator, a generator of clients, and a compiler. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { installBeside } from "../install-beside.ts";
import { createKeeper } from "../keeper.ts";
import { keys, type Running, startPurge } from "../processes.ts";

const tools = join(import.meta.dir, "tools");
const { newFolder, keep, end } = createKeeper();
let purge: Running;
let document: object;
/** Below the tools, so that what is generated finds them, and where nothing else looks. */
let made: string;

beforeAll(async () => {
  await installBeside(tools, "tools for OpenAPI");
  purge = await keep(startPurge({ dataDir: newFolder() }));
  document = (await (await fetch(`${purge.url}/openapi`)).json()) as object;
  made = mkdtempSync(join(tools, "node_modules", ".made-"));
  await Bun.write(join(made, "openapi.json"), JSON.stringify(document));
}, 300_000);
afterAll(async () => {
  rmSync(made, { recursive: true, force: true });
  await end();
});

async function run(...command: string[]): Promise<string> {
  const env = { ...process.env, NO_COLOR: "1", DO_NOT_TRACK: "1" };
  const child = Bun.spawn(command, { cwd: made, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [out, errors] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (child.exitCode !== 0) throw new Error(`${command.join(" ")}:\n${out}${errors}`);
  return out;
}

/** In a process of its own: this one has looked for modules here before they were installed. */
async function validate(spec: object): Promise<{ valid: boolean; version: string }> {
  const name = "to-validate.json";
  await Bun.write(join(made, name), JSON.stringify(spec));
  const program = `
    import { Validator } from "@seriousme/openapi-schema-validator";
    const validator = new Validator();
    const { valid } = await validator.validate(await Bun.file("${name}").json());
    console.log(JSON.stringify({ valid, version: validator.version }));`;
  return JSON.parse(await run(process.execPath, "-e", program));
}

test("a validator takes it for OpenAPI 3.1", async () => {
  expect(await validate(document)).toEqual({ valid: true, version: "3.1" });
  const spoiled = structuredClone(document) as { paths: Record<string, { post: { responses: unknown } }> };
  (spoiled.paths["/invalidate"] as { post: { responses: unknown } }).post.responses = "none";
  expect((await validate(spoiled)).valid).toBe(false);
});

test("a client that is generated from it passes a strict compiler, and purges", async () => {
  const generator = join(tools, "node_modules/@hey-api/openapi-ts/bin/run.js");
  await run(
    process.execPath,
    generator,
    "--input",
    "openapi.json",
    "--output",
    "client",
    "--client",
    "@hey-api/client-fetch",
  );
  cpSync(join(import.meta.dir, "use-client.txt"), join(made, "use-client.ts"));
  const options = [
    "--ignoreConfig",
    "--strict",
    "--skipLibCheck",
    "--noEmit",
    "--module",
    "preserve",
    "--target",
    "esnext",
    "--lib",
    "esnext,dom,dom.iterable",
  ];
  await run(process.execPath, join(tools, "node_modules/typescript/bin/tsc"), ...options, "use-client.ts");
  const said = await run(process.execPath, "use-client.ts", purge.url, keys.client);
  expect(JSON.parse(said)).toEqual({
    accepted: 201,
    dry: 200,
    status: "DONE",
    refused: "bad_urls",
    listed: 1,
    audited: ["invalidate"],
  });
}, 120_000);
