import sharp from "sharp";

/** A GIF of drawn shapes that move over a plain ground, as most of them are. */
export async function movingGif(frames: number, side: number): Promise<Uint8Array> {
  const drawn = Array.from({ length: frames }, async (_, at) => {
    const angle = (at / frames) * 2 * Math.PI;
    const [x, y] = [side / 2 + (side / 3) * Math.cos(angle), side / 2 + (side / 3) * Math.sin(angle)];
    const svg = `<svg width="${side}" height="${side}">
      <rect width="100%" height="100%" fill="#f4efe6"/>
      <rect x="${side / 8}" y="${side / 8}" width="${side / 4}" height="${side / 4}" fill="#2b6cb0" transform="rotate(${at * 3.6} ${side / 4} ${side / 4})"/>
      <circle cx="${x}" cy="${y}" r="${side / 8}" fill="#c53030"/>
      <text x="${side / 2}" y="${side * 0.9}" font-size="${side / 10}" text-anchor="middle">${at}</text>
    </svg>`;
    return sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer();
  });
  const roll = Buffer.concat(await Promise.all(drawn));
  return sharp(roll, { raw: { width: side, height: side * frames, channels: 3, pageHeight: side } })
    .gif({ delay: Array.from({ length: frames }, () => 40) })
    .toBuffer();
}
