import { hashContent } from "../../packages/server/src/hash.ts";
import type { FetchOriginal } from "../../packages/server/src/origin/fetch-original.ts";
import type { Pointer } from "../../packages/server/src/origin/pointer-table.ts";
import type { OriginAnswer } from "../../packages/server/src/origin/source.ts";

const header = Buffer.from(
  "424d3a0000000000000036000000280000000100000001000000010018000000000004000000130b0000130b00000000000000000000",
  "hex",
);

/** A bitmap of one pixel whose color is a version number, 0 to 255: the smallest file that is an image. */
function picture(version: number): Uint8Array {
  return new Uint8Array([...header, version, 0, 0, 0]);
}

const versions = new Map(
  await Promise.all(
    Array.from(
      { length: 256 },
      async (_, version) => [await hashContent(picture(version)), version] as const,
    ),
  ),
);

/** Name of a version's bytes. */
export function contentOf(version: number): Promise<string> {
  return hashContent(picture(version));
}

/** The version whose bytes a pointer names. */
export function versionOf({ content }: Pointer): number {
  return versions.get(content) ?? -1;
}

/** A fetch on its way: what the origin had when it read, and the promise that waits for it. */
export interface Fetch {
  readonly knownEtag: string | null;
  /** `null` until the origin has read its file. */
  version: number | null;
  settle(answer: OriginAnswer): void;
}

/** An original whose file changes, and which answers in two steps, each when the test says so. */
export class Origin {
  version = 0;

  /** @param fetches where what is asked for through the function that is returned is put down */
  fetchInto(fetches: Fetch[]): FetchOriginal {
    return (_origin, known) =>
      new Promise((settle) => fetches.push({ knownEtag: known?.etag ?? null, version: null, settle }));
  }

  /** It reads its file now, and answers with that later. */
  read(fetch: Fetch): void {
    fetch.version ??= this.version;
  }

  /** Its answer arrives, if it has read its file. */
  land(fetches: Fetch[], at: number): void {
    const fetch = fetches[at];
    if (!fetch || fetch.version === null) return;
    fetches.splice(at, 1);
    const etag = `"${fetch.version}"`;
    if (fetch.knownEtag === etag) {
      fetch.settle({ kind: "not-modified", status: 304 });
    } else {
      const validators = { etag, lastModified: null };
      fetch.settle({ kind: "body", bytes: picture(fetch.version), validators, status: 200, tags: ["red"] });
    }
  }
}
