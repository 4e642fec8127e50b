import type { TokenUsage } from "@freshet/core";
import type { FetchOriginal } from "../origin/fetch-original.ts";

/** What each token has used since it was last told: for `GET /stats/general` of purge-api. */
export interface Usage {
  /** Bytes of pictures that were answered; a HEAD counts as its GET would. On the way of each hit. */
  answered(token: string, bytes: number): void;
  /** A picture was made. */
  rendered(token: string, bytes: number): void;
  countFetches(fetchOriginal: FetchOriginal): FetchOriginal;
  /** Everything so far; from here on it is counted anew. */
  take(): TokenUsage[];
}

type Counts = { -readonly [K in keyof TokenUsage]: TokenUsage[K] };

/** @param wallMs since 1970: days are those of UTC */
export function createUsage(wallMs: () => number): Usage {
  let counts = new Map<string, Counts>();
  let day = -1;

  /** Of a token, today. */
  function of(token: string): Counts {
    const today = Math.floor(wallMs() / 86_400_000);
    if (today !== day) day = today;
    const known = counts.get(token);
    if (known?.day === day) return known;
    const fresh = { day, token, bytes: 0, renders: 0, downloads: 0, stored: 0 };
    // Yesterday's is told under another name.
    if (known) counts.set(`${known.day} ${token}`, known);
    counts.set(token, fresh);
    return fresh;
  }

  return {
    answered(token, bytes) {
      of(token).bytes += bytes;
    },
    rendered(token, bytes) {
      const counted = of(token);
      counted.renders += 1;
      counted.stored += bytes;
    },
    countFetches: (fetchOriginal) => async (asked, known) => {
      const answer = await fetchOriginal(asked, known);
      if (answer.kind === "body" && answer.status < 300) {
        const counted = of(asked.settings.name);
        counted.downloads += 1;
        counted.stored += answer.bytes.byteLength;
      }
      return answer;
    },
    take() {
      const taken = [...counts.values()];
      counts = new Map();
      return taken;
    },
  };
}
