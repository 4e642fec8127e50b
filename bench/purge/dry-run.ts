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

/** Written in one transaction each, past the classes that write one row at a time. */
function fill(): void {
  const names = Array.from({ length: originals }, (_, at) => {
    const content = new Bun.CryptoHasher("md5").update(String(at)).digest("hex");
    return { path: `shop.example/${at % 100}/${at}.jpg`, content };
  });
  const write = (
    file: string,
    sql: string,
    rows: (name: (typeof names)[number]) => (string | number)[][],
  ) => {
    const db = new Database(file);
    const insert = db.query(sql);
    db.transaction(() => {
      for (const name of names) for (const row of rows(name)) insert.run(...row);
    })();
    db.close();
  };
  write(
    files.pointers,
    "INSERT INTO pointer VALUES (?, '', ?, 'jpeg', '\"1\"', NULL, 'of before', 1, 0, NULL, 'red')",
    ({ path, content }) => [[`doc|//${path}`, content]],
  );
  const from = "INSERT INTO";
  write(files.books, `${from} original VALUES (?, ?)`, ({ path, content }) => [[`doc|//${path}`, content]]);
  write(files.books, `${from} variant VALUES (?, ?, ?)`, ({ path, content }) => [
    [content, content, `/v7/${path}?w=500`],
  ]);
  write(files.books, `${from} file VALUES (?, ?, ?, 0, '', 1)`, ({ content }) => [
    ["originals", content, 100_000],
    ["variants", content, 10_000],
  ]);
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
