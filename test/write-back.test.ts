/** Who brings SQLite's logs into their files: not who answers requests. */
import { expect, test } from "bun:test";
import { dataFolder, startServer } from "./processes.ts";
import { untilWrittenBack } from "./written-back.ts";

test.each(["1", "2"])(
  "what was written is soon in the files of a server of %s process(es)",
  async (processes) => {
    const data = dataFolder();
    const server = await startServer({ dataDir: data.path, env: { FRESHET_PROCESSES: processes } });
    try {
      await untilWrittenBack(data.path);
      expect([server.isAlive(), server.output()]).toEqual([true, expect.not.stringMatching(/error/i)]);
    } finally {
      await server.stop();
      data.remove();
    }
  },
);
