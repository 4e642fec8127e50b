/** Every bound of the server that is not a setting, each with its reason. */
export const serverLimits = {
  /** Hops that one fetch follows: browsers allow 20, real origins need one or two. */
  redirects: 5,
  /** Pixels of an original: 100 MP is a medium-format photograph, and 400 MB when decoded. */
  sourcePixels: 100_000_000,
  /** Pictures that may wait for their turn to be made: at 30 a second on a small machine, the last of them waits 15 s. */
  waitingRenders: 512,
  /** Those that are to become AVIF, which take ten times as long. */
  waitingAvifs: 128,
  /** Nobody waits longer for a turn: browsers and proxies have given up by then, or ask again. */
  waitMs: 20_000,
  /** Originals that are fetched at once, of all origins: a connection each. */
  fetches: 256,
  /** Fetches that wait for their turn. */
  waitingFetches: 1_024,
  /** Files of up to so many bytes are kept in the books of the cache: most of what is shown as a thumbnail. */
  inBooksBytes: 32 * 1024,
  /** Bytes that may be on their way to a disk, of each store, before requests wait for it: a second's work of a slow one. */
  writingBytes: 64 * 1024 * 1024,
  /** Bytes that may wait to be written to the shared storage; what comes on top is not written. */
  sharedQueueBytes: 64 * 1024 * 1024,
  /** Bytes of one object in the shared storage: a lossless picture of 50 megapixels has some 100 MB. */
  sharedObjectBytes: 256 * 1024 * 1024,
  /** Pointers kept in memory; the table on disk holds all of them. */
  pointersInMemory: 100_000,
  /** URLs that were read and are remembered, with what follows from them: some 2 kB each. */
  rememberedRequests: 10_000,
  /** Pictures whose requests are counted, to know which are asked for most: some 1 kB each. */
  countedPictures: 20_000,
  /** Characters of what such a picture is asked for as; longer ones are not counted. */
  countedChars: 2_000,
  /** After so long a request counts half: what is asked for most means lately. */
  countHalvesMs: 10 * 60_000,
  /** URLs whose answers are ready to be given again: some 3 kB each beside their bytes, for each kind of browser. */
  readyAnswers: 10_000,
  /** A node that is cut off asks the origin about one original at most this often. */
  fencedFetchEveryMs: 1_000,
  /** Bytes of a drawing as text, unpacked: libxml2 refuses single values over 10 MB, and detailed maps reach 5 MB. */
  svgBytes: 10 * 1024 * 1024,
  /** Elements of a drawing: a map of a country has some 20,000. */
  svgElements: 100_000,
  /** Elements within elements: libxml2 ends at 256, and nobody draws by hand deeper than some 20. */
  svgDepth: 200,
  /** Characters that entities of a drawing may put in, all together: namespaces at each element, but no "billion laughs". */
  svgEntityCharacters: 1024 * 1024,
  /** Elements of a drawing after each `use`, mask, pattern and marker was followed: some 50 µs each to draw. */
  svgDrawnElements: 250_000,
  /** Pixels that masks and filters of a drawing fill in between, once for each step: 0.5 µs each if all are blurs. */
  svgLayerPixels: 1_000_000_000,
  /** Steps of filters of a drawing: 1 ms each for a thumbnail, and more for more pixels. A shadow has three. */
  svgFilterSteps: 300,
  /** Points of one outline: what crosses itself so often takes a time that grows with their square. */
  svgOutlinePoints: 250_000,
  /** Pixels of raster pictures inside a drawing: they are decoded whole. */
  svgEmbeddedPixels: 50_000_000,
  /** A side of a picture of text: five times the widest screen. */
  textSide: 16_384,
  /** Pixels of a picture of text: 64 MB. Longer text in larger letters is made smaller. */
  textPixels: 16_000_000,
  /** Pixels of all frames of an animation: they lie in memory together, and must not take more than one large picture. */
  animationPixels: 100_000_000,
  /** Frames of an animation: a minute at 30 a second; each costs work of its own, however small it is. */
  animationFrames: 2_000,
  /** Pixels of a HEIC, decoded in WebAssembly: phones make 48 MP, and these take 2 to 4 s and 550 MB. */
  heicPixels: 50_000_000,
  /** Pixels of a JPEG XL, decoded in WebAssembly: 25 MP take 12 s and 1 GB. */
  jxlPixels: 25_000_000,
  /** Pixels of an icon: 1024x1024 is the largest in use, and masks are laid on in JavaScript, in some 30 ms. */
  icoPixels: 1_048_576,
  /**
   * Pixels for each byte of a file, beside those that every file of its format may have ({@link lightPixels}). A photograph
   * has some 20, the flattest drawing of a screen some 500; what has more is packed to cost time.
   */
  pixelsPerByte: 100,
  /** Bytes of EXIF: cameras write some 30 kB with a thumbnail in it, and a JPEG cannot hold more than 64 kB. */
  exifBytes: 1024 * 1024,
  /** Bytes between the segments of a JPEG that mean nothing: a few may stand before each marker. */
  fillBytes: 64 * 1024,
  /** Scans of a JPEG: encoders write about ten, and each is gone through for every block of the picture. */
  jpegScans: 100,
  /** Blocks of a GIF, those of its data counted: a frame of a megapixel has up to 4,000 of them. */
  gifBlocks: 1_000_000,
  /** Segments of a JPEG, chunks of a PNG or a WebP: real ones have some tens, and 2,000 if they move. */
  headerParts: 20_000,
  /** Bytes of a color profile, unpacked: those of printing presses have some 3 MB. */
  profileBytes: 4 * 1024 * 1024,
  /** Bytes, packed or not, among which a drawing's first element must be: comments and declarations of fonts come before. */
  svgHeadBytes: 64 * 1024,
  /** The longer side of a drawing in units so large that a picture of it is out of reach: that of a 4K screen. */
  svgSide: 4_096,
  /** A child process without work is ended after this, but for one: the next start costs 150 ms. */
  childIdleMs: 30_000,
  /** A child that holds more than this after a job is ended: one that has read a few photographs holds 100 to 200 MB. */
  childKeptBytes: 400 * 1024 * 1024,
  /** What the last of them may hold while there is nothing to do: twice what it has when it starts. */
  childRestBytes: 200 * 1024 * 1024,
  /** A file that could not be read is not tried again for so long, unless a purge names it: it may be mended meanwhile. */
  refusalMs: 30_000,
  /** Files that could not be read and are remembered: some 300 bytes each. */
  rememberedRefusals: 10_000,
  /** Pixels that each try of `optipress` encodes and looks at: as many as a score takes 150 ms for. */
  scoredPixels: 1_000_000,
  /** Bytes of an object's name in a storage: what Amazon S3 and Google Cloud Storage allow, and Azure for ASCII. */
  objectNameBytes: 1_024,
  /** Bytes that are read of the document in which a storage says why it refuses: they have some 500. */
  refusalBytes: 16 * 1024,
  /** A token of Google's is replaced this long before it ends: longer than a request takes, and clocks differ. */
  googleTokenSpareMs: 60_000,
  /** A file that changed this recently may change again within the same tick of a file system's clock: FAT's has 2 s. */
  freshFileMs: 2_000,
} as const;

/**
 * Pixels that a file of a few bytes may have, of formats that take a second for what JPEG or PNG is done with in a tenth:
 * each is decoded in half a second.
 */
export const lightPixels: Readonly<Record<string, number>> = {
  gif: 50_000_000,
  avif: 16_000_000,
  heic: 8_000_000,
  jxl: 2_000_000,
};
