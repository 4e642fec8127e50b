/** What the last answer of an origin said about itself, to ask whether it changed (RFC 9110 section 13.1). */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export type OriginAnswer =
  | {
      readonly kind: "body";
      readonly bytes: Uint8Array;
      readonly validators: Validators;
      readonly status: number;
    }
  | { readonly kind: "not-modified"; readonly status: 304 };

/** A place that originals come from. */
export interface Source {
  /**
   * @param url absolute, http or https
   * @param known validators of the copy at hand: the answer may be "not modified"; `null` = the bytes are wanted
   * @throws FreshetError with an `origin_…` code
   */
  fetch(url: string, known: Validators | null): Promise<OriginAnswer>;
}
