/** An error that comes again is told again after this long, with how often it came. */
const everyMs = 60_000;
/** Different ones that are remembered. */
const maxKinds = 100;

/**
 * Tells of each error once a minute at most: a disk that is full fails at every picture.
 * @param nowMs monotonic
 */
export function reportRarely(
  report: (error: unknown) => void,
  nowMs: () => number,
): (error: unknown) => void {
  const told = new Map<string, { atMs: number; more: number }>();
  return (error) => {
    const kind = kindOf(error);
    const last = told.get(kind);
    if (last && nowMs() - last.atMs < everyMs) {
      last.more++;
      return;
    }
    if (told.size >= maxKinds) told.clear();
    told.set(kind, { atMs: nowMs(), more: 0 });
    report(
      last?.more
        ? new Error(`${kind} (${last.more} times more in the last minutes)`, { cause: error })
        : error,
    );
  };
}

/** Without what differs from one file to the next. */
function kindOf(error: unknown): string {
  const { code, syscall } = error as { code?: string; syscall?: string };
  return code ? [code, syscall].filter(Boolean).join(" ") : String(error);
}
