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
  /** Device pixel ratio: beyond five nobody can see a difference. */
  dpr: 5,
  /** Paths in one purge call: ten times what Cloudimage's clients send, and one transaction of a few milliseconds. */
  purgePaths: 10_000,
  /** Bytes of one purge call: 10,000 paths of 400 characters. */
  purgeBodyBytes: 4 * 1024 * 1024,
  /** Tags of path prefixes on one answer: CDNs cut long tag headers off. */
  prefixTags: 6,
  /** Entries of the registry of one node before exact entries are folded into their prefix: about 100 MB. */
  registryEntries: 500_000,
} as const;
