/** Where a child gets an original from: the whole server, and what lies in its cache. */
import { afterAll, expect, test } from "bun:test";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { encodeEntry } from "../cache/entry.ts";
import { busy, distance, pixelAt, raster, red, toJpeg, toRaster } from "../engine/test-pictures.ts";
import { startOrigin } from "../origin/test-origin.ts";
import { newFolder, removeFolders, startNode } from "../test-node.ts";

afterAll(removeFolders);

test("an original is read in the cache by who makes a picture of it, and comes another way if it is lost there", async () => {
  const jpeg = await toJpeg(busy(900, 600));
  await using origin = startOrigin({ "/a.jpg": () => new Response(jpeg as Uint8Array<ArrayBuffer>) });
  const folder = await newFolder();
  await using node = await startNode(folder, { FRESHET_RENDERS: "1" });
  const picture = async (query: string) => {
    const response = await node.get(`/http://${origin.host}/a.jpg?${query}`);
    expect(response.status).toBe(200);
    node.deps.children.forget();
    return response.bytes();
  };
  const right = await picture("w=50");
  await node.deps.originals.settled();
  const originals = join(folder, "originals");
  const [name = ""] = readdirSync(originals, { recursive: true, encoding: "utf8" }).filter((one) =>
    one.includes("/"),
  );
  const [path, key] = [join(originals, name), basename(name)];
  const file = readFileSync(path);

  writeFileSync(
    path,
    encodeEntry({ bytes: await toJpeg(raster(300, 200, () => red)), type: "image/jpeg" }, key),
  );
  const other = await picture("w=50&q=81");
  writeFileSync(path, file.fill(0, 5_000, 6_000));
  const damaged = await picture("w=50&q=82");
  rmSync(path);
  const lost = await picture("w=50&q=83");

  const isRed = async (bytes: Uint8Array) => distance(pixelAt(await toRaster(bytes), 25, 16), red) < 10;
  const are = await Promise.all([right, other, damaged, lost].map(isRed));
  expect(are).toEqual([false, true, false, false]);
  expect(node.reported).toEqual([]);
});
