import { Database } from "bun:sqlite";
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPointerTable, type Pointer } from "./pointer-table.ts";

const root = mkdtempSync(join(tmpdir(), "freshet-pointers-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let files = 0;
const newFile = () => join(root, String(files++), "pointers.sqlite");

const pointer: Pointer = {
  content: "c".repeat(32),
  format: "webp",
  mediaType: "image/webp",
  validators: { etag: '"v1"', lastModified: "Mon, 01 Jun 2026 10:00:00 GMT" },
  stamp: { logId: "log-1", seq: 41 },
  tags: ["red", "group%20a"],
  fetchedAtMs: 1_780_300_800_000.25,
};
const key = "doc|//h.io/a.jpg";

describe("the pointer table", () => {
  test("has nothing at first", () => {
    const table = openPointerTable(newFile());
    expect([table.get(key, ""), table.size]).toEqual([null, 0]);
    table.close();
  });

  test("knows the newest stamp that any pointer had, and its job, also in the next process", () => {
    const file = newFile();
    const table = openPointerTable(file);
    const set = (version: string, logId: string, seq: number, job?: string) =>
      table.set(key, version, { ...pointer, stamp: { logId, seq, ...(job !== undefined && { job }) } });
    expect(table.lines.newest()).toBeNull();
    set("", "line-1", 5, "job-5");
    set("2", "line-1", 3, "job-3");
    set("", "line-1", 9);
    expect(table.lines.newest()).toEqual({ logId: "line-1", seq: 5, job: "job-5" });
    set("", "line-2", 2, "job-2");
    table.close();
    const next = openPointerTable(file);
    expect(next.lines.newest()).toEqual({ logId: "line-2", seq: 2, job: "job-2" });
    next.close();
  });

  test("gives back what was set, in the same process and in the next", () => {
    const file = newFile();
    const table = openPointerTable(file);
    table.set(key, "", pointer);
    expect(table.get(key, "")).toEqual(pointer);
    table.close();
    const next = openPointerTable(file);
    expect(next.get(key, "")).toEqual(pointer);
    expect(next.size).toBe(1);
    next.close();
  });

  test("keeps versions and originals apart, whatever is in their names", () => {
    const file = newFile();
    const names: readonly [origin: string, version: string][] = [
      [key, ""],
      [key, "1"],
      [key, "01"],
      [`${key}?a=1`, ""],
      [key.toUpperCase(), ""],
      [key, "it's; DROP TABLE pointer"],
      [key, "ü\u{1f600}"],
    ];
    const table = openPointerTable(file);
    for (const [at, [origin, version]] of names.entries())
      table.set(origin, version, { ...pointer, content: `c${at}` });
    table.close();
    const next = openPointerTable(file);
    for (const [at, [origin, version]] of names.entries())
      expect(next.get(origin, version)?.content).toBe(`c${at}`);
    expect(next.size).toBe(names.length);
    next.close();
  });

  test("replaces a pointer, in memory and on disk", () => {
    const file = newFile();
    const table = openPointerTable(file);
    table.set(key, "", pointer);
    const newer = { ...pointer, content: "d".repeat(32), stamp: { logId: "log-2", seq: 0 } };
    table.set(key, "", newer);
    expect(table.get(key, "")).toEqual(newer);
    expect(table.size).toBe(1);
    table.close();
    const next = openPointerTable(file);
    expect(next.get(key, "")).toEqual(newer);
    next.close();
  });

  test("never replaces a newer stamp, whichever process has set it", () => {
    const file = newFile();
    const [one, other] = [openPointerTable(file), openPointerTable(file)];
    const at = (seq: number, logId = "log-1") => ({ ...pointer, content: `${seq}`, stamp: { logId, seq } });
    one.set(key, "", at(5));
    expect(other.get(key, "")).toEqual(at(5));
    other.set(key, "", at(9));
    one.set(key, "", at(7));
    expect(one.get(key, "")).toEqual(at(9));
    one.set(key, "", at(8));
    expect([one.get(key, ""), other.get(key, "")]).toEqual([at(9), at(9)]);
    one.set(key, "", at(1, "log-2"));
    expect(one.get(key, "")).toEqual(at(1, "log-2"));
    one.close();
    other.close();
  });

  test("looks for what another process has set since", () => {
    const file = newFile();
    const [one, other] = [openPointerTable(file), openPointerTable(file)];
    one.set(key, "", pointer);
    expect(one.newer(key, "", pointer)).toBeNull();
    const newer = { ...pointer, content: "d", stamp: { logId: "log-1", seq: 50 } };
    other.set(key, "", newer);
    expect(one.get(key, "")).toEqual(pointer);
    expect(one.newer(key, "", pointer)).toEqual(newer);
    expect(one.get(key, "")).toEqual(newer);
    const refreshed = { ...newer, fetchedAtMs: newer.fetchedAtMs + 1 };
    other.set(key, "", refreshed);
    expect(one.newer(key, "", newer)).toEqual(refreshed);
    one.close();
    other.close();
  });

  test("agrees with what another process has set some seconds ago, though nothing was purged", () => {
    const file = newFile();
    let ms = 0;
    const [one, other] = [openPointerTable(file, undefined, 10, () => ms), openPointerTable(file)];
    one.set(key, "", pointer);
    const refreshed = { ...pointer, content: "d", fetchedAtMs: pointer.fetchedAtMs + 1 };
    other.set(key, "", refreshed);
    ms = 4_999;
    expect(one.get(key, "")).toEqual(pointer);
    ms = 5_000;
    expect(one.get(key, "")).toEqual(refreshed);
    one.close();
    other.close();
  });

  test("is not begun anew because somebody else is writing", async () => {
    const file = newFile();
    openPointerTable(file).close();
    const script = `const { Database } = require("bun:sqlite"); const db = new Database(${JSON.stringify(file)});
      db.run("BEGIN IMMEDIATE"); console.log("locked"); setTimeout(() => db.close(), 400);`;
    const writer = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
    await writer.stdout.getReader().read();
    const reported: unknown[] = [];
    const table = openPointerTable(file, (error) => reported.push(error));
    table.set(key, "", pointer);
    expect(table.get(key, "")).toEqual(pointer);
    expect(reported).toEqual([]);
    table.close();
    await writer.exited;
  });

  test("keeps missing validators missing", () => {
    const file = newFile();
    const table = openPointerTable(file);
    const bare = { ...pointer, validators: { etag: null, lastModified: null } };
    table.set(key, "", bare);
    table.close();
    const next = openPointerTable(file);
    expect(next.get(key, "")).toEqual(bare);
    next.close();
  });

  test("keeps sequence numbers beyond 32 bits", () => {
    const file = newFile();
    const table = openPointerTable(file);
    const late = { ...pointer, stamp: { logId: "log-1", seq: 2 ** 45 + 1 } };
    table.set(key, "", late);
    table.close();
    const next = openPointerTable(file);
    expect(next.get(key, "")?.stamp.seq).toBe(2 ** 45 + 1);
    next.close();
  });

  test("finds on disk what no longer fits into memory", () => {
    const table = openPointerTable(newFile(), undefined, 10);
    for (let at = 0; at < 30; at++) table.set(`${key}${at}`, "", { ...pointer, content: `c${at}` });
    expect(table.size).toBe(30);
    for (let at = 0; at < 30; at++) expect(table.get(`${key}${at}`, "")?.content).toBe(`c${at}`);
    table.close();
  });

  test("starts over with an empty one where the file is no table", () => {
    const file = newFile();
    openPointerTable(file).close();
    writeFileSync(file, "this was a database once ".repeat(100));
    const reported: unknown[] = [];
    const table = openPointerTable(file, (error) => reported.push(error));
    expect(reported.length).toBe(1);
    expect(table.get(key, "")).toBeNull();
    table.set(key, "", pointer);
    table.close();
    const next = openPointerTable(file);
    expect(next.get(key, "")).toEqual(pointer);
    next.close();
  });

  test("goes on from memory, and reports it, when the file can no longer be written", () => {
    const file = newFile();
    const reported: unknown[] = [];
    const table = openPointerTable(file, (error) => reported.push(error));
    const saboteur = new Database(file);
    saboteur.run("DROP TABLE pointer");
    saboteur.close();
    table.set(key, "", pointer);
    expect(table.get(key, "")).toEqual(pointer);
    expect(table.get(key, "2")).toBeNull();
    expect(reported.length).toBe(2);
    table.close();
  });
});
