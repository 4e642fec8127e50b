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
      /** What the origin calls it, if it says. */
      readonly mediaType?: string | null;
      /** That the origin gave it; none if it cannot give any. */
      readonly tags?: readonly string[];
    }
  /** Without tags those of before hold on. */
  | { readonly kind: "not-modified"; readonly status: 304; readonly tags?: readonly string[] };

/** How one URL is to be asked for. */
export interface Asking {
  /** Sent to this URL's server beside the usual ones, and to no other. */
  readonly headers: Readonly<Record<string, string>>;
  /** @throws FreshetError `origin_refused` if a redirect must not be followed there */
  checkRedirect(first: URL, next: URL): void;
}

/** A place that originals come from. */
export interface Source {
  /**
   * @param url absolute, http or https
   * @param known validators of the copy at hand: the answer may be "not modified"; `null` = the bytes are wanted
   * @throws FreshetError with an `origin_…` code
   */
  fetch(url: string, known: Validators | null, asking: Asking): Promise<OriginAnswer>;
}
