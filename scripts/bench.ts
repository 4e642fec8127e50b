/** `npm run bench`: every benchmark in turn. One alone: `bun bench/render.ts`. */
import { root, run } from "./run.ts";

const purge = ["rate", "postgres", "cut-off", "size", "unchanged", "restart", "peers"].map(
  (name) => `bench/purge/${name}.ts`,
);
const benchmarks = [
  "bench/start.ts",
  "bench/render.ts",
  "bench/hits.ts",
  "bench/purge.ts",
  "bench/registry.ts",
  "bench/first-paint.ts",
  ...purge,
];

if ((await run([process.execPath, "scripts/build.ts"])) !== 0) process.exit(1);
let exitCode = 0;
for (const benchmark of benchmarks) {
  console.log(`\n── ${benchmark}`);
  if ((await run([process.execPath, `${root}${benchmark}`])) !== 0) exitCode = 1;
}
process.exit(exitCode);
