import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createReadiness } from "./readiness.ts";

const folder = mkdtempSync(join(tmpdir(), "freshet-ready-"));
const follower = (trust: string, isReady: boolean) => ({ trust: () => trust, isReady: () => isReady });

test.each([
  ["it stands alone", null, true],
  ["it may trust its cache", follower("trusted", true), true],
  ["it is cut off from the purge log: refuse", follower("refuse", false), false],
  ["it is cut off from the purge log: serve", follower("serve", true), true],
])("%s", async (detail, followed, ok) => {
  const readiness = createReadiness({ now: () => 0, dataDir: folder, follower: followed });
  expect(await readiness()).toEqual({
    isReady: ok,
    checks: [
      { name: "lease", required: true, ok, detail },
      { name: "disk", required: false, ok: true, detail: "it can be written to" },
    ],
  });
});

test("a disk that cannot be written to is told, and keeps nobody away", async () => {
  let nowMs = 0;
  const dataDir = join(folder, "sub");
  const readiness = createReadiness({ now: () => nowMs, dataDir, follower: null });
  const { isReady, checks } = await readiness();
  expect([isReady, checks[1]]).toEqual([
    true,
    { name: "disk", required: false, ok: false, detail: "it cannot be written to: ENOENT" },
  ]);
  await Bun.write(join(dataDir, "there"), "");
  expect((await readiness()).checks[1]?.ok).toBe(false);
  nowMs = 1_000;
  expect((await readiness()).checks[1]?.ok).toBe(true);
  rmSync(folder, { recursive: true });
});
