/** What a token used on one day, on one server, since it was last told. */
export interface TokenUsage {
  /** Days since 1970, in UTC. */
  readonly day: number;
  readonly token: string;
  /** Bytes of pictures that were answered. */
  readonly bytes: number;
  /** Pictures that were made. */
  readonly renders: number;
  /** Originals that were fetched. */
  readonly downloads: number;
  /** Bytes of both of these. */
  readonly stored: number;
}

/** What a server process tells; a report that comes twice has the same number. */
export interface UsageReport {
  readonly boot: string;
  readonly number: number;
  readonly used: readonly TokenUsage[];
}

/** Entries of one report: tokens, and a second day around midnight. */
const maxEntries = 10_000;

/** @throws TypeError if it is none */
export function checkUsageReport(value: unknown): UsageReport {
  const report = value as UsageReport;
  const isReport =
    typeof report === "object" &&
    report !== null &&
    isName(report.boot) &&
    isCount(report.number) &&
    Array.isArray(report.used) &&
    report.used.length <= maxEntries &&
    report.used.every(isUsage);
  if (!isReport) throw new TypeError("not a report of what was used");
  return report;
}

function isUsage(value: TokenUsage): boolean {
  if (typeof value !== "object" || value === null || !isName(value.token)) return false;
  const { day, bytes, renders, downloads, stored } = value;
  return [day, bytes, renders, downloads, stored].every(isCount);
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value.length <= 200 && !value.includes("\0");
}

/** Small enough that sums of many stay exact. */
function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 2 ** 50;
}
