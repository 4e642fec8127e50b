import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeSeat } from "./process-seat.ts";

const file = join(import.meta.dir, "process-seat.ts");

test("each process has a seat of its own, and the next in it has its name, however it ended", async () => {
  const folder = mkdtempSync(join(tmpdir(), "freshet-seats-"));
  const script = `const { takeSeat } = await import(${JSON.stringify(file)});
    console.log(takeSeat(${JSON.stringify(folder)}).node); await new Promise(() => setInterval(() => {}, 1000));`;
  const sit = async () => {
    const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", stderr: "inherit" });
    const { value } = await child.stdout.getReader().read();
    return {
      child,
      node: Buffer.from(value as Uint8Array)
        .toString()
        .trim(),
    };
  };
  const [a, b] = [await sit(), await sit()];
  const own = takeSeat(folder);
  expect([b.node, own.node]).toEqual([`${a.node}-1`, `${a.node}-2`]);
  expect(own.file("x")).not.toBe(takeSeat(folder).file("x"));
  b.child.kill("SIGKILL");
  await b.child.exited;
  const c = await sit();
  expect(c.node).toBe(b.node);
  own.leave();
  expect(takeSeat(folder).node).toBe(own.node);
  for (const { child } of [a, c]) {
    child.kill("SIGKILL");
    await child.exited;
  }
  rmSync(folder, { recursive: true });
});

test("of many that start at once, none has another's name", async () => {
  const folder = mkdtempSync(join(tmpdir(), "freshet-seats-"));
  const script = `const { takeSeat } = await import(${JSON.stringify(file)});
    console.log(takeSeat(${JSON.stringify(folder)}).node); await new Response(Bun.stdin).text();`;
  const all = Array.from({ length: 6 }, () =>
    Bun.spawn([process.execPath, "-e", script], { stdin: "pipe", stdout: "pipe", stderr: "inherit" }),
  );
  const names = await Promise.all(
    all.map(async ({ stdout }) =>
      Buffer.from((await stdout.getReader().read()).value as Uint8Array).toString(),
    ),
  );
  expect(new Set(names).size).toBe(6);
  expect(new Set(names.map((name) => name.trim().replace(/-\d$/, ""))).size).toBe(1);
  for (const child of all) {
    child.stdin.end();
    await child.exited;
  }
  rmSync(folder, { recursive: true });
});
