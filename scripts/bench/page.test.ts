import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { barChart } from "./bar-chart.ts";
import { makePage, type Raw } from "./page.ts";
import { questions } from "./questions.ts";
import { readRemarks, readTables } from "./read-tables.ts";

const output = `progress  1  2
missing: Varnish: not installed

Two of them, medians

|  | its, /s | ratio |
| --- | --- | --- |
| hits <a> | 10 | 2.00 |
| misses | 20 | 0.50 |

And another

| what | ms |
| --- | --- |
| start | 3 |
`;

test("tables are read with the line above them", () => {
  expect(readTables(output)).toEqual([
    {
      caption: "Two of them, medians",
      head: ["", "its, /s", "ratio"],
      rows: [
        ["hits <a>", "10", "2.00"],
        ["misses", "20", "0.50"],
      ],
    },
    { caption: "And another", head: ["what", "ms"], rows: [["start", "3"]] },
  ]);
  expect(readTables("nothing\n")).toEqual([]);
  expect(readRemarks(output)).toEqual(["missing: Varnish: not installed"]);
});

test("half and twice are bars of one length, on both sides of 1", () => {
  const chart = barChart("t", [
    { label: "a<b", value: 2 },
    { label: "c", value: 0.5 },
  ]);
  const widths = [...chart.matchAll(/<rect class="(\w+)" x="([\d.]+)" y="\d+" width="([\d.]+)"/g)];
  expect(widths.map(([, name, x, width]) => [name, Number(x), Number(width)])).toEqual([
    ["more", 550, 150],
    ["less", 400, 150],
  ]);
  expect(chart).toContain("a&#60;b");
});

test("the page has each question, with its chart, or says that it was not measured", () => {
  const raw: Raw = {
    ...{ command: "bun bench/a.ts", date: "2026-01-02", machine: "2 cores", load: 0.5 },
    ...{ seconds: 9.6, ended: "well" as const, output },
  };
  const questions = [
    { name: "a", title: "First", script: "a", ratio: "ratio", full: { args: [], seconds: 9 } },
    { name: "b", title: "Second", script: "b", full: { args: [], seconds: 9 } },
  ];
  const { markdown, charts } = makePage(questions, new Map([["a", raw]]));
  expect([...charts.keys()]).toEqual(["a.svg"]);
  expect(markdown).toContain("![First](benchmarks/a.svg)");
  expect(markdown).toContain("`bun bench/a.ts` took 10 s on 2026-01-02; 2 cores; load 0.5 before.");
  expect(markdown).toContain("| misses | 20 | 0.50 |");
  expect(markdown).toContain("- missing: Varnish: not installed");
  expect(markdown).toContain("## Second\n\nNot measured: `npm run bench -- b`");
});

test("documents name only benchmarks that there are", async () => {
  const root = join(import.meta.dir, "../..");
  const named = new Set<string>();
  const documents = ["*.md", "docs/*.md"].flatMap((glob) => [...new Bun.Glob(glob).scanSync(root)]);
  for (const file of documents) {
    const text = await Bun.file(join(root, file)).text();
    for (const [path] of text.matchAll(/\bbench\/[\w/-]+\.ts/g)) named.add(path);
  }
  expect(named.size).toBeGreaterThan(10);
  expect([...named].filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("each question has its benchmark", () => {
  const scripts = questions.map(({ script }) => join(import.meta.dir, `../../bench/${script}.ts`));
  expect(scripts.filter((path) => !existsSync(path))).toEqual([]);
});
