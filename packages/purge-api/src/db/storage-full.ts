/** SQLite's code, PostgreSQL's (`disk_full`), and the system's own for files beside the database. */
const codes: ReadonlySet<unknown> = new Set(["SQLITE_FULL", "53100", "ENOSPC", "EDQUOT"]);

/** Whether something could not be written because there is no room on the disk; drizzle wraps such errors. */
export function isStorageFull(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code, errno } = at as { code?: unknown; errno?: unknown };
    if (codes.has(code) || codes.has(errno)) return true;
  }
  return false;
}
