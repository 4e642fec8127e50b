/**
 * `hard`: the front must not answer with what it has. `soft`: it may do so for a short while, if it can, since the
 * servers do as well.
 */
export type FrontMode = "hard" | "soft";

/** What a front's purge interface takes, from its maker's documentation. */
export interface FrontLimits {
  /** Tags in one call. */
  readonly callTags: number;
  /** Characters of all tags in one call, with one between each two. */
  readonly callChars: number;
  /** Tags of one job; what has more is widened to folders, hosts or the token. 0 = this front knows only tokens. */
  readonly jobTags: number;
  /** What is counted against the two numbers below. */
  readonly counts: "calls" | "tags";
  /** How many at once, after a pause. */
  readonly burst: number;
  /** How many in the long run. */
  readonly perSecond: number;
}

/** A cache before the servers. Each implementation runs `front.suite.ts`. */
export interface Front {
  readonly limits: FrontLimits;
  /**
   * Whether an answer that was on its way while the front was purged may be kept by it afterwards (purge.md section 3,
   * race 5), so that it has to be purged once more.
   */
  readonly rebounds: boolean;
  /**
   * One call of the front's interface. Resolves when the front said that it took effect.
   * @param tags at least one, at most `limits.callTags`
   * @throws FrontError
   */
  purge(tags: readonly string[], mode: FrontMode): Promise<void>;
}

/** Why a front was not purged, in words for whoever started the job; never with a secret in them. */
export class FrontError extends Error {
  override readonly name = "FrontError";
  /** Nothing that time mends: a wrong key, a zone that is not there. */
  readonly isFinal: boolean;
  /** The front asks to be left alone for so long. */
  readonly retryAfterMs: number;

  constructor(message: string, options: ErrorOptions & { isFinal?: boolean; retryAfterMs?: number } = {}) {
    super(message, options);
    this.isFinal = options.isFinal ?? false;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}
