/** Every bound of the server that is not a setting, each with its reason. */
export const serverLimits = {
  /** Hops that one fetch follows: browsers allow 20, real origins need one or two. */
  redirects: 5,
  /** Pixels of an original: 100 MP is a medium-format photograph, and 400 MB when decoded. */
  sourcePixels: 100_000_000,
  /** Renders that may wait for a slot: at 30 a second on a small machine, the last of them waits 15 s. */
  waitingRenders: 512,
  /** Pointers kept in memory; the table on disk holds all of them. */
  pointersInMemory: 100_000,
  /** URLs that were read and are remembered, with what follows from them: some 2 kB each. */
  rememberedRequests: 10_000,
  /** A node that is cut off asks the origin about one original at most this often. */
  fencedFetchEveryMs: 1_000,
} as const;
