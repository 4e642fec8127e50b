import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { installPackages } from "../../scripts/install-packages.ts";

/** Where Debian's package `faketime` puts its library, on the processors that it is built for. */
const libraries = ["x86_64-linux-gnu", "aarch64-linux-gnu"].map(
  (machine) => `/usr/lib/${machine}/faketime/libfaketime.so.1`,
);

/** Path of the library; `null` where the package is not installed: then no clock is set. */
export function fakeTime(): string | null {
  return libraries.find((path) => existsSync(path)) ?? null;
}

/** Installs the package where that is possible; elsewhere the test says what it leaves out. */
export async function ensureFakeTime(): Promise<void> {
  if (fakeTime() !== null || !existsSync("/etc/debian_version")) return;
  await installPackages(["faketime"], "faketime for the clocks of the fault test", "").catch((error) =>
    console.error(`freshet: ${error.message}`),
  );
}

/** A wall clock that can be set for one process while it runs; its monotonic clock goes on as it did. */
export function clockFile(path: string) {
  const set = (offsetSeconds: number) =>
    writeFileSync(path, `${offsetSeconds >= 0 ? "+" : ""}${offsetSeconds}\n`);
  set(0);
  const library = fakeTime();
  if (library === null) return { set, env: {} };
  const env = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: path,
    FAKETIME_CACHE_DURATION: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  };
  return { set, env };
}

export interface SmallDisk {
  unmount(): void;
}

/** Mounts a disk of 48 MB in memory, which can be filled; `null` where that is not allowed: it takes root. */
export function mountSmallDisk(path: string): SmallDisk | null {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return null;
  const { exitCode } = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=48m", "freshet-test", path], {
    stderr: "ignore",
  });
  if (exitCode !== 0) return null;
  return { unmount: () => void Bun.spawnSync(["umount", "-l", path]) };
}

/** Fills the disk that a folder lies on, to the last byte. @returns a function that makes room again */
export function fillDisk(folder: string): () => void {
  let size = 16 * 1024 * 1024;
  for (let part = 0; size >= 1; part++) {
    try {
      writeFileSync(`${folder}/ballast-${part}`, Buffer.alloc(size));
    } catch {
      size = Math.floor(size / 2);
    }
  }
  return () => {
    for (const file of readdirSync(folder)) if (file.startsWith("ballast-")) rmSync(`${folder}/${file}`);
  };
}
