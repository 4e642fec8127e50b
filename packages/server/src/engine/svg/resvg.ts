import { initWasm, Resvg, type ResvgRenderOptions } from "@resvg/resvg-wasm";
import wasm from "@resvg/resvg-wasm/index_bg.wasm" with { type: "file" };
import { fallbackFamily, fontFiles } from "../text/fonts.ts";

type Drawing = InstanceType<typeof Resvg>;

let ready: Promise<ResvgRenderOptions> | null = null;

/**
 * resvg with the fonts that are carried along, and no others: a drawing looks the same on every machine. It has no way to
 * fetch anything. It draws on the thread that calls it.
 */
export async function openDrawing(svg: string): Promise<Drawing> {
  ready ??= load();
  return new Resvg(svg, await ready);
}

async function load(): Promise<ResvgRenderOptions> {
  await initWasm(await Bun.file(wasm).arrayBuffer());
  const fontBuffers = await Promise.all(fontFiles.map((path) => Bun.file(path).bytes()));
  return {
    font: {
      fontBuffers,
      defaultFontFamily: fallbackFamily,
      sansSerifFamily: "Arimo",
      serifFamily: "Gelasio",
      monospaceFamily: "Roboto Mono",
      cursiveFamily: "Dancing Script",
      fantasyFamily: "Anton",
    },
  };
}

/** Pixels of a drawing: resvg multiplies colors by alpha, and here they are divided again. */
export function straightPixels(drawing: Drawing): { data: Uint8Array; width: number; height: number } {
  const image = drawing.render();
  const { width, height, pixels: data } = image;
  image.free();
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] as number;
    if (alpha === 255 || alpha === 0) continue;
    for (let channel = at; channel < at + 3; channel++) {
      data[channel] = Math.min(255, Math.round(((data[channel] as number) * 255) / alpha));
    }
  }
  return { data, width, height };
}
