/**
 * Work for a child process: a function of a value that can be cloned, and of files as they came from outside. What it
 * answers can be cloned, too.
 */
// biome-ignore lint/suspicious/noExplicitAny: the table of jobs is what knows each one's types
export type Job = (input: any, files: readonly Uint8Array[]) => unknown;

/** Jobs by name, each loaded when it is first asked for. */
export type JobTable = Readonly<Record<string, () => Promise<Job>>>;

type JobOf<Table extends JobTable, Name extends keyof Table> = Awaited<ReturnType<Table[Name]>>;

export type InputOf<Table extends JobTable, Name extends keyof Table> = Parameters<JobOf<Table, Name>>[0];

export type OutputOf<Table extends JobTable, Name extends keyof Table> = Awaited<
  ReturnType<JobOf<Table, Name>>
>;

/** To the child, one job at a time: first its files in pieces, then what to do with them. */
export type JobMessage =
  | { readonly kind: "piece"; readonly file: number; readonly bytes: Uint8Array }
  | { readonly kind: "call"; readonly name: string; readonly input: unknown; readonly files: number };

/** From the child: errors with a public face keep it. `ready`: it has begun to listen. */
export type JobReply =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly output: unknown }
  | { readonly kind: "refused"; readonly code: string; readonly detail: string }
  | { readonly kind: "failed"; readonly message: string };
