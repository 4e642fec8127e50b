/** A table that a benchmark printed, in Markdown. */
export interface Table {
  /** The line above it, empty if there is none. */
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Reads the tables out of what a benchmark printed; what is printed between them is progress. */
export function readTables(output: string): Table[] {
  const tables: Table[] = [];
  let caption = "";
  let lines: string[][] = [];
  for (const line of [...output.split("\n"), ""]) {
    if (line.startsWith("|")) {
      lines.push(cellsOf(line));
      continue;
    }
    const [head, , ...rows] = lines;
    if (head && rows.length > 0) tables.push({ caption, head, rows });
    if (lines.length > 0) caption = "";
    lines = [];
    if (line.trim() !== "") caption = line.trim();
  }
  return tables;
}

/** What a benchmark says beside its tables: peers that are missing, means, and the worst case. */
export function readRemarks(output: string): string[] {
  return output
    .split("\n")
    .map((line) => line.trim())
    .filter((line) =>
      /^(missing|left out|not measured|worst|geometric|\w[\w ]* +[\d.]+ of \d+ cells)/.test(line),
    );
}

function cellsOf(line: string): string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}
