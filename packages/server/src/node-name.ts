import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";

/** The durable name of a node, made at its first start: the host's name, for people, and what makes it unique. */
export function nodeName(file: string): string {
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  const name = `${hostname()}-${randomUUID().slice(0, 8)}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${name}\n`);
  return name;
}
