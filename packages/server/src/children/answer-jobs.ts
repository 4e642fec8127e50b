import { writeFileSync } from "node:fs";
import { FreshetError } from "@freshet/core";
import { takeOver } from "./hand-over.ts";
import type { JobCall, JobEnd, JobReply, JobTable } from "./job.ts";
import { createKeptFiles, type KeptFile, type KeptFiles } from "./kept-files.ts";

/**
 * The child's side of `createChildPool`: what a child's entry calls, and all that it does. It ends when its parent does.
 */
export function answerJobs(table: JobTable): void {
  offerToEnd();
  const keptFiles = createKeptFiles();
  process.on("message", async (call: JobCall) => {
    const sent = call.files.map((file) => file && takeOver(file));
    if (call.files.some((file, at) => file && !sent[at])) return send({ kind: "missing" });
    const kept = keep(keptFiles, call, sent[0] ?? null);
    const files = sent.map((bytes) => bytes ?? (kept as KeptFile).bytes);
    const end = await perform(table, call.name, call.input, files, kept);
    reply(end, keptFiles.settle(call.keepBytes));
  });
  process.on("disconnect", () => process.exit(0));
  send({ kind: "ready" });
}

function keep(files: KeptFiles, { keep }: JobCall, first: Uint8Array | null): KeptFile | null {
  if (keep === null) return null;
  return first ? files.add(keep, first) : files.take(keep);
}

/** Where memory runs out, Linux shall end a child and not the server. */
function offerToEnd(): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", "800");
  } catch {
    // Other systems choose by themselves.
  }
}

function reply(end: JobEnd, kept: readonly string[]): void {
  try {
    send({ kind: "ended", end, kept });
  } catch (error) {
    const message = `the result cannot be sent: ${String(error)}`;
    send({ kind: "ended", end: { kind: "failed", message }, kept });
  }
}

function send(reply: JobReply): void {
  process.send?.(reply);
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
