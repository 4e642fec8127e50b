/**
 * Every error a client can meet, on one screen: status, title, and for how many seconds an answer that carries it
 * may be cached. Errors that depend on the outside (origin, load, log) are never cached: the next request may do better.
 */
export const errorTable = {
  bad_path: { status: 400, title: "The path does not name an image", cacheSeconds: 60 },
  bad_query: { status: 400, title: "The query string cannot be read", cacheSeconds: 60 },
  bad_parameters: { status: 400, title: "Parameters cannot be used as they are", cacheSeconds: 60 },
  path_too_long: { status: 414, title: "The URL is too long", cacheSeconds: 60 },
  method_not_allowed: { status: 405, title: "Only GET and HEAD are answered here", cacheSeconds: 60 },
  not_implemented: { status: 501, title: "This kind of URL is not supported", cacheSeconds: 60 },
  // Not cached: an origin may have been refused for a redirect, which is mended without a change of the URL.
  origin_refused: { status: 403, title: "This origin may not be fetched", cacheSeconds: 0 },
  // Not cached, or a page that is allowed could be answered with the refusal of one that is not.
  referer_refused: { status: 403, title: "This page may not show the picture", cacheSeconds: 0 },
  signature_missing: { status: 403, title: "The URL is not signed", cacheSeconds: 60 },
  signature_wrong: { status: 403, title: "The signature is not valid", cacheSeconds: 60 },
  seal_missing: { status: 403, title: "The URL is not sealed", cacheSeconds: 60 },
  seal_wrong: { status: 403, title: "The seal is not valid", cacheSeconds: 60 },

  origin_not_found: { status: 404, title: "The original does not exist", cacheSeconds: 0 },
  origin_gone: { status: 410, title: "The original was removed", cacheSeconds: 0 },
  origin_unreachable: { status: 502, title: "The origin cannot be reached", cacheSeconds: 0 },
  origin_failed: { status: 502, title: "The origin answered with an error", cacheSeconds: 0 },
  origin_down: { status: 502, title: "The origin is down", cacheSeconds: 0 },
  origin_resting: { status: 503, title: "The origin is let alone for a while", cacheSeconds: 0 },
  origin_timeout: { status: 504, title: "The origin did not answer in time", cacheSeconds: 0 },
  origin_redirects: { status: 502, title: "The origin redirects too often", cacheSeconds: 0 },
  original_too_large: { status: 422, title: "The original is too large", cacheSeconds: 0 },
  not_an_image: { status: 415, title: "The original is not an image that can be read", cacheSeconds: 0 },
  image_broken: { status: 422, title: "The original is damaged", cacheSeconds: 0 },

  overloaded: { status: 503, title: "Too many images are being made just now", cacheSeconds: 0 },
  too_busy: { status: 503, title: "Too much is being asked just now", cacheSeconds: 0 },
  not_coherent: { status: 503, title: "This node is cut off from the purge log", cacheSeconds: 0 },
  internal: { status: 500, title: "Freshet failed", cacheSeconds: 0 },

  bad_json: { status: 400, title: "The body is not the JSON that is expected", cacheSeconds: 0 },
  bad_scope: { status: 400, title: "The scope is not known", cacheSeconds: 0 },
  bad_api: { status: 400, title: "The version of the URLs is not known", cacheSeconds: 0 },
  bad_mode: { status: 400, title: "The mode is not known", cacheSeconds: 0 },
  bad_dry_run: { status: 400, title: "It is not clear whether to purge", cacheSeconds: 0 },
  bad_rewarm: { status: 400, title: "The number of pictures to make again cannot be used", cacheSeconds: 0 },
  bad_warmup: { status: 400, title: "The list to warm up cannot be used", cacheSeconds: 0 },
  warmup_unknown: { status: 404, title: "There is no such warm-up", cacheSeconds: 0 },
  bad_tags: { status: 400, title: "The list of tags cannot be used", cacheSeconds: 0 },
  bad_transformations: { status: 400, title: "The transformations cannot be used", cacheSeconds: 0 },
  bad_urls: { status: 400, title: "The list of URLs cannot be used", cacheSeconds: 0 },
  body_too_large: { status: 413, title: "The body is too large", cacheSeconds: 0 },
  key_missing: { status: 401, title: "The X-Client-Key header is missing", cacheSeconds: 0 },
  key_wrong: { status: 403, title: "The client key is not valid", cacheSeconds: 0 },
  too_many_guesses: { status: 429, title: "Too many wrong keys came from this address", cacheSeconds: 0 },
  bad_idempotency_key: { status: 400, title: "The Idempotency-Key header cannot be read", cacheSeconds: 0 },
  key_in_use: { status: 409, title: "The first request with this key is still running", cacheSeconds: 0 },
  key_reused: { status: 422, title: "The key belongs to another request", cacheSeconds: 0 },
  too_many_streams: { status: 503, title: "Too many progress streams are open", cacheSeconds: 0 },
  key_scope: { status: 403, title: "The client key does not reach so far", cacheSeconds: 0 },
  quota_exceeded: { status: 429, title: "Too many purges in a minute", cacheSeconds: 0 },
  bad_hook: { status: 400, title: "The notification cannot be read", cacheSeconds: 0 },
  hook_refused: { status: 403, title: "The hook was not accepted", cacheSeconds: 0 },
  job_running: { status: 409, title: "The invalidation is still running", cacheSeconds: 0 },
  job_too_old: { status: 410, title: "The invalidation cannot be run again", cacheSeconds: 0 },
  job_unknown: { status: 404, title: "There is no such invalidation", cacheSeconds: 0 },
  node_unknown: { status: 404, title: "There is no such node", cacheSeconds: 0 },
  node_in_use: { status: 409, title: "The node may still be serving", cacheSeconds: 0 },
  no_picture: { status: 404, title: "There is no picture to show", cacheSeconds: 0 },
  picture_failed: { status: 502, title: "The image server showed no picture", cacheSeconds: 0 },
  storage_full: { status: 503, title: "There is no room to write it down", cacheSeconds: 0 },
  not_found: { status: 404, title: "There is nothing here", cacheSeconds: 0 },
} as const satisfies Record<string, ErrorKind>;

interface ErrorKind {
  readonly status: number;
  readonly title: string;
  readonly cacheSeconds: number;
}

export type ErrorCode = keyof typeof errorTable;

interface FreshetErrorOptions extends ErrorOptions {
  readonly retryAfterSeconds?: number;
}

/**
 * An error with a public face. `detail` is written for the client and may be shown to anybody; what is only for the
 * operator belongs in `cause`.
 */
export class FreshetError extends Error {
  override readonly name = "FreshetError";
  readonly code: ErrorCode;
  readonly detail: string;
  /** When it is worth trying again, for errors with status 503. */
  readonly retryAfterSeconds: number;

  constructor(code: ErrorCode, detail: string, options: FreshetErrorOptions = {}) {
    super(`${code}: ${detail}`, options);
    this.code = code;
    this.detail = detail;
    this.retryAfterSeconds = options.retryAfterSeconds ?? 1;
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  get title(): string {
    return errorTable[this.code].title;
  }

  get cacheSeconds(): number {
    return errorTable[this.code].cacheSeconds;
  }
}
