import { describeTarget, type Touched } from "@freshet/core";
import type { DryRun } from "../jobs/dry-run.ts";

/**
 * The answer to `POST /invalidate` with `"dry_run": true`: 200, no job, nothing is purged.
 *
 * ```json
 * {
 *   "status": "success",
 *   "msg": "Nothing was purged: this is what the invalidation would touch",
 *   "dry_run": {
 *     "scope": "original",
 *     "urls": { "received": ["/sample.li/*"], "invalidated": ["/sample.li/*"], "failed": [] },
 *     "problems": [],
 *     "originals": 24, "variants": 130, "bytes": 4816822,
 *     "at_least": false,
 *     "sample": { "originals": ["/sample.li/flat.jpg"], "urls": ["/v7/sample.li/flat.jpg?w=500"] },
 *     "nodes": [
 *       { "id": "web-1-8f1c22d0", "state": "answered", "originals": 12, "variants": 65, "bytes": 2408411, "at_least": false },
 *       { "id": "web-2-77ab01c9", "state": "silent" }
 *     ]
 *   }
 * }
 * ```
 *
 * `originals`, `variants` (finished pictures) and `bytes` are sums over the nodes, each with its own copies; a
 * folder that several share is counted once. `at_least`
 * says that there may be more: a node did not answer in time (`silent`), or had more than it could count in half a
 * second. `urls` and `problems` are those of the job that a purge would make.
 */
export function dryRunBody({ invalidation, nodes }: DryRun) {
  const { scope, received, rows, failed } = invalidation;
  const answers = nodes.flatMap(({ answer }) => (answer === null ? [] : [answer]));
  // Of nodes that share a folder, one speaks for all.
  const folders = [...new Map(answers.map((answer) => [answer.folder, answer])).values()];
  const sum = (count: (touched: Touched) => number) => folders.reduce((all, each) => all + count(each), 0);
  return {
    scope,
    urls: {
      received,
      invalidated: rows.map(({ target }) => describeTarget(target)),
      failed: failed.map(({ url }) => url),
    },
    problems: failed,
    originals: sum(({ originals }) => originals),
    variants: sum(({ variants }) => variants),
    bytes: sum(({ bytes }) => bytes),
    at_least: answers.length < nodes.length || answers.some(({ atLeast }) => atLeast),
    sample: {
      originals: first(answers.map(({ sample }) => sample.originals.map(pathOf))),
      urls: first(answers.map(({ sample }) => sample.urls)),
    },
    nodes: nodes.map(({ node, answer }) =>
      answer === null
        ? { id: node, state: "silent" as const }
        : {
            id: node,
            state: "answered" as const,
            originals: answer.originals,
            variants: answer.variants,
            bytes: answer.bytes,
            at_least: answer.atLeast,
          },
    ),
  };
}

/** Names that are shown. */
const shown = 10;

function first(lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())].slice(0, shown);
}

/** As a person spells it: `/sample.li/flat.jpg`. */
function pathOf(key: string): string {
  return key.slice(key.indexOf("|//") + 2);
}
