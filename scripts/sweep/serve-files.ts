import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** More than a server takes: it sees that a file is larger without being sent all of it. */
const mostBytes = 128 * 1024 * 1024;

/** An origin on loopback that serves files by number: no name of theirs need stand in a URL. */
export function serveFiles() {
  const files: Buffer[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch({ url }) {
      const path = files[Number(new URL(url).pathname.slice(1))];
      if (!path) return new Response("no such file", { status: 404 });
      try {
        return new Response(readStart(path));
      } catch (error) {
        return new Response(String(error), { status: 403 });
      }
    },
  });
  return {
    /** @returns its address in a URL of Freshet's */
    add: (path: Buffer) => `http://127.0.0.1:${server.port}/${files.push(path) - 1}`,
    stop: () => server.stop(true),
  };
}

function readStart(path: Buffer): Uint8Array<ArrayBuffer> {
  const file = openSync(path, "r");
  try {
    const bytes = new Uint8Array(Math.min(fstatSync(file).size, mostBytes));
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(file, bytes, length, bytes.length - length, length);
      if (count === 0) break;
      length += count;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
