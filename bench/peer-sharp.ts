/** The peer: what people assemble in a dozen lines, `Bun.serve` and sharp. `bun bench/peer-sharp.ts photo.jpg` */
import sharp from "sharp";

sharp.concurrency(1);
sharp.cache(false);
const photo = await Bun.file(process.argv[2] as string).bytes();

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    const { searchParams } = new URL(request.url);
    const [width, quality] = [Number(searchParams.get("w")), Number(searchParams.get("q"))];
    const bytes = await sharp(photo).rotate().resize(width).jpeg({ quality }).toBuffer();
    return new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { "content-type": "image/jpeg" } });
  },
});
console.log(`peer listening on http://localhost:${server.port}`);
