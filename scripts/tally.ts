/** How many tests went which way. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Reads the totals of a JUnit report: both Bun and Playwright write them on the outermost element. */
export function readTally(junit: string): Tally {
  const [outermost] = junit.match(/<testsuites\b[^>]*>/) ?? [];
  if (!outermost) throw new Error("Cannot read the test report: it has no <testsuites> element.");
  const count = (name: string) => Number(outermost.match(new RegExp(`\\b${name}="(\\d+)"`))?.[1] ?? 0);

  const failed = count("failures") + count("errors");
  const skipped = count("skipped");
  return { passed: count("tests") - failed - skipped, failed, skipped };
}

export function addTallies(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
    failed: tallies.reduce((sum, { failed }) => sum + failed, 0),
    skipped: tallies.reduce((sum, { skipped }) => sum + skipped, 0),
  };
}

/** The closing line of a test run, for people and for machines: `12 passed, 0 failed, 1 skipped`. */
export function formatTally({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
