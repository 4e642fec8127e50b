import { FreshetError } from "@freshet/core";
import type { JobTable } from "./job.ts";
import type { KeptFile } from "./kept-files.ts";

/** Test-only: what may go well or wrong in a child. */
export const testJobs = {
  double: async () => (value: number) => value * 2,
  reverse: async () => (_input: null, files: readonly Uint8Array[]) =>
    files.map((bytes) => bytes.toReversed()),
  "use kept": async () => (_input: null, files: readonly Uint8Array[], kept: KeptFile | null) => {
    const uses = (kept?.made.get("uses")?.data.length ?? 0) + 1;
    kept?.made.set("uses", { data: new Uint8Array(uses) });
    return { length: files[0]?.length, first: files[0]?.[0], uses: kept ? uses : 0 };
  },
  environment: async () => () => ({ ...process.env }),
  pid: async () => () => process.pid,
  hang: async () => () => {
    for (;;);
  },
  "hang in WebAssembly": async () => async () => {
    // (module (func (export "f") (loop br 0)))
    const bytes = Buffer.from(
      "0061736d0100000001040160000003020100070501016600000a0901070003400c000b0b",
      "hex",
    );
    const { instance } = await WebAssembly.instantiate(bytes);
    (instance.exports.f as () => void)();
  },
  "take memory": async () => async () => {
    const held: Uint8Array[] = [];
    for (;;) {
      held.push(new Uint8Array(8_000_000).fill(1));
      await Bun.sleep(1);
    }
  },
  "hold memory": async () => (bytes: number) => {
    Object.assign(globalThis, { held: new Uint8Array(bytes).fill(1) });
  },
  signal: async () => (name: NodeJS.Signals) => {
    process.kill(process.pid, name);
    return new Promise<never>(() => {});
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
