import { writeFileSync } from "node:fs";
import { FreshetError } from "@freshet/core";
import { takeOver } from "./hand-over.ts";
import type { JobCall, JobEnd, JobMessage, JobReply, JobTable } from "./job.ts";
import { createKeptFiles, type KeptFile, type KeptFiles } from "./kept-files.ts";

/**
 * The child's side of `createChildPool`: what a child's entry calls, and all that it does. It ends when its parent does.
 */
export function answerJobs(table: JobTable): void {
  offerToEnd();
  const keptFiles = createKeptFiles();
  let given: Uint8Array[] = [];
  process.on("message", async (message: JobMessage) => {
    if (message.kind !== "call") {
      given[message.file] = message.kind === "bytes" ? message.bytes : takeOver(message.path);
      return;
    }
    // What is kept was not sent.
    const sent = Array.from({ length: message.files }, (_, at) => given[at] ?? new Uint8Array(0));
    given = [];
    const kept = keep(keptFiles, message, sent[0]);
    const files = kept ? [kept.bytes, ...sent.slice(1)] : sent;
    const end = await perform(table, message.name, message.input, files, kept);
    send({ kind: "kept", names: keptFiles.settle(message.keepBytes) });
    send(end);
  });
  process.on("disconnect", () => process.exit(0));
  send({ kind: "ready" });
}

function keep(files: KeptFiles, { keep, isKept }: JobCall, first: Uint8Array | undefined): KeptFile | null {
  if (keep === null || first === undefined) return null;
  return isKept ? files.take(keep) : files.add(keep, first);
}

/** Where memory runs out, Linux shall end a child and not the server. */
function offerToEnd(): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", "800");
  } catch {
    // Other systems choose by themselves.
  }
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
  kept: KeptFile | null,
): Promise<JobEnd> {
  try {
    const load = table[name];
    if (!load) return { kind: "failed", message: `there is no job ${name}` };
    const job = await load();
    return { kind: "done", output: await job(input, files, kept) };
  } catch (error) {
    if (error instanceof FreshetError) return { kind: "refused", code: error.code, detail: error.detail };
    return {
      kind: "failed",
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}
