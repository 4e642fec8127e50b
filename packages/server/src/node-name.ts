import { randomUUID } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";

/** The durable name of a node, made at its first start: the host's name, for people, and what makes it unique. */
export function nodeName(file: string): string {
  if (!existsSync(file)) make(file);
  return readFileSync(file, "utf8").trim();
}

/** Of several processes that start at once, one makes it, whole. */
function make(file: string): void {
  const id = randomUUID();
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${id}`;
  writeFileSync(draft, `${hostname()}-${id.slice(0, 8)}\n`);
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as { code?: string }).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft);
  }
}
