import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

/** Starts a server, says where it is, and dies without a word. */
const program = `
  import { startPostgres } from ${JSON.stringify(`${import.meta.dir}/postgres.fixture.ts`)};
  const server = await startPostgres();
  console.log(server.folder);
  await Bun.sleep(600_000);
`;

test("a test process that dies leaves no server behind", async () => {
  const child = Bun.spawn([process.execPath, "-e", program], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  let folder = "";
  for await (const chunk of child.stdout) {
    folder += Buffer.from(chunk).toString();
    if (folder.endsWith("\n")) break;
  }
  folder = folder.trim();
  const pid = Number((await Bun.file(`${folder}/data/postmaster.pid`).text()).split("\n")[0]);
  // Whom nobody waits for may stay in /proc when it has ended, but without a command line.
  const commandLine = `/proc/${pid}/cmdline`;
  const runs = () => existsSync(commandLine) && readFileSync(commandLine, "utf8").includes(folder);
  expect(runs()).toBe(true);
  child.kill("SIGKILL");
  await child.exited;
  while (runs() || existsSync(folder)) await Bun.sleep(20);
  expect(existsSync(dirname(folder))).toBe(true);
}, 60_000);
