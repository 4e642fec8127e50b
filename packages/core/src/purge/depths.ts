/** How deep below their hosts the folders lie that were ever purged: most look-ups need to look at one or two of them. */
export interface Depths {
  /** @param key of a folder, or of what lies in it */
  add(key: string): void;
  /** @param depth of a folder: 0 = the root of a host */
  has(depth: number): boolean;
}

/** Beyond, all depths are told apart no more: those that deep are looked at if any of them is. */
const deepest = 31;

export function createDepths(): Depths {
  let bits = 0;
  return {
    add(key) {
      bits |= 1 << Math.min(depthOf(key), deepest);
    },
    has: (depth) => (bits & (1 << Math.min(depth, deepest))) !== 0,
  };
}

/** Of `t|//h/a/b.jpg` it is 1, as of `t|//h/a/`. */
function depthOf(key: string): number {
  let depth = -1;
  const host = key.indexOf("|//") + 3;
  for (let at = key.indexOf("/", host); at !== -1; at = key.indexOf("/", at + 1)) depth++;
  return depth;
}
