/** Ten times what a server can carry, with a small ceiling of memory: it stays below, answers everybody, and hits go on. */
import { expect, test } from "bun:test";
import { ceilingBytes, overload, spareBytes } from "./overload.ts";

const seconds = Number(process.env.OVERLOAD_SECONDS ?? 8);

const isPossible = process.platform === "linux" && spareBytes() > 2 * ceilingBytes;
const part = (sorted: readonly number[], of: number) => sorted[Math.floor(sorted.length * of)] ?? 0;
const megabytes = (bytes: number) => Math.round(bytes / 1e6);

test.skipIf(!isPossible)(
  `${seconds} s of ten times the load: memory stays below its ceiling, everybody is answered, and pictures are made`,
  async () => {
    const { byStatus, withoutRetry, hits, memory, isAlive, output } = await overload(seconds);
    const shown = memory.filter((_, at) => at % Math.ceil(memory.length / 15) === 0).map(megabytes);
    console.log(
      [
        `answers ${JSON.stringify(byStatus)}`,
        `memory MB ${shown}, most ${megabytes(Math.max(...memory))} of ${megabytes(ceilingBytes)}`,
        `hits ${JSON.stringify(hits.byStatus)}, P50 ${part(hits.ms, 0.5).toFixed(1)} ms, P99 ${part(hits.ms, 0.99).toFixed(1)} ms`,
      ].join("\n"),
    );
    expect(Object.keys(byStatus).filter((status) => !["200", "502", "503", "504"].includes(status))).toEqual(
      [],
    );
    expect(withoutRetry).toBe(0);
    expect(byStatus[200] ?? 0).toBeGreaterThan(5);
    // There was more than could be done.
    expect(byStatus[503] ?? 0).toBeGreaterThan(byStatus[200] ?? 0);
    expect(Object.keys(hits.byStatus)).toEqual(["200"]);
    expect(hits.ms.length).toBeGreaterThan(100);
    expect(Math.max(...memory)).toBeLessThan(ceilingBytes);
    expect(isAlive).toBe(true);
    expect(output).not.toContain("panic");
  },
  (seconds + 90) * 1000,
);
