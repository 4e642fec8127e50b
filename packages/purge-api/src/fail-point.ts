/** Moments at which a test lets the process die. */
export interface FailPoints {
  /** A job is on disk and nobody has heard of it yet. */
  onCommit(): void;
  /** A step of compacting the log is written. */
  onCompaction(): void;
}

/**
 * For tests of what a crash leaves behind: `FRESHET_FAIL_POINT=after-commit:3` ends the process, as `kill -9` would, when
 * it has stored its third job and told nobody; `compaction:3` after the third step of compacting the log. Without the
 * variable nothing happens.
 */
export function failPoints(setting: string | undefined): FailPoints {
  return { onCommit: failPoint("after-commit", setting), onCompaction: failPoint("compaction", setting) };
}

function failPoint(name: string, setting: string | undefined): () => void {
  const [, of, count] = /^([a-z-]+):(\d+)$/.exec(setting ?? "") ?? [];
  if (of !== name) return () => {};
  let left = Number(count);
  return () => {
    left--;
    if (left <= 0) process.kill(process.pid, "SIGKILL");
  };
}
