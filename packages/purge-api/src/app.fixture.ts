import { createApp } from "./app.ts";
import { systemClock } from "./clock.ts";
import { loadConfig } from "./config.ts";
import { noWitness } from "./db/witness.ts";
import { createDeps } from "./deps.ts";
import { checkAnswer } from "./openapi/check-answer.fixture.ts";
import { temporaryFolder } from "./temporary-folder.fixture.ts";

const key = "a-key-only-for-tests";

/** The whole service over a database in a folder of its own, without a port. `close` ends it. */
export async function openApp(env: Readonly<Record<string, string>> = {}, settings: object = {}) {
  const folder = temporaryFolder();
  const config = loadConfig({
    env: { FRESHET_DATA_DIR: folder.path, FRESHET_CLIENT_KEY: key, ...env },
    file: { tokens: { shop: { origin_prefix: "https://shop.example/media/" } }, ...settings },
    readFile: () => "",
  });
  const reported: unknown[] = [];
  const deps = {
    ...(await createDeps(config, systemClock(), noWitness)),
    report: (error: unknown) => void reported.push(error),
  };
  const app = createApp(deps);

  async function ask(path: string, init: RequestInit = {}) {
    const headers = { "x-client-key": key, ...(init.headers as Record<string, string>) };
    const request = new Request(`http://localhost:8081${path}`, { ...init, headers });
    const response = await app.handle(request);
    await checkAnswer(request, response);
    return response;
  }

  return {
    app,
    deps,
    /** Errors that were not the client's. */
    reported,
    /** A request with the key of the default token, unless its headers say otherwise. */
    ask,
    async get(path: string) {
      const response = await ask(path);
      return { status: response.status, body: (await response.json()) as Json };
    },
    /** Posts a body to `/invalidate`: text and bytes as they are, anything else as JSON. */
    async invalidate(body: unknown) {
      const isRaw = typeof body === "string" || body instanceof Uint8Array;
      const raw = isRaw ? body : JSON.stringify(body);
      const response = await ask("/invalidate", { method: "POST", body: raw });
      return { status: response.status, type: type(response), body: (await response.json()) as Json };
    },
    async close() {
      // What a test leaves behind is still being written.
      await deps.settler.settle();
      await deps.close();
      folder.remove();
    },
  };
}

/** A body of an answer: tests say what they expect of it. */
// biome-ignore lint/suspicious/noExplicitAny: every member is compared with what a test expects
export type Json = any;

export function type(response: Response): string | null {
  return response.headers.get("content-type");
}
