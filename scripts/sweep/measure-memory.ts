import { readFileSync } from "node:fs";

const pageBytes = 4096;

/** Memory of a process and of all its children, in bytes; what they share is counted once. Linux only: else `null`. */
export function treeBytes(pid: number): number | null {
  const own = statm(pid);
  if (own === null) return null;
  return own.resident + descendants(pid).reduce((sum, child) => sum + (statm(child)?.own ?? 0), 0);
}

function statm(pid: number): { resident: number; own: number } | null {
  try {
    const [, resident = 0, shared = 0] = readFileSync(`/proc/${pid}/statm`, "latin1").split(" ").map(Number);
    return { resident: resident * pageBytes, own: (resident - shared) * pageBytes };
  } catch {
    return null;
  }
}

function descendants(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ").filter(Boolean);
    return children.map(Number).flatMap((child) => [child, ...descendants(child)]);
  } catch {
    return [];
  }
}

/** Looks again and again, and remembers the most since the last call of `peak`. */
export function watchMemory(pid: () => number) {
  let most: number | null = null;
  const look = () => {
    const now = treeBytes(pid());
    if (now !== null) most = Math.max(most ?? 0, now);
  };
  const timer = setInterval(look, 20);
  return {
    peak(): number | null {
      look();
      const peak = most;
      most = null;
      return peak;
    },
    stop: () => clearInterval(timer),
  };
}
