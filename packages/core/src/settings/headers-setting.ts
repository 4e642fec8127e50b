import type { Setting } from "./setting.ts";

// RFC 9110 section 5.6.2: what a field's name is made of.
const fieldName = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
// Visible characters and blanks; a line break would begin another field.
const fieldValue = /^[\t\x20-\x7e]*$/;
/** What the connection, the conditions and the server's own needs decide. */
const ours =
  /^(host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|content-.*|expect|range|if-.*|accept-encoding)$/;
const secrets = /^(authorization|cookie)$/;

/**
 * Headers that a web server is sent with each request: a table in the file, lines of `Name: value` in the environment
 * or in a file that it names, which is where secrets belong.
 */
export function headersSetting(key: string | null, env: string): Setting<Readonly<Record<string, string>>> {
  return {
    key,
    env,
    fallback: {},
    secret: true,
    accepts: "headers by name; in the environment, lines of `Name: value`",
    doc: "Headers that are sent with each request. Secret ones belong in the environment, as lines of `Name: value`.",
    read: (raw) => (typeof raw === "string" ? readLines(raw) : readHeaderTable(raw, env)),
  };
}

function readLines(text: string): Readonly<Record<string, string>> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      if (colon === -1) throw new RangeError("lines of `Name: value`");
      return readHeader(line.slice(0, colon), line.slice(colon + 1));
    }),
  );
}

/**
 * Headers from a table of the file.
 * @param env variable that secret ones belong in
 * @throws RangeError with what was expected
 */
export function readHeaderTable(raw: unknown, env: string): Readonly<Record<string, string>> {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    throw new RangeError("a table of headers");
  const headers = Object.entries(raw).map(([name, value]) => readHeader(name, value));
  const secret = headers.find(([name]) => secrets.test(name));
  if (secret) throw new RangeError(`headers without secrets ("${secret[0]}" belongs in ${env})`);
  return Object.fromEntries(headers);
}

function readHeader(rawName: string, value: unknown): [name: string, value: string] {
  const name = rawName.trim().toLowerCase();
  if (!fieldName.test(name)) throw new RangeError("names of headers, as in `X-Origin: freshet`");
  if (ours.test(name)) throw new RangeError(`headers other than "${name}", which Freshet sets itself`);
  if (typeof value !== "string" || !fieldValue.test(value)) {
    throw new RangeError(`a text of one line in ASCII for the header "${name}"`);
  }
  return [name, value.trim()];
}
