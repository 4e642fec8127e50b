/** Serves Azure's blob protocol from memory. Its account is devstoreaccount1, with the key that Microsoft publishes. */
import { createRequire } from "node:module";
import { announce } from "./announce.ts";

const log = console.log;
console.log = (line: string) => {
  const port = /successfully listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
  if (port) announce(Number(port), log);
};
const options = ["--blobHost", "127.0.0.1", "--blobPort", "0", "--inMemoryPersistence"];
process.argv.push(...options, "--silent", "--disableTelemetry", "--skipApiVersionCheck");
// Its main program, since it is made to be started, not to be called.
createRequire(import.meta.url)("azurite/dist/src/blob/main.js");
