/** Serves an empty bucket `photos` by S3's protocol, from a folder: `bun s3.ts FOLDER`. Its key is S3RVER, S3RVER. */
import { createRequire } from "node:module";
import { announce } from "./announce.ts";

// It has no types.
const S3rver = createRequire(import.meta.url)("@20minutes/s3rver");
const server = new S3rver({
  address: "127.0.0.1",
  port: 0,
  silent: true,
  directory: process.argv[2],
  configureBuckets: [{ name: "photos" }],
});
const { port } = await server.run();
announce(port);
