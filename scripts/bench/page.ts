import { barChart } from "./bar-chart.ts";
import type { Question } from "./questions.ts";
import { readRemarks, readTables, type Table } from "./read-tables.ts";

/** What one run of a benchmark gave, as it is kept in `docs/benchmarks/`. */
export interface Raw {
  readonly command: string;
  /** Day, UTC. */
  readonly date: string;
  readonly machine: string;
  /** Processes that were ready to run, in the minute before it began: above the count of cores others had their share. */
  readonly load: number;
  readonly seconds: number;
  /** `late`: it was ended, since it took much longer than it should. */
  readonly ended: "well" | "badly" | "late";
  readonly output: string;
}

export interface Page {
  readonly markdown: string;
  /** Text by name of file, beside the raw results. */
  readonly charts: ReadonlyMap<string, string>;
}

const intro = `# Benchmarks

Made by \`npm run bench\` out of what each benchmark printed, which lies in [benchmarks/](benchmarks/): one section for each
question, each with its command, the day, and how busy the machine was. Rows compare within one run whose rounds alternate;
do not compare rates of different runs. In the charts 1 is where both are equal, and to the right Freshet is ahead.
`;

const endings = {
  badly: "It failed, so this is not all of it.",
  late: "It was ended before it was done, since it took much longer than it should.",
};

/** @param raws by the question's name; questions without one were not measured */
export function makePage(questions: readonly Question[], raws: ReadonlyMap<string, Raw>): Page {
  const charts = new Map<string, string>();
  const sections = questions.map((question) => {
    const raw = raws.get(question.name);
    const head = `## ${question.title}\n`;
    if (!raw) return `${head}\nNot measured: \`npm run bench -- ${question.name}\`\n`;
    const tables = readTables(raw.output);
    const drawn = tables.flatMap((table, at) => {
      const chart = chartOf(question, table, at);
      if (!chart) return [];
      const name = `${question.name}${at === 0 ? "" : `-${at + 1}`}.svg`;
      charts.set(name, chart);
      return [`![${question.title}](benchmarks/${name})\n`];
    });
    const failed = raw.ended === "well" ? [] : [`${endings[raw.ended]}\n`];
    const remarks = readRemarks(raw.output).map((line) => `- ${line}`);
    return [
      head,
      `\`${raw.command}\` took ${Math.round(raw.seconds)} s on ${raw.date}; ${raw.machine}; load ${raw.load.toFixed(1)} before.\n`,
      ...failed,
      ...drawn,
      ...tables.map(markdownOf),
      ...(remarks.length > 0 ? [`${remarks.join("\n")}\n`] : []),
    ].join("\n");
  });
  return { markdown: [intro, ...sections].join("\n"), charts };
}

/** @param place of the table: the first is what the question is about, others say what they are */
function chartOf({ title, ratio }: Question, { caption, head, rows }: Table, place: number): string | null {
  const at = ratio === undefined ? -1 : head.indexOf(ratio);
  if (at === -1) return null;
  const bars = rows
    .map((row) => ({ label: row[0] ?? "", value: Number.parseFloat(row[at] ?? "") }))
    .filter(({ value }) => value > 0);
  return bars.length === 0 ? null : barChart(`${place === 0 ? title : caption}: ${ratio}`, bars);
}

function markdownOf({ caption, head, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const above = caption === "" ? "" : `${caption}\n\n`;
  return `${above}${[line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")}\n`;
}
