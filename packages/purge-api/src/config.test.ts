import { expect, test } from "bun:test";
import { loadConfig } from "./config.ts";

const load = (env: Record<string, string>) => loadConfig({ env, file: {}, readFile: () => "" });

test("a job's deadline must leave a server that is cut off the time to lapse", () => {
  const env = { FRESHET_LEASE_MS: "10000", FRESHET_JOB_DEADLINE_MS: "19999" };
  expect(() => load(env)).toThrow(
    "FRESHET_JOB_DEADLINE_MS: with a lease of 10000 ms it must be at least 20000",
  );
  expect(load({ ...env, FRESHET_JOB_DEADLINE_MS: "20000" }).jobDeadlineMs).toBe(20_000);
});
