/** Everything at once: hits, new pictures, AVIF, origins at their worst, purges, dying children, damaged files, full disks. */
import { expect, test } from "bun:test";
import { soak } from "./soak.ts";
import { ceilingBytes } from "./world.ts";

const seconds = Number(process.env.SOAK_SECONDS ?? 25);

const part = (list: readonly number[], of: number) =>
  list.toSorted((a, b) => a - b)[Math.floor(list.length * of)] ?? 0;
const mean = (list: readonly number[]) => list.reduce((sum, each) => sum + each, 0) / list.length;

test.skipIf(process.platform !== "linux")(
  `${seconds} s of everything: nothing wrong is answered, nothing is lost, and memory stays flat and below its ceiling`,
  async () => {
    const { byStatus, wrong, hitMs, memory, harm, skipped, output } = await soak(seconds);
    console.log(
      [
        `answers ${JSON.stringify(byStatus)}, harm ${JSON.stringify(harm)}`,
        `hits P50 ${part(hitMs, 0.5).toFixed(1)} ms, P99 ${part(hitMs, 0.99).toFixed(1)} ms`,
        `memory MB ${memory.filter((_, at) => at % Math.ceil(memory.length / 12) === 0).map((bytes) => Math.round(bytes / 1e6))}`,
        ...skipped.map((what) => `skipped ${what}`),
      ].join("\n"),
    );
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(byStatus[200] ?? 0).toBeGreaterThan(100);
    expect(harm.renewed).toBeGreaterThan(1);
    expect(harm.damaged).toBeGreaterThan(10);
    const late = memory.slice(Math.floor(memory.length / 2));
    const [before, last] = [late.slice(0, late.length / 2), late.slice(late.length / 2)];
    // Children come and go: each is some 100 MB.
    expect(mean(last)).toBeLessThan(mean(before) * 1.25 + 100_000_000);
    expect(Math.max(...memory)).toBeLessThan(ceilingBytes);
    // Who asks for what is there waits no longer at the end than at the beginning: nothing piles up on their way.
    const third = Math.floor(hitMs.length / 3);
    expect(part(hitMs.slice(-third), 0.5)).toBeLessThan(3 * part(hitMs.slice(0, third), 0.5) + 2);
    expect(output).not.toContain("panic");
  },
  (seconds + 90) * 1000,
);
