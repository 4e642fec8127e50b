import { FreshetError } from "@freshet/core";
import type { JobTable } from "./job.ts";

/** Test-only: what may go well or wrong in a worker. */
export const testJobs = {
  double: async () => (value: number) => value * 2,
  reverse: async () => (bytes: Uint8Array) => ({ reversed: bytes.toReversed(), length: bytes.length }),
  "part of a buffer": async () => () => ({ part: new Uint8Array([1, 2, 3, 4]).subarray(1, 3) }),
  "memory of WebAssembly": async () => () => ({
    memory: new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer),
  }),
  count: async () => (shared: Int32Array<SharedArrayBuffer>) => {
    for (;;) Atomics.add(shared, 0, 1);
  },
  hang: async () => () => {
    for (;;);
  },
  refuse: async () => () => {
    throw new FreshetError("image_broken", "it is torn");
  },
  fail: async () => () => {
    throw new TypeError("not so");
  },
  "fail later": async () => () => {
    setTimeout(() => {
      throw new TypeError("much later");
    });
    return new Promise<never>(() => {});
  },
  exit: async () => () => process.exit(3),
  "cannot be loaded": () => Promise.reject(new Error("no such file")),
  "cannot be cloned": async () => () => () => 1,
} as const satisfies JobTable;
