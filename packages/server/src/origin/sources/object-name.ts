import { FreshetError } from "@freshet/core";
import { serverLimits } from "../../limits.ts";

/**
 * The name of an object (or file), from the path of its URL: `/a%20b/c.jpg` → `a b/c.jpg`.
 *
 * Names are taken literally by some storages and as paths by others, and `fetch` itself removes dots from paths. So what
 * could mean another object than it says, or leave the folder that a storage is limited to, names nothing.
 *
 * @param path percent-encoded, with its leading slash
 * @throws FreshetError `origin_not_found`
 */
export function objectName(path: string): string {
  const segments = path.replace(/^\//, "").split("/").map(decode);
  const name = segments.join("/");
  if (name === "") throw nothing("the path names no object of the storage");
  if (segments.some((segment) => segment === "." || segment === "..")) {
    throw nothing("no object is reached by way of `.` or `..`");
  }
  if (segments.some((segment) => segment.includes("/"))) {
    // A second spelling would be a second original, which a purge of the first does not reach.
    throw nothing("a slash in an object's name is not percent-encoded");
  }
  if (Buffer.byteLength(name) > serverLimits.objectNameBytes) {
    throw nothing(`names of objects have at most ${serverLimits.objectNameBytes} bytes`);
  }
  return name;
}

function decode(segment: string): string {
  let text: string;
  try {
    text = decodeURIComponent(segment);
  } catch {
    throw nothing("the path is not UTF-8");
  }
  for (const character of text) {
    if (character < " " || character === "\x7f") throw nothing("the path contains a control character");
  }
  return text;
}

function nothing(detail: string): FreshetError {
  return new FreshetError("origin_not_found", detail);
}
