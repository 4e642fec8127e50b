/**
 * `bun bench/purge/dry-run.ts [originals]`: what a dry run costs a server with 1,000,000 originals, or that many, and as
 * many pictures: how long counting takes, and how long a request that comes meanwhile waits for its turn.
 */
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { createTokenTable } from "../../packages/core/src/index.ts";
import { openBooks } from "../../packages/server/src/cache/books.ts";
import { createInventory } from "../../packages/server/src/cache/inventory.ts";
import { createLineage } from "../../packages/server/src/cache/lineage.ts";
import { openPointerTable } from "../../packages/server/src/origin/pointer-table.ts";
import { createTouched } from "../../packages/server/src/purge/touched.ts";
import { dataFolder } from "../../test/processes.ts";
import { markdownTable, median } from "../report.ts";

const originals = Number(process.argv[2] ?? 1_000_000);
const rounds = 5;

const data = dataFolder();
const files = { pointers: join(data.path, "pointers.sqlite"), books: join(data.path, "books.sqlite") };
const table = openPointerTable(files.pointers);
const books = openBooks(files.books);
const lineage = createLineage(books);
fill();
const now = () => performance.now();
const tokens = createTokenTable([], "doc", []);
const settled = async () => {};
const touched = createTouched({
  ...{ table, inventory: createInventory(books), folder: "here", now, tokens: () => tokens },
  ...{ originals: { settled }, variants: { settled } },
});

/**
 * Written past the classes that write one row at a time, each table in one transaction and in the order of its keys, with
 * what triggers would sum up written once.
 */
function fill(): void {
  const names = Array.from({ length: originals }, (_, at) => ({
    path: `shop.example/${at % 100}/${at}.jpg`,
    content: Bun.hash.xxHash64(String(at)).toString(16).padStart(16, "0").repeat(2),
  }));
  const byPath = names.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const byContent = names.toSorted((a, b) => (a.content < b.content ? -1 : 1));
  const write = (
    file: string,
    sql: string,
    rows: typeof names,
    valuesOf: (name: (typeof names)[number]) => (string | number)[],
  ) => {
    const db = new Database(file);
    db.run("PRAGMA cache_size = -500000");
    db.run("PRAGMA synchronous = OFF");
    const insert = db.query(sql);
    db.transaction(() => {
      for (const name of rows) insert.run(...valuesOf(name));
    })();
    db.close();
  };
  write(
    files.pointers,
    "INSERT INTO pointer VALUES (?, '', ?, 'jpeg', '\"1\"', NULL, 'of before', 1, 0, NULL, ?)",
    byPath,
    ({ path, content }) => [`doc|//${path}`, content, path.endsWith("7.jpg") ? "red seven" : "red"],
  );
  const from = "INSERT INTO";
  write(files.books, `${from} original VALUES (?, ?)`, byPath, ({ path, content }) => [
    `doc|//${path}`,
    content,
  ]);
  write(files.books, `${from} variant VALUES (?, ?, ?)`, byContent, ({ path, content }) => [
    content,
    content,
    `/v7/${path}?w=500`,
  ]);
  books.db.run("DROP TRIGGER file_comes");
  for (const [store, bytes] of [
    ["originals", 100_000],
    ["variants", 10_000],
  ] as const) {
    write(files.books, `${from} file VALUES (?, ?, ?, 0, '', 1)`, byContent, ({ content }) => [
      store,
      content,
      bytes,
    ]);
    books.db.run(`${from} store VALUES ('${store}', ${bytes * originals})`);
  }
}

/** The longest time that a request which comes now would wait for its turn, until it is over. */
async function longestWait(work: Promise<unknown>): Promise<number> {
  let isOver = false;
  void work.finally(() => {
    isOver = true;
  });
  let longest = 0;
  while (!isOver) {
    const start = now();
    await new Promise(setImmediate);
    longest = Math.max(longest, now() - start);
  }
  return longest;
}

const targets = {
  "everything of the server's only token": { kind: "all", pattern: "" },
  "all but a few": { kind: "prefix", pattern: "doc|//shop.example/" },
  "a folder with 1 in 100": { kind: "prefix", pattern: "doc|//shop.example/7/" },
  "a tag that all have": { kind: "tag", pattern: "doc|#red" },
  "a tag that 1 in 10 has": { kind: "tag", pattern: "doc|#seven" },
  "a tag that none has": { kind: "tag", pattern: "doc|#blue" },
  "one original": { kind: "original", pattern: "doc|//shop.example/7/7.jpg" },
} as const;

lineage.addOriginal("shop|//h/a", "of another token", { logId: "", seq: 0 });
const rows: string[][] = [];
for (const [name, target] of Object.entries(targets)) {
  if (target.kind === "all") lineage.forgetOriginal("of another token");
  const times: number[] = [];
  const waits: number[] = [];
  let counted = "";
  for (let round = 0; round < rounds; round++) {
    const start = now();
    const counting = touched({ kind: "touched", sample: 10, targets: [{ token: "doc", ...target }] });
    waits.push(await longestWait(counting));
    times.push(now() - start);
    const { originals, variants, atLeast } = await counting;
    counted = `${originals} originals, ${variants} pictures${atLeast ? ", at least" : ""}`;
  }
  if (target.kind === "all") lineage.addOriginal("shop|//h/a", "of another token", { logId: "", seq: 0 });
  rows.push([name, `${median(times).toFixed(0)} ms`, `${median(waits).toFixed(1)} ms`, counted]);
}
const head = [
  `dry run on a server with ${originals.toLocaleString("en")} originals`,
  "median",
  "longest wait, median",
  "counted",
];
console.log(`\n${markdownTable(head, rows)}`);
table.close();
books.close();
data.remove();
