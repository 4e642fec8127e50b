import { readdirSync, readFileSync } from "node:fs";

const msPerTick = 10;

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly ms: number;
  readonly residentBytes: number;
}

/** Processor time that a process, its children and theirs have taken by now, in ms; those that ended count with their parent. */
export function processorMs(root: number): number {
  return treeOf(root).reduce((sum, { ms }) => sum + ms, 0);
}

/** Resident memory of a process, its children and theirs, in bytes: what they share counts several times. */
export function residentBytes(root: number): number {
  return treeOf(root).reduce((sum, { residentBytes }) => sum + residentBytes, 0);
}

/** The process, its children and theirs. */
export function processesOf(root: number): number[] {
  return treeOf(root).map(({ pid }) => pid);
}

function treeOf(root: number): Stat[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)));
  const tree = all.filter(({ pid }) => pid === root);
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid));
  return tree;
}

function statOf(pid: number): Stat[] {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.split(" ").map(Number) ?? [];
    const at = (index: number) => fields[index] ?? 0;
    const ms = (at(11) + at(12) + at(13) + at(14)) * msPerTick;
    return [{ pid, parent: at(1), ms, residentBytes: at(21) * 4096 }];
  } catch {
    return [];
  }
}
