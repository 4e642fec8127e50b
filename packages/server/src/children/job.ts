import type { KeptFile } from "./kept-files.ts";

/**
 * Work for a child process: a function of a value that can be cloned, and of files as they came from outside. What it
 * answers can be cloned, too. `kept` is the first file, where it may be kept for the next job.
 */
// biome-ignore lint/suspicious/noExplicitAny: the table of jobs is what knows each one's types
export type Job = (input: any, files: readonly Uint8Array[], kept: KeptFile | null) => unknown;

/** Jobs by name, each loaded when it is first asked for. */
export type JobTable = Readonly<Record<string, () => Promise<Job>>>;

type JobOf<Table extends JobTable, Name extends keyof Table> = Awaited<ReturnType<Table[Name]>>;

export type InputOf<Table extends JobTable, Name extends keyof Table> = Parameters<JobOf<Table, Name>>[0];

export type OutputOf<Table extends JobTable, Name extends keyof Table> = Awaited<
  ReturnType<JobOf<Table, Name>>
>;

/** To the child, one job at a time: first its files, then what to do with them. */
export type JobMessage =
  | { readonly kind: "bytes"; readonly file: number; readonly bytes: Uint8Array }
  | { readonly kind: "path"; readonly file: number; readonly path: string }
  | JobCall;

export interface JobCall {
  readonly kind: "call";
  readonly name: string;
  readonly input: unknown;
  readonly files: number;
  /** What the first file may be kept as; `null` = not at all. */
  readonly keep: string | null;
  /** It is kept already, and was not sent. */
  readonly isKept: boolean;
  /** Bytes that may be kept after the job, with all that was made of them. */
  readonly keepBytes: number;
}

/** How a job ended: errors with a public face keep it. */
export type JobEnd =
  | { readonly kind: "done"; readonly output: unknown }
  | { readonly kind: "refused"; readonly code: string; readonly detail: string }
  | { readonly kind: "failed"; readonly message: string };

/** From the child. `ready`: it has begun to listen. `kept`: the names of all that it keeps now, before a job's end. */
export type JobReply =
  | JobEnd
  | { readonly kind: "ready" }
  | { readonly kind: "kept"; readonly names: readonly string[] };
