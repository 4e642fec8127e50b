import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

/** Processes below one, by id: those that it started, and theirs. */
export function descendants(pid: number): readonly number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    read(`/proc/${pid}/task/${task}/children`).split(" ").filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...tolerant(() => descendants(child), [])]);
}

/** Memory of a process and all below it that is its own, in bytes; what they share is counted once. */
export function memoryOf(pid: number): number {
  // A child that is not its own program yet has its parent's memory, and none of its own.
  const program = read(`/proc/${pid}/cmdline`);
  const children = tolerant(() => descendants(pid), []).filter(
    (child) => read(`/proc/${child}/cmdline`) !== program,
  );
  const all = [pid, ...children].map((each) => {
    const [, resident = 0, shared = 0] = read(`/proc/${each}/statm`).split(" ").map(Number);
    return { own: resident - shared, shared };
  });
  const shared = Math.max(...all.map((each) => each.shared));
  return (all.reduce((sum, { own }) => sum + own, 0) + shared) * 4096;
}

/** Kills one of the processes that make pictures, as the kernel does when memory runs out. */
export function killChild(pid: number): boolean {
  const [child] = tolerant(() => descendants(pid), []);
  if (child === undefined) return false;
  return tolerant(() => process.kill(child, "SIGKILL"), false);
}

/** Changes a byte of a file in a cache, or cuts it short, under the hands of the server. */
export function damageFile(folder: string): boolean {
  const files = tolerant(() => readdirSync(folder, { recursive: true, withFileTypes: true }), [])
    .filter((entry) => entry.isFile() && !/sqlite/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name));
  const path = files[Math.floor(Math.random() * files.length)];
  if (path === undefined) return false;
  return tolerant(() => {
    const { size } = statSync(path);
    if (Math.random() < 0.3) {
      truncateSync(path, Math.floor(Math.random() * size));
      return true;
    }
    const file = openSync(path, "r+");
    const at = Math.floor(Math.random() * size);
    const byte = Buffer.alloc(1);
    readSync(file, byte, 0, 1, at);
    byte[0] = (byte[0] as number) ^ (1 << Math.floor(Math.random() * 8));
    writeSync(file, byte, 0, 1, at);
    closeSync(file);
    return true;
  }, false);
}

function read(path: string): string {
  return tolerant(() => readFileSync(path, "latin1"), "");
}

/** What is looked at may be gone at any moment. */
function tolerant<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}
