/** Every bound that belongs to the language of URLs and purges, each with its reason. */
export const limits = {
  /** Characters of path and query together. Servers and CDNs commonly stop at 8 KiB; sealed URLs get long. */
  urlChars: 8192,
  /** Pairs in one query. The longest URL seen in the wild has about 30. */
  queryPairs: 128,
  /** Pixels of one output side. WebP ends at 16,383; the widest size that published clients ask for is 5,760. */
  outputSide: 8192,
  /** Pixels of one output. 40 MP of RGBA is 160 MB, the most that one render should hold. */
  outputPixels: 40_000_000,
  /** Coordinates on an original: beyond what any format's side reaches, so that arithmetic on them stays exact. */
  originSide: 1_000_000,
  /** Seconds of `ci_cache`: a year, the most that caches take (RFC 9111 leaves it open). */
  cacheSeconds: 31_536_000,
  /** Device pixel ratio: beyond five nobody can see a difference. */
  dpr: 5,
  /** Shares of width to height, and of height to width: a picture of 8192 pixels is then 82 pixels high. */
  aspectRatio: 100,
  /** Entries of one `force_format` chain that are looked at: there are not more formats than that. */
  formatChain: 16,
  /** Watermarks on one picture: each may be an original of its own to fetch, to decode and to name in the tags. */
  watermarks: 8,
  /** Characters of one text watermark: a paragraph, not a page. */
  watermarkTextChars: 500,
  /** Characters of a font's name. */
  fontNameChars: 64,
  /** Pixels of a font: taller letters would leave room for one or two of them. */
  fontPixels: 1000,
  /** Problems that one refusal of strict mode lists: enough to mend a URL, too few to fill a log. */
  listedProblems: 20,
  /** Paths in one purge call: ten times what Cloudimage's clients send, and one transaction of a few milliseconds. */
  purgePaths: 10_000,
  /** Pictures that each server makes again after a purge: more are not made in the seconds that one waits for it. */
  rewarm: 100,
  /** Bytes of one purge call: 10,000 paths of 400 characters. */
  purgeBodyBytes: 4 * 1024 * 1024,
  /** Tags of path prefixes for one original of an answer: CDNs cut long tag headers off. */
  prefixTags: 6,
  /** Characters of a tag: what Cloudflare and Fastly take. */
  tagChars: 1024,
  /** Tags of one original that are kept; more are reached by every purge of a tag. */
  originTags: 64,
  /** Entries of the registry of one node before exact entries are folded into their prefix: about 100 MB. */
  registryEntries: 500_000,
} as const;
