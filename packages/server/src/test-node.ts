import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "@freshet/core";
import { createApp } from "./app.ts";
import { type Config, loadConfig } from "./config.ts";
import { createDeps, type Deps } from "./deps.ts";

const clock = { monotonicMs: () => performance.now(), wallMs: () => Date.now() };
const folders: string[] = [];

/** Test-only: a folder for the data of a node; {@link removeFolders} is for `afterAll`. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "freshet-app-"));
  folders.push(folder);
  return folder;
}

export async function removeFolders(): Promise<void> {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

/** @param file what would stand in `freshet.toml` */
export function configFor(
  folder: string,
  env: Record<string, string> = {},
  file: Record<string, unknown> = {},
): Config {
  const all = { FRESHET_DATA_DIR: folder, FRESHET_ALLOW_LOCAL_ORIGINS: "*", ...env };
  return loadConfig({ env: all, file, readFile: () => "" });
}

export interface Node extends AsyncDisposable {
  readonly deps: Deps;
  /** Errors that would be written to the operator's log. */
  readonly reported: unknown[];
  readonly renders: number;
  /** @param target path and query, or a whole URL to ask under another host */
  get(target: string, init?: RequestInit): Promise<Response>;
}

/** Test-only: a server without a port. */
export async function startNode(
  folder: string,
  env: Record<string, string> = {},
  file: Record<string, unknown> = {},
  time: Clock = clock,
): Promise<Node> {
  const reported: unknown[] = [];
  const config = configFor(folder, env, file);
  const made = await createDeps(config, time, (error) => reported.push(error));
  let renders = 0;
  const { renderTurns } = made;
  const run = renderTurns.run;
  const deps = {
    ...made,
    renderTurns: Object.assign(renderTurns, {
      run: ((...turn) => {
        renders++;
        return run(...turn);
      }) as typeof run,
    }),
  };
  const app = createApp(deps);
  return {
    deps,
    reported,
    get renders() {
      return renders;
    },
    async get(target, init) {
      return app.handle(new Request(target.startsWith("/") ? `http://localhost${target}` : target, init));
    },
    [Symbol.asyncDispose]: async () => made.close(),
  };
}
