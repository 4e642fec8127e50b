/** `bun bench/purge/unchanged.ts`: a token is purged whole, nothing had changed, and everything is asked for again. */
import { bitmap } from "../../test/faults/versioned-origin.ts";
import { metric, purgeMs, withCluster } from "./cluster.ts";

const originals = 1_000;
const widths = [10, 20, 30];
/** Each original is another picture, by the number in its name. */
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch({ url, headers }) {
    const name = /(\d+)\.bmp/.exec(url)?.[1] ?? "0";
    if (headers.get("if-none-match") === `"${name}"`) return new Response(null, { status: 304 });
    const bytes = bitmap(Number(name)) as Uint8Array<ArrayBuffer>;
    return new Response(bytes, { headers: { etag: `"${name}"` } });
  },
});
const host = `127.0.0.1:${server.port}`;

try {
  await withCluster(
    1,
    async ({ purge, servers: [node] }) => {
      if (!node) return;
      const askForAll = async () => {
        for (let at = 0; at < originals; at++) {
          for (const width of widths) {
            const path = `http://${host}/${at}.bmp?w=${width}&force_format=png`;
            const response = await fetch(`${node.url}/${path}`);
            await response.bytes();
            if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
          }
        }
      };
      const renders = () => metric(node, "freshet_render_seconds_count");
      await askForAll();
      const before = await renders();
      await purgeMs(purge, { scope: "all" });
      await askForAll();
      const pictures = originals * widths.length;
      console.log(
        `\n${pictures} pictures of ${originals} originals were made by ${before} renders; after a purge of`,
      );
      console.log(
        `all of them, which had not changed, asking again for each took ${(await renders()) - before} renders`,
      );
    },
    { env: { FRESHET_ALLOW_LOCAL_ORIGINS: host } },
  );
} finally {
  await server.stop(true);
}
