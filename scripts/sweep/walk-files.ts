import { readdirSync, realpathSync, type Stats, statSync } from "node:fs";

/** Something in a folder: a file to try, or what there is to be said instead. Paths are bytes, as Linux has them. */
export interface Found {
  readonly path: Buffer;
  readonly bytes: number;
  /** Why it is not tried; `null` for a regular file. */
  readonly skipped: string | null;
}

/**
 * Everything below a folder (or one file), in order of its bytes. Links are followed, but into no folder a second time,
 * nor into one that lies elsewhere.
 */
export function walkFiles(path: Buffer): Generator<Found> {
  return walk(path, realPath(path), new Set());
}

function* walk(path: Buffer, root: string, entered: Set<string>): Generator<Found> {
  const stats = look(path);
  if (typeof stats === "string") return yield { path, bytes: 0, skipped: stats };
  if (stats.isFile()) return yield { path, bytes: stats.size, skipped: null };
  if (!stats.isDirectory()) return yield { path, bytes: 0, skipped: "neither a file nor a folder" };
  const real = realPath(path);
  if (real !== root && !real.startsWith(`${root}/`)) {
    return yield { path, bytes: 0, skipped: "a link to a folder elsewhere" };
  }
  if (entered.has(real)) return;
  entered.add(real);
  const names = list(path);
  if (typeof names === "string") return yield { path, bytes: 0, skipped: names };
  for (const name of names) yield* walk(Buffer.concat([path, Buffer.from("/"), name]), root, entered);
}

/** One character per byte. */
function realPath(path: Buffer): string {
  return realpathSync(path, "buffer").toString("latin1");
}

function look(path: Buffer): Stats | string {
  try {
    return statSync(path);
  } catch (error) {
    return reasonOf(error);
  }
}

function list(path: Buffer): Buffer[] | string {
  try {
    return readdirSync(path, { encoding: "buffer" }).sort(Buffer.compare);
  } catch (error) {
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): string {
  const { code = "cannot be read" } = error as NodeJS.ErrnoException;
  return code === "ENOENT" ? "a link to nowhere" : code;
}

/** For one line of a terminal, whatever a name is made of: nothing in it moves the cursor or turns the direction. */
export function printable(path: Buffer): string {
  return path.toString("utf8").replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd]/gu, escaped);
}

function escaped(character: string): string {
  return `\\u${character.codePointAt(0)?.toString(16).padStart(4, "0")}`;
}
