import type { TokenUsage, UsageReport } from "@freshet/core";

export type UsageSums = Omit<TokenUsage, "day" | "token">;

/** What tokens used, by day. */
export interface UsageStore {
  /** Adds a report, unless it was added before. */
  add(report: UsageReport): Promise<void>;
  /** Sums of a token over days since 1970, the first and the last included. */
  sum(token: string, from: number, to: number): Promise<UsageSums>;
}

/** Days that are kept, and that a process which reports no more is remembered. */
export const keptDays = 400;
export const rememberedDays = 7;
