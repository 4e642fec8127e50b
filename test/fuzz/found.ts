import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FuzzRequest } from "./write-requests.ts";

/** Inputs that once found something, and are tried first in every run. */
export const foundFolder = join(import.meta.dir, "found");

/** Which service something is sent to. */
export type Service = "server" | "purge";

export interface FoundFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What was asked of it; `null` if it is not known. */
  readonly query: string | null;
}

export interface FoundRequest {
  readonly name: string;
  readonly to: Service;
  readonly request: FuzzRequest;
}

/** What differs from run to run, and what stands for it in a kept request. */
export type Names = Readonly<Record<"origin" | "key", string>>;

const endings = { query: ".query.txt", request: ".request.json" } as const;

function list(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith("."))
    .sort();
}

export function foundFiles(folder = foundFolder): FoundFile[] {
  const isFile = (name: string) => Object.values(endings).every((ending) => !name.endsWith(ending));
  return list(folder)
    .filter(isFile)
    .map((name) => {
      const query = join(folder, name + endings.query);
      return {
        name,
        bytes: readFileSync(join(folder, name)),
        query: existsSync(query) ? readFileSync(query, "utf8") : null,
      };
    });
}

/** @param query with which it found something */
export function keepFile(bytes: Uint8Array, query: string, what: string, folder = foundFolder): void {
  const path = join(folder, nameOf(bytes, what));
  writeFileSync(path, bytes);
  writeFileSync(path + endings.query, query);
}

export function foundRequests(names: Names, folder = foundFolder): FoundRequest[] {
  const fill = (text: string) => text.replaceAll("{origin}", names.origin).replaceAll("{key}", names.key);
  return list(folder)
    .filter((name) => name.endsWith(endings.request))
    .map((name) => {
      const { to, path, method, headers, body } = JSON.parse(readFileSync(join(folder, name), "utf8"));
      const filled = Object.entries(headers as Record<string, string>).map(([key, value]) => [
        key,
        fill(value),
      ]);
      const request = { path: fill(path), method, headers: Object.fromEntries(filled) };
      const bytes = body === undefined ? {} : { body: Buffer.from(body, "base64") };
      return { name, to, request: { ...request, ...bytes } };
    });
}

/** Keeps a request as text, with a body of any bytes. */
export function keepRequest(
  { to, request }: Pick<FoundRequest, "to" | "request">,
  what: string,
  names: Names,
  folder = foundFolder,
): void {
  const hide = (text: string) => text.replaceAll(names.origin, "{origin}").replaceAll(names.key, "{key}");
  const { body, path, method, headers } = request;
  const hidden = Object.entries(headers).map(([name, value]) => [name, hide(value)]);
  const kept = { to, method, path: hide(path), headers: Object.fromEntries(hidden) };
  const bytes = body === undefined ? {} : { body: Buffer.from(body).toString("base64") };
  const text = `${JSON.stringify({ ...kept, ...bytes }, null, 2)}\n`;
  writeFileSync(join(folder, nameOf(Buffer.from(text), what) + endings.request), text);
}

function nameOf(bytes: Uint8Array, what: string): string {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  return `${hash}-${what.replace(/[^a-z0-9]+/gi, "-").slice(0, 40)}`;
}
