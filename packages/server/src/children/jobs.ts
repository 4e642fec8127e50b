import type { JobTable } from "./job.ts";

/**
 * All that touches bytes of strangers with more than plain JavaScript, in the process that may die of it. To add one: a
 * function of a value and of files, and one line here.
 */
export const jobs = {
  "read-header": async () => (await import("./read-header.ts")).readHeader,
  render: async () => (await import("./render-files.ts")).renderFiles,
  "draw-png": async () => (await import("../engine/draw-png.ts")).drawPng,
} as const satisfies JobTable;

export type Jobs = typeof jobs;
