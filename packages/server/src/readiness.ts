import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Check, type Readiness, readinessOf } from "@freshet/core";

/** For how long what was found out about the disk is told again. */
const rememberedMs = 1_000;

/**
 * Whether requests should be sent here: the server may answer from its cache. A disk that is full makes it slower, but no
 * picture fails because of it; so that is told, and keeps nobody away. Origins are not asked.
 *
 * @param follower `null` for a server that stands alone
 */
export function createReadiness(deps: {
  now: () => number;
  dataDir: string;
  follower: { isReady(): boolean; trust(): string } | null;
}): () => Promise<Readiness> {
  const { now, dataDir, follower } = deps;
  let last: Promise<Check> | null = null;
  let lastMs = Number.NEGATIVE_INFINITY;

  function disk(): Promise<Check> {
    if (last && now() - lastMs < rememberedMs) return last;
    lastMs = now();
    last = lookAtDisk(dataDir);
    return last;
  }

  return async () => {
    const checks = [lease(follower), await disk()];
    return readinessOf(checks);
  };
}

function lease(follower: { isReady(): boolean; trust(): string } | null): Check {
  const shared = { name: "lease", required: true };
  if (!follower) return { ...shared, ok: true, detail: "it stands alone" };
  const trust = follower.trust();
  if (trust === "trusted") return { ...shared, ok: true, detail: "it may trust its cache" };
  return { ...shared, ok: follower.isReady(), detail: `it is cut off from the purge log: ${trust}` };
}

async function lookAtDisk(dataDir: string): Promise<Check> {
  const shared = { name: "disk", required: false };
  const file = join(dataDir, `.ready-${process.pid}.tmp`);
  try {
    await writeFile(file, "ready");
    return { ...shared, ok: true, detail: "it can be written to" };
  } catch (error) {
    return {
      ...shared,
      ok: false,
      detail: `it cannot be written to: ${(error as NodeJS.ErrnoException).code}`,
    };
  } finally {
    await rm(file, { force: true }).catch(() => {});
  }
}
