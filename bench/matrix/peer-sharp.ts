/** The peer that people assemble in a dozen lines: `Bun.serve` and sharp. `?url=&w=&h=&f=`, and `shrink` for its fidelity. */
import sharp from "sharp";

sharp.concurrency(1);
sharp.cache(false);

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  idleTimeout: 0,
  async fetch(request) {
    const query = new URL(request.url).searchParams;
    const [url, format, shrink] = [query.get("url"), query.get("f"), query.get("shrink")];
    const file = await (await fetch(url as string)).bytes();
    const image = sharp(file, { animated: format === "gif" || query.has("moving") }).rotate();
    // A cut before scaling is what keeps libvips from shrinking while it decodes.
    if (shrink === "none") {
      const { width, height } = await sharp(file).metadata();
      image.extract({ left: 0, top: 0, width, height });
    }
    const quality = format === "png" || format === "gif" ? {} : { quality: format === "avif" ? 60 : 80 };
    const bytes = await image
      .resize(Number(query.get("w")), Number(query.get("h")), {
        fit: "fill",
        fastShrinkOnLoad: shrink !== "half",
      })
      .toFormat(format as "jpeg", quality)
      .toBuffer();
    return new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { "content-type": `image/${format}` } });
  },
});
console.log(`peer listening on http://localhost:${server.port}`);
