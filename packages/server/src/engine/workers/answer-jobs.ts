import { FreshetError } from "@freshet/core";
import type { JobCall, JobReply, JobTable } from "./job.ts";

// Written out, because the sources are checked without the DOM's types.
declare const self: {
  onmessage: ((event: { readonly data: JobCall }) => void) | null;
  postMessage(message: JobReply, transfer?: readonly ArrayBuffer[]): void;
};

/** The worker's side of `createWorkerPool`: what a worker's entry file calls, and all that it does. */
export function answerJobs(table: JobTable): void {
  self.onmessage = async ({ data: { name, input } }) => {
    const reply = await perform(table, name, input);
    try {
      self.postMessage(reply, reply.kind === "done" ? movable(reply.output) : []);
    } catch (error) {
      self.postMessage({ kind: "failed", message: `the result cannot be sent: ${String(error)}` });
    }
  };
}

async function perform(table: JobTable, name: string, input: unknown): Promise<JobReply> {
  try {
    const load = table[name];
    if (!load) return { kind: "failed", message: `there is no job ${name}` };
    const job = await load();
    return { kind: "done", output: await job(input) };
  } catch (error) {
    if (error instanceof FreshetError) return { kind: "refused", code: error.code, detail: error.detail };
    return { kind: "failed", message: String(error) };
  }
}

/** Buffers of the typed arrays at the top of a value. */
function movable(output: unknown): ArrayBuffer[] {
  if (typeof output !== "object" || output === null) return [];
  const values = ArrayBuffer.isView(output) ? [output] : Object.values(output);
  const buffers = values.filter((value) => ArrayBuffer.isView(value)).map(({ buffer }) => buffer);
  return [...new Set(buffers)].filter((buffer) => buffer instanceof ArrayBuffer);
}
