/** A URL taken apart without changing a character of it: the four parts joined are the URL. */
export interface UrlParts {
  /** Scheme and host as far as they are there: `https://h`, `//h`, or nothing. */
  readonly base: string;
  readonly path: string;
  /** Without `?`; `null` if there is none. */
  readonly query: string | null;
  /** With `#`; empty if there is none. */
  readonly fragment: string;
}

/** Takes apart `https://h/a?b#c`, `//h/a?b#c` or `/a?b#c`. */
export function splitUrl(url: string): UrlParts {
  const [base = ""] = /^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/?#]*/i.exec(url) ?? [];
  const hash = url.indexOf("#", base.length);
  const end = hash === -1 ? url.length : hash;
  const mark = url.indexOf("?", base.length);
  const hasQuery = mark !== -1 && mark < end;
  return {
    base,
    path: url.slice(base.length, hasQuery ? mark : end),
    query: hasQuery ? url.slice(mark + 1, end) : null,
    fragment: url.slice(end),
  };
}

export function joinUrl({ base, path, query, fragment }: UrlParts): string {
  return base + path + (query === null ? "" : `?${query}`) + fragment;
}
