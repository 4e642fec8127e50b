/** Postgres keeps every character but NUL: it becomes `\0`, and `\` becomes `\\`. */
export function escapeNul(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\0", "\\0");
}

export function unescapeNul(text: string): string {
  return text.replace(/\\(.)/gs, (_, next) => (next === "0" ? "\0" : next));
}
