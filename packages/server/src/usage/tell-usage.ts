import type { UsageReport } from "@freshet/core";
import type { Usage } from "./usage.ts";

const tellEveryMs = 10_000;
const tellWithinMs = 5_000;

/**
 * Tells purge-api now and then what was used. A report has a number and is told until it was taken, so none is counted
 * twice, and what is lost when the process is killed is at most the last seconds.
 *
 * @param boot of this process
 * @returns a function that tells the rest, and ends it
 */
export function tellUsage(deps: {
  usage: Pick<Usage, "take">;
  purgeUrl: string;
  nodeKey: string;
  boot: string;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  everyMs?: number;
}): () => Promise<void> {
  const { usage, purgeUrl, nodeKey, boot, fetch, everyMs = tellEveryMs } = deps;
  const url = `${purgeUrl.replace(/\/$/, "")}/internal/usage`;
  const headers = { authorization: `Bearer ${nodeKey}`, "content-type": "application/json" };
  let number = 0;
  let report: UsageReport | null = null;

  async function tell(): Promise<void> {
    if (!report) {
      const used = usage.take();
      if (used.length === 0) return;
      number += 1;
      report = { boot, number, used };
    }
    // Whatever goes wrong, it is told again the next time: statistics are nobody's emergency.
    const signal = AbortSignal.timeout(tellWithinMs);
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(report), signal }).catch(
      () => null,
    );
    await answer?.body?.cancel();
    if (answer?.ok) report = null;
  }

  let telling = Promise.resolve();
  const tellNext = () => {
    telling = telling.then(tell);
  };
  const timer = setInterval(tellNext, everyMs);
  return async () => {
    clearInterval(timer);
    tellNext();
    await telling;
  };
}
