/**
 * A Gaussian of standard deviation 1.5, as libjxl has it: a sum of three cosines that ends after four pixels on either
 * side (Charalampidis, "Recursive Implementation of the Gaussian Filter Using Truncated Cosine Functions", 2016). These
 * are the values of that sum, so that no recursion is needed. Outside of the picture there is nothing, not a copy of
 * its edge: that, too, is libjxl's.
 */
const [tap0, tap1, tap2, tap3, tap4] = [
  0.26462110548819856, 0.21292859201042222, 0.1093353727774603, 0.03601111465836436, 0.009414367809653691,
] as const;

/** Pixels on either side that a blurred one depends on. */
export const reach = 4;
const rowsKept = 2 * reach + 1;

/**
 * Blurs a plane that is given row by row, and keeps nine rows of it. Put a row into `input` and call `push`; after
 * {@link reach} rows more, `blurred` holds the row. Before the first and after the last row, push empty ones.
 */
export interface RowBlur {
  readonly input: Float32Array;
  /** The row that was pushed {@link reach} rows ago; the next push overwrites it. */
  readonly blurred: Float32Array;
  push(): void;
  /** Pushes a row of zeros. */
  pushEmpty(): void;
}

export function createRowBlur(width: number): RowBlur {
  const padded = new Float32Array(width + 2 * reach);
  const input = padded.subarray(reach, reach + width);
  const blurred = new Float32Array(width);
  const kept: Float32Array[] = Array.from({ length: rowsKept }, () => new Float32Array(width));

  const settle = () => {
    blurAcross(kept, blurred);
    kept.push(kept.shift() as Float32Array);
  };
  return {
    input,
    blurred,
    push() {
      blurAlong(padded, kept[rowsKept - 1] as Float32Array);
      settle();
    },
    pushEmpty() {
      (kept[rowsKept - 1] as Float32Array).fill(0);
      settle();
    },
  };
}

function blurAlong(row: Float32Array, out: Float32Array): void {
  for (let x = 0; x < out.length; x++) {
    out[x] =
      tap0 * (row[x + 4] as number) +
      tap1 * ((row[x + 3] as number) + (row[x + 5] as number)) +
      tap2 * ((row[x + 2] as number) + (row[x + 6] as number)) +
      tap3 * ((row[x + 1] as number) + (row[x + 7] as number)) +
      tap4 * ((row[x] as number) + (row[x + 8] as number));
  }
}

/** @param rows nine of them, the oldest first */
function blurAcross(rows: readonly Float32Array[], out: Float32Array): void {
  const [a, b, c, d, e, f, g, h, i] = rows as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let x = 0; x < out.length; x++) {
    out[x] =
      tap0 * (e[x] as number) +
      tap1 * ((d[x] as number) + (f[x] as number)) +
      tap2 * ((c[x] as number) + (g[x] as number)) +
      tap3 * ((b[x] as number) + (h[x] as number)) +
      tap4 * ((a[x] as number) + (i[x] as number));
  }
}
