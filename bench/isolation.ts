/**
 * `bun bench/isolation.ts [photo.jpg]`: what it costs to make pictures in processes of their own. The same renders in this
 * process and in children, as many at a time as the server runs, in alternating rounds; processor time of all processes
 * where Linux tells it, and the time that one picture takes alone.
 */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { negotiate, parseRequest, plainToken } from "../packages/core/src/index.ts";
import { createChildren } from "../packages/server/src/children/children.ts";
import { serverLimits } from "../packages/server/src/limits.ts";
import { inspect } from "../packages/server/src/origin/inspect.ts";
import type { Render } from "../packages/server/src/render/make-variant.ts";
import { render } from "../packages/server/src/render/render.ts";
import { sixMegapixels } from "./photo.ts";
import { markdownTable, median } from "./report.ts";

const rounds = 7;
const pictures = 40;
const parallel = availableParallelism() + 1;
const photo = await sixMegapixels(process.argv[2]);
const { format } = await inspect(photo);
const children = createChildren(
  {
    size: parallel,
    jobMs: 60_000,
    jobBytes: 4e9,
    // Each picture is to be made from the file.
    keepBytes: 0,
    keptBytes: serverLimits.childKeptBytes,
    idleMs: 60_000,
    restBytes: serverLimits.childRestBytes,
  },
  console.error,
);
const ways: Readonly<Record<"here" | "apart", Render>> = {
  here: (inputs, plan, output) => render(inputs, plan, output),
  apart: children.render,
};

let sent = 0;

async function make(way: Render, serial: number): Promise<void> {
  const { plan } = parseRequest(`/h.io/a.jpg?w=${350 + (serial % 100)}`, plainToken("doc"));
  await way({ original: photo, watermarks: [] }, plan, negotiate(plan.formats, null, format), {
    // Of another name each time: what a child keeps would not be handed over again.
    content: `photo ${sent++}`,
    others: 0,
  });
}

/** Processor time of this process and its children, in ms. */
function processorMs(): number {
  const ticks = (pid: number) => {
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.split(" ") ?? [];
    return Number(fields[11]) + Number(fields[12]);
  };
  return [process.pid, ...children.pids].reduce((sum, pid) => sum + ticks(pid) * 10, 0);
}

async function round(way: Render, atATime: number): Promise<{ wallMs: number; cpuMs: number }> {
  let left = pictures;
  const [startMs, startCpuMs] = [performance.now(), processorMs()];
  const worker = async () => {
    while (left-- > 0) await make(way, left);
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return {
    wallMs: (performance.now() - startMs) / pictures,
    cpuMs: (processorMs() - startCpuMs) / pictures,
  };
}

const rows: string[][] = [];
for (const atATime of [1, parallel]) {
  await round(ways.here, atATime);
  await round(ways.apart, atATime);
  const results = { here: [], apart: [] } as Record<keyof typeof ways, { wallMs: number; cpuMs: number }[]>;
  for (let at = 0; at < rounds; at++) {
    for (const name of ["here", "apart"] as const) results[name].push(await round(ways[name], atATime));
  }
  const ratio = (field: "wallMs" | "cpuMs") =>
    median(results.apart.map((apart, at) => apart[field] / (results.here[at]?.[field] ?? Number.NaN)));
  const middle = (name: keyof typeof ways, field: "wallMs" | "cpuMs") =>
    median(results[name].map((result) => result[field])).toFixed(1);
  for (const field of ["wallMs", "cpuMs"] as const) {
    rows.push([
      String(atATime),
      field === "wallMs" ? "time" : "processor time",
      middle("here", field),
      middle("apart", field),
      `${((ratio(field) - 1) * 100).toFixed(1)} %`,
    ]);
  }
}
console.log(markdownTable(["at a time", "a picture", "here, ms", "in children, ms", "cost"], rows));
children.close();
process.exit();
