import { outputSize } from "@freshet/core";
import type { Pixels, RenderJob } from "../engine/engine.ts";
import { napiCompose } from "../engine/napi-image.ts";

/** Cuts the scaled picture and lays it on its canvas, as far as the layout asks for it. */
export async function compose(pixels: Pixels, { info, layout, background }: RenderJob): Promise<Pixels> {
  const { crop, canvas } = layout;
  const cut = crop ? await napiCompose.crop(pixels, crop.left, crop.top, crop.width, crop.height) : pixels;
  const mustFlatten = background !== null && info.hasAlpha;
  if (!canvas && !mustFlatten) return cut;
  const { width, height } = outputSize(layout);
  return napiCompose.layOn(cut, rgba(background), width, height, canvas?.left ?? 0, canvas?.top ?? 0);
}

function rgba(color: string | null): [number, number, number, number] {
  if (color === null) return [0, 0, 0, 0];
  const channel = (at: number) => Number.parseInt(color.slice(at, at + 2), 16);
  return [channel(0), channel(2), channel(4), 255];
}
