import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { rangesOf } from "../purge/key-ranges.ts";
import { openPointerTable, type Pointer } from "./pointer-table.ts";

const pointer = (seq: number): Pointer => ({
  ...{ content: "c", format: "png", mediaType: null, validators: { etag: null, lastModified: null } },
  ...{ stamp: { logId: "l", seq }, fetchedAtMs: 0, tags: [] },
});
const goOn = async () => true;
const name = fc.record({
  token: fc.constantFrom("doc", "shop", "do"),
  path: fc.constantFrom("a", "b", "b?x", "c"),
  version: fc.constantFrom("", "1", "2"),
});
const step = fc.record({ name, goes: fc.boolean() });

test("a whole token is counted as its originals are one by one, whatever comes, goes and was there before", async () => {
  const folder = mkdtempSync(join(tmpdir(), "freshet-count-"));
  const file = join(folder, "pointers.sqlite");
  let table = openPointerTable(file);
  const other = new Database(file);
  let seq = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), fc.boolean(), async (steps, isFromBefore) => {
      other.run("DELETE FROM pointer");
      const there = new Set<string>();
      for (const { name, goes } of steps) {
        const origin = `${name.token}|//h/${name.path}`;
        if (goes) other.run("DELETE FROM pointer WHERE origin = ? AND version = ?", [origin, name.version]);
        else table.set(origin, name.version, pointer(seq++));
        there[goes ? "delete" : "add"](`${origin} ${name.version}`);
      }
      if (isFromBefore) {
        table.close();
        for (const trigger of ["origin_comes", "origin_goes"]) other.run(`DROP TRIGGER ${trigger}`);
        other.run("DROP TABLE counted");
        table = openPointerTable(file);
      }
      for (const token of ["doc", "shop", "do"]) {
        const [range] = rangesOf({ kind: "all", token, pattern: "" });
        const origins = new Set([...there].map((key) => key.split(" ", 1)[0] as string));
        const count = [...origins].filter((origin) => origin.startsWith(`${token}|`)).length;
        expect(await table.countOrigins(range as never, goOn)).toEqual({ count, cut: false });
      }
    }),
    { numRuns: 100 },
  );
  other.close();
  table.close();
  rmSync(folder, { recursive: true });
}, 30_000);
