import { createGuardedFetch } from "@freshet/outbound/guarded-fetch";
import { freely } from "../test-origin.ts";
import { createHttpSource } from "./http.ts";

/** Test-only program: fetches `https://{name}:{port}/` on this machine for each name, and prints what came as JSON. */
const [port, ...names] = process.argv.slice(2);
const source = createHttpSource({
  guardedFetch: createGuardedFetch({ resolve: async () => ["127.0.0.1"] }),
  loopName: "freshet-test",
  timeoutMs: 5_000,
  maxBytes: 1_000,
});
const results: string[] = [];
for (const name of names) {
  const answer = source.fetch(`https://${name}:${port}/`, null, freely);
  results.push(
    await answer.then(
      (got) => (got.kind === "body" ? Buffer.from(got.bytes).toString() : got.kind),
      (error) => error.code,
    ),
  );
}
console.log(JSON.stringify(results));
