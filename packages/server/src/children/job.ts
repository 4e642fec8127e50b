import type { StoredFile } from "../cache/store.ts";
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

/** A file for a child: as it is, where it was laid for this child, or where it lies in the cache. */
export type GivenFile =
  | { readonly bytes: Uint8Array }
  | { readonly path: string }
  | { readonly stored: StoredFile };

/** To the child, one job at a time: what to do with which files. */
export interface JobCall {
  readonly name: string;
  readonly input: unknown;
  /** `null`: it is kept already, and is not sent again. */
  readonly files: readonly (GivenFile | null)[];
  /** What the first file may be kept as; `null` = not at all. */
  readonly keep: string | null;
  /** Bytes that may be kept after the job, with all that was made of them. */
  readonly keepBytes: number;
}

/** How a job ended: errors with a public face keep it. */
export type JobEnd =
  | { readonly kind: "done"; readonly output: unknown }
  | { readonly kind: "refused"; readonly code: string; readonly detail: string }
  | { readonly kind: "failed"; readonly message: string };

/**
 * From the child: that it has begun to listen; that a file does not lie in the cache, or is damaged, and nothing was done;
 * how a job ended and what it keeps now.
 */
export type JobReply =
  | { readonly kind: "ready" }
  | { readonly kind: "missing" }
  | { readonly kind: "ended"; readonly end: JobEnd; readonly kept: readonly string[] };
