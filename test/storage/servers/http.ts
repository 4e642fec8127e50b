/** Serves the files of a folder to who knows the password: `bun http.ts FOLDER USER PASSWORD`. */
import { createRequire } from "node:module";
import { announce } from "./announce.ts";

// It has no types, and its switches are words.
const { createServer } = createRequire(import.meta.url)("http-server");
const [root, username, password] = process.argv.slice(2);
const { server } = createServer({ root, username, password, showDir: "false", autoIndex: "false" });
server.listen(0, "127.0.0.1", () => announce(server.address().port));
