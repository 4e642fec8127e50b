import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "../../packages/server/src/app.ts";
import { loadConfig } from "../../packages/server/src/config.ts";
import { createDeps } from "../../packages/server/src/deps.ts";
import { inspect } from "../../packages/server/src/origin/inspect.ts";

export interface Example {
  readonly target: string;
  /** Size and format of what came back. */
  readonly result: string;
  readonly format: string;
  readonly bytes: Uint8Array;
}

/**
 * Asks a real server, without a port, for each target.
 * @throws Error for an example that does not answer with a picture: then the documentation would be wrong
 */
export async function runExamples(targets: readonly string[]): Promise<Example[]> {
  const dataDir = await mkdtemp(join(tmpdir(), "freshet-docs-"));
  const config = loadConfig({ env: { FRESHET_DATA_DIR: dataDir }, file: {}, readFile: () => "" });
  const deps = await createDeps(config, { monotonicMs: () => performance.now(), wallMs: () => Date.now() });
  try {
    const app = createApp(deps);
    const examples: Example[] = [];
    for (const target of targets) {
      const response = await app.handle(new Request(`http://localhost${target}`));
      if (response.status !== 200) throw new Error(`${target}: ${response.status} ${await response.text()}`);
      const bytes = await response.bytes();
      const { width, height, format } = await inspect(bytes);
      examples.push({ target, result: `${format} ${width} x ${height}`, format, bytes });
    }
    return examples;
  } finally {
    await deps.close();
    await rm(dataDir, { recursive: true });
  }
}
