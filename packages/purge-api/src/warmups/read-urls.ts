import { FreshetError, limits } from "@freshet/core";
import { parseJson } from "../routes/read-body.ts";

/** What a call asks to have ready. */
export interface WarmupCall {
  readonly lines: readonly string[];
  /** `null`: as a browser of today. */
  readonly accept: string | null;
}

/**
 * The list of a warm-up, in each form that Cloudimage takes: JSON `{"data": […]}`, `text/csv` with one URL a line, or a
 * form with such a file in it.
 *
 * @throws FreshetError `bad_json`, or `bad_warmup` for what is no such list, is empty, or too long
 * @see reference/cloudimage.md section 13.2
 */
export async function readWarmupCall(contentType: string | null, bytes: Uint8Array): Promise<WarmupCall> {
  const type = (contentType ?? "").toLowerCase();
  if (type.startsWith("multipart/form-data")) return readForm(contentType as string, bytes);
  if (type.startsWith("text/csv") || type.startsWith("text/plain")) {
    return { lines: checkLines(csvLines(bytes)), accept: null };
  }
  const body = parseJson(bytes);
  const { data, accept = null } = (typeof body === "object" && body !== null ? body : {}) as Record<
    string,
    unknown
  >;
  if (accept !== null && (typeof accept !== "string" || accept.length > maxAcceptChars)) {
    throw bad(`accept is a text of at most ${maxAcceptChars} characters, such as "image/webp,*/*"`);
  }
  if (!Array.isArray(data) || !data.every((line) => typeof line === "string")) {
    throw bad('expected {"data": ["/sample.li/flat.jpg?w=500"]}');
  }
  return { lines: checkLines(data), accept };
}

const maxAcceptChars = 500;

async function readForm(contentType: string, bytes: Uint8Array): Promise<WarmupCall> {
  const form = await new Response(bytes, { headers: { "content-type": contentType } })
    .formData()
    .catch(() => {
      throw bad("the form cannot be read");
    });
  const file = form.get("file");
  if (file === null) throw bad('the form has no part called "file"');
  const content = typeof file === "string" ? new TextEncoder().encode(file) : await file.bytes();
  return { lines: checkLines(csvLines(content)), accept: null };
}

/** The first column of each line that is not empty. */
function csvLines(bytes: Uint8Array): string[] {
  const text = decode(bytes);
  const cells = text.split(/\r\n|\r|\n/).map((line) => {
    const [, quoted] = /^\s*"((?:[^"]|"")*)"/.exec(line) ?? [];
    return quoted?.replaceAll('""', '"') ?? line.trim();
  });
  const lines = cells.filter((cell) => cell !== "");
  // Spreadsheets name their columns.
  return /^urls?$/i.test(lines[0] ?? "") ? lines.slice(1) : lines;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw bad("the list is not UTF-8");
  }
}

function checkLines(lines: readonly string[]): readonly string[] {
  if (lines.length === 0) throw bad("the list is empty");
  if (lines.length > limits.purgePaths) {
    throw bad(`one call takes ${limits.purgePaths} URLs, this one has ${lines.length}`);
  }
  return lines;
}

function bad(detail: string): FreshetError {
  return new FreshetError("bad_warmup", detail);
}
