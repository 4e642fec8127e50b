import { writeFileSync } from "node:fs";
import { FreshetError } from "@freshet/core";
import type { JobMessage, JobReply, JobTable } from "./job.ts";

/**
 * The child's side of `createChildPool`: what a child's entry calls, and all that it does. It ends when its parent does.
 */
export function answerJobs(table: JobTable): void {
  offerToEnd();
  let pieces: Uint8Array[][] = [];
  process.on("message", async (message: JobMessage) => {
    if (message.kind === "piece") {
      pieces[message.file] ??= [];
      pieces[message.file]?.push(message.bytes);
      return;
    }
    const files = Array.from({ length: message.files }, (_, at) => joined(pieces[at] ?? []));
    pieces = [];
    send(await perform(table, message.name, message.input, files));
  });
  process.on("disconnect", () => process.exit(0));
  send({ kind: "ready" });
}

/** Where memory runs out, Linux shall end a child and not the server. */
function offerToEnd(): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", "800");
  } catch {
    // Other systems choose by themselves.
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
}

function send(reply: JobReply): void {
  try {
    process.send?.(reply);
  } catch (error) {
    process.send?.({ kind: "failed", message: `the result cannot be sent: ${String(error)}` });
  }
}

async function perform(
  table: JobTable,
  name: string,
  input: unknown,
  files: readonly Uint8Array[],
): Promise<JobReply> {
  try {
    const load = table[name];
    if (!load) return { kind: "failed", message: `there is no job ${name}` };
    const job = await load();
    return { kind: "done", output: await job(input, files) };
  } catch (error) {
    if (error instanceof FreshetError) return { kind: "refused", code: error.code, detail: error.detail };
    return {
      kind: "failed",
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}
