/**
 * For tests of what a crash leaves behind: `FRESHET_FAIL_POINT=after-commit:3` ends the process, as `kill -9` would, when
 * it has stored its third job and told nobody. Without the variable nothing happens.
 */
export function failPoint(setting: string | undefined): () => void {
  const [, count] = /^after-commit:(\d+)$/.exec(setting ?? "") ?? [];
  if (count === undefined) return () => {};
  let left = Number(count);
  return () => {
    left--;
    if (left <= 0) process.kill(process.pid, "SIGKILL");
  };
}
