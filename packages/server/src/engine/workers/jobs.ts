import type { JobTable } from "./job.ts";

/**
 * All that is done off the main thread, because it would hold up every other request for longer than some 10 ms: codecs
 * in WebAssembly, and calculations on pixels in plain JavaScript. To add one: a function of one argument in a file that
 * imports neither sharp nor another native addon (they are not safe in worker threads under Bun), and one line here.
 */
export const jobs = {
  "decode-heic": async () => (await import("../decoders/heic-job.ts")).decodeHeic,
  "decode-jxl": async () => (await import("../decoders/jxl-job.ts")).decodeJxl,
  "decode-profiled-jxl": async () => (await import("../decoders/jxl-profile-job.ts")).decodeProfiledJxl,
  "clean-svg": async () => (await import("../svg/clean-svg.ts")).cleanSvg,
  "draw-svg": async () => (await import("../svg/draw-job.ts")).drawSvg,
  "draw-text": async () => (await import("../text/text-job.ts")).drawText,
  "prepare-score": async () => (await import("../perceptual/score-job.ts")).prepareScore,
  score: async () => (await import("../perceptual/score-job.ts")).scoreCandidate,
} as const satisfies JobTable;
