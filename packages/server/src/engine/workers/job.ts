/**
 * Work for a worker thread: a pure function from one value that can be cloned to another. Typed arrays that stand at
 * the top of the result are moved, not copied, so that a job must not keep them.
 */
// biome-ignore lint/suspicious/noExplicitAny: the table of jobs is what knows each one's types
export type Job = (input: any) => unknown;

/** Jobs by name, each loaded when it is first asked for: a worker that reads HEIC needs no JPEG XL. */
export type JobTable = Readonly<Record<string, () => Promise<Job>>>;

type JobOf<Table extends JobTable, Name extends keyof Table> = Awaited<ReturnType<Table[Name]>>;

export type InputOf<Table extends JobTable, Name extends keyof Table> = Parameters<JobOf<Table, Name>>[0];

export type OutputOf<Table extends JobTable, Name extends keyof Table> = Awaited<
  ReturnType<JobOf<Table, Name>>
>;

/** To the worker; one at a time. */
export interface JobCall {
  readonly name: string;
  readonly input: unknown;
}

/** From the worker: errors with a public face keep it. */
export type JobReply =
  | { readonly kind: "done"; readonly output: unknown }
  | { readonly kind: "refused"; readonly code: string; readonly detail: string }
  | { readonly kind: "failed"; readonly message: string };
