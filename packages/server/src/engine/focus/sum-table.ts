import type { Size } from "@freshet/core";

/**
 * Sums over all that lies above and to the left of each corner of the pixels, one row and one column more than there
 * are pixels: with it the sum over any box takes four look-ups (Crow, "Summed-Area Tables for Texture Mapping", 1984).
 */
export function sumTable(plane: Float32Array, { width, height }: Size): Float64Array {
  const stride = width + 1;
  const table = new Float64Array(stride * (height + 1));
  for (let y = 0, at = 0; y < height; y++) {
    let row = 0;
    for (let x = 1; x <= width; x++, at++) {
      row += plane[at] as number;
      const to = (y + 1) * stride + x;
      table[to] = (table[to - stride] as number) + row;
    }
  }
  return table;
}

/** @param width of the plane; `right` and `bottom` are the first that do not belong to the box */
export function boxSum(
  table: Float64Array,
  width: number,
  left: number,
  top: number,
  right: number,
  bottom: number,
): number {
  const above = top * (width + 1);
  const below = bottom * (width + 1);
  return (
    (table[below + right] as number) -
    (table[below + left] as number) -
    (table[above + right] as number) +
    (table[above + left] as number)
  );
}
