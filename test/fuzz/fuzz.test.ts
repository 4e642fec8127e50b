/** A short run of `npm run fuzz`, from another seed each time: it is printed, so that the run can be had again. */
import { expect, test } from "bun:test";
import { formatReport, runFuzz } from "./run-fuzz.ts";

const seconds = Number(process.env.FUZZ_SECONDS ?? 20);
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 32);

test(
  `nothing that is sent for ${seconds} s crashes a process, stays unanswered or is a fault of ours`,
  async () => {
    const report = await runFuzz(seed, seconds);
    console.log(formatReport(report));
    expect(report.crashes).toEqual([]);
    expect(report.unanswered).toEqual([]);
    expect(report.bad).toEqual([]);
    expect(report.inputs.files).toBeGreaterThan(20);
    expect(report.inputs.urls).toBeGreaterThan(10);
    expect(report.inputs.bodies).toBeGreaterThan(10);
  },
  (seconds + 120) * 1000,
);
