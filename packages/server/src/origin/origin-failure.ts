import { type ErrorCode, FreshetError } from "@freshet/core";

/** Of an origin that has no such original, or answers that it has one and does not hand it over. */
const missingCodes: ReadonlySet<ErrorCode> = new Set([
  "origin_not_found",
  "origin_gone",
  "origin_unreachable",
  "origin_failed",
  "origin_down",
  "origin_resting",
  "origin_timeout",
  "origin_redirects",
]);

/** An original could not be had: the only error in whose place another picture may be shown. */
export class OriginFailure extends FreshetError {
  readonly #isLate: () => boolean;

  constructor(cause: FreshetError, isLate: () => boolean) {
    super(cause.code, cause.detail, { cause, retryAfterSeconds: cause.retryAfterSeconds });
    this.#isLate = isLate;
  }

  /** A purge has come since the origin was asked: the failure may be over, and must be kept nowhere. As of now. */
  get late(): boolean {
    return this.#isLate();
  }

  /**
   * The original is missing, or its origin failed. Not so what may not be fetched, what is too large and what is no
   * image: these are mistakes in a URL, which nobody would find behind a picture.
   */
  get isMissing(): boolean {
    return missingCodes.has(this.code);
  }
}
