/** A job that came to no end of its own. */
export class JobError extends Error {
  override readonly name = "JobError";
  /**
   * `thrown`: an error without a public face; `late`: over its time; `memory`: over its memory; `crashed`: its process
   * broke down over it; `killed`: its process was ended from outside, which says nothing about the job.
   */
  readonly reason: "thrown" | "late" | "memory" | "crashed" | "killed";

  constructor(reason: JobError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}
