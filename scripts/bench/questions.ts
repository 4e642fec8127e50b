/** One way to run a benchmark. */
export interface Run {
  readonly args: readonly string[];
  /** That it takes on two cores with nothing else to do. */
  readonly seconds: number;
}

/** One question that a benchmark answers. */
export interface Question {
  /** Names its results; `npm run bench -- name` answers it alone. */
  readonly name: string;
  readonly title: string;
  /** Below `bench/`, without `.ts`. */
  readonly script: string;
  /** For the figures that are published. */
  readonly full: Run;
  /** Where there is less time; left out where the other is short enough. */
  readonly quick?: Run;
  /** Column of its tables that is drawn, if any is a ratio. */
  readonly ratio?: string;
}

const run = (seconds: number, ...args: string[]): Run => ({ seconds, args });

const cells = (rounds: number, requests: number, formats: string, ...more: string[]) => [
  ...["--rounds", String(rounds), "--requests", String(requests), "--formats", formats],
  ...more,
];

const stills = ["--sources", "jpeg-0.3,jpeg-2,jpeg-6,jpeg-24,png-alpha,webp"];

/** In the order in which they are given time: what is claimed first comes first. */
export const questions: readonly Question[] = [
  {
    ...{ name: "http", title: "Hits over HTTP", script: "http", ratio: "× its processor time" },
    ...{ full: run(170), quick: run(65, "--quick") },
  },
  {
    ...{ name: "matrix", title: "Making pictures over HTTP", script: "matrix", ratio: "× it" },
    full: run(480, ...cells(3, 32, "jpeg,webp,avif", "--widths", "400")),
    quick: run(240, ...cells(3, 8, "jpeg,webp,avif", "--widths", "400")),
  },
  {
    ...{ name: "burst", title: "A page that asks for 18 sizes at once", script: "burst" },
    ...{ full: run(40), ratio: "× sharp" },
  },
  {
    ...{ name: "overload", title: "Hits while pictures are made", script: "overload" },
    ...{ full: run(75), quick: run(35, "--rounds", "2", "--seconds", "3") },
  },
  {
    ...{ name: "cores", title: "A second core", script: "cores", ratio: "ratio if both cores are free" },
    ...{ full: run(90), quick: run(40, "--rounds", "3", "--seconds", "1") },
  },
  {
    ...{ name: "sizes", title: "Making pictures of other sizes over HTTP", script: "matrix", ratio: "× it" },
    full: run(330, ...cells(3, 12, "jpeg,webp,png", "--widths", "100,1000,2000", "--no-ipx", ...stills)),
  },
  { name: "fidelity", title: "Fidelity of photographs", script: "fidelity", full: run(60) },
  { name: "cost", title: "What 1,000 pictures cost", script: "cost", full: run(60) },
  {
    ...{ name: "steady", title: "Memory under mixed load", script: "steady" },
    ...{ full: run(205), quick: run(95, "--minutes", "1", "--warm", "0.5") },
  },
  { name: "start", title: "Start of the binaries", script: "start", full: run(10) },
  {
    ...{ name: "full-cache", title: "Start with a full cache", script: "full-cache", ratio: "ratio" },
    ...{ full: run(60), quick: run(20, "--variants", "20000") },
  },
  { name: "avif", title: "AVIF at equal score", script: "avif", full: run(100) },
  { name: "registry", title: "Looking up purges", script: "registry", full: run(10) },
  { name: "first-paint", title: "The form", script: "first-paint", full: run(30) },
  { name: "purge", title: "From a purge to DONE", script: "purge", full: run(15) },
  { name: "purge-rate", title: "Purges per second", script: "purge/rate", full: run(60) },
  {
    ...{ name: "purge-unchanged", title: "A purge of what did not change", script: "purge/unchanged" },
    full: run(40),
  },
  { name: "purge-peers", title: "Purging beside Varnish and nginx", script: "purge/peers", full: run(90) },
  { name: "purge-postgres", title: "Purges with PostgreSQL", script: "purge/postgres", full: run(90) },
  { name: "purge-size", title: "Purges of few and of many", script: "purge/size", full: run(120) },
  { name: "purge-restart", title: "A restart of the log", script: "purge/restart", full: run(120) },
  { name: "purge-cut-off", title: "A purge with a server cut off", script: "purge/cut-off", full: run(150) },
];
