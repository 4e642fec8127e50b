/** One question that a benchmark answers. */
export interface Question {
  /** Names its results; `npm run bench -- name` answers it alone. */
  readonly name: string;
  readonly title: string;
  /** Below `bench/`, without `.ts`. */
  readonly script: string;
  /** For the figures that are published: at most three minutes on two cores. */
  readonly full?: readonly string[];
  /** To try it out. */
  readonly quick?: readonly string[];
  /** Column of its tables that is drawn. */
  readonly ratio?: string;
}

const few = ["--widths", "400", "--rounds", "2", "--requests", "8", "--formats", "jpeg", "--no-ipx"];

export const questions: readonly Question[] = [
  { name: "http", title: "Hits over HTTP", script: "http", quick: ["--quick"], ratio: "ratio" },
  { name: "hits", title: "Hits beside a bare Bun.serve", script: "hits", ratio: "ratio" },
  {
    name: "matrix",
    title: "Making pictures over HTTP",
    script: "matrix",
    full: ["--widths", "400", "--rounds", "3", "--requests", "8", "--formats", "jpeg,webp,avif"],
    quick: [...few, "--sources", "jpeg-2"],
    ratio: "× it",
  },
  { name: "burst", title: "A page that asks for 18 sizes at once", script: "burst" },
  { name: "cores", title: "A second core", script: "cores", ratio: "ratio if both cores are free" },
  { name: "cost", title: "What 1,000 pictures cost", script: "cost", full: ["--images", "24"] },
  { name: "avif", title: "AVIF at equal score", script: "avif" },
  { name: "steady", title: "Memory under mixed load", script: "steady", quick: ["--minutes", "0.5"] },
  { name: "start", title: "Start of the binaries", script: "start" },
  { name: "full-cache", title: "Start with a full cache", script: "full-cache" },
  { name: "purge", title: "From a purge to DONE", script: "purge" },
  { name: "purge-rate", title: "Purges per second", script: "purge/rate" },
  { name: "purge-size", title: "Purges of few and of many", script: "purge/size" },
  { name: "purge-cut-off", title: "A purge with a server cut off", script: "purge/cut-off" },
  { name: "purge-unchanged", title: "A purge of what did not change", script: "purge/unchanged" },
  { name: "purge-restart", title: "A restart of the log", script: "purge/restart" },
  { name: "purge-postgres", title: "Purges with PostgreSQL", script: "purge/postgres" },
  { name: "purge-peers", title: "Purging beside Varnish and nginx", script: "purge/peers" },
  { name: "registry", title: "Looking up purges", script: "registry" },
  { name: "first-paint", title: "The form", script: "first-paint" },
];
