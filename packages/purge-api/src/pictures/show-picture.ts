import { FreshetError, type PathScope, type PurgeApi, picturePath, readPurgePath } from "@freshet/core";
import { type Caller, checkGrant } from "../keys/grant.ts";

/** A line of a purge, as it was pasted. */
export interface PictureWish {
  readonly path: string;
  readonly scope: PathScope;
  readonly api: PurgeApi;
}

/** What an image server shows for a line of a purge now. */
export interface Picture {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** `content-type`, and of the rest what tells one picture from another: see `told`. */
  readonly headers: Readonly<Record<string, string>>;
}

export type ShowPicture = (wish: PictureWish, caller: Caller) => Promise<Picture>;

/** Headers of the image server that are passed on: name, how it came about, when its original was fetched. */
const told = ["etag", "cache-status", "x-ci-fetched"];

/** Long enough for an original to be fetched from a slow origin. */
const timeoutMs = 20_000;

/** An exact URL may be a large picture; the form shows it on a page, and a browser holds several. */
const maxBytes = 16 * 1024 * 1024;

/** Pictures at the same time in this process: each may cost the image server a fetch and a render. */
const maxAtOnce = 8;

/**
 * Fetches a picture for the form, which can neither read headers of another origin nor know where the servers are. Only
 * the one server that the settings name is asked, only for what the caller's key may purge, only for pictures, and no
 * redirect is followed.
 *
 * @throws FreshetError, from the function that is returned: `no_picture`, `picture_failed`, `key_scope` or `overloaded`
 */
export function createShowPicture(deps: {
  readonly serverUrl: string | null;
  readonly fetch: (url: URL, init: RequestInit) => Promise<Response>;
}): ShowPicture {
  const { serverUrl } = deps;
  let running = 0;

  async function ask(url: URL, headers: Record<string, string>): Promise<Picture> {
    const response = await deps.fetch(url, {
      headers,
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const type = response.headers.get("content-type") ?? "";
    if (!response.ok || !type.startsWith("image/")) {
      await response.body?.cancel();
      throw refusal(response.status);
    }
    const bytes = await readAtMost(response);
    const kept = told.flatMap((name) => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    return { bytes, headers: { "content-type": type, ...Object.fromEntries(kept) } };
  }

  return async ({ path, scope, api }, caller) => {
    const { token } = caller;
    const reading = readPurgePath(path, scope, token, api);
    if ("problem" in reading) throw new FreshetError("no_picture", reading.problem);
    checkGrant(caller, scope, [reading.target]);
    const asked = picturePath(reading, api, token.security.kind === "open");
    if (asked === null) throw new FreshetError("no_picture", "the line names no single open picture");
    if (serverUrl === null) throw new FreshetError("no_picture", "no image server is named");
    // Core reads no path with dots in it, so what a URL makes of dots leads nowhere else.
    const url = new URL(asked, serverUrl);
    if (running >= maxAtOnce) throw new FreshetError("overloaded", `${maxAtOnce} pictures are on their way`);
    running++;
    try {
      return await ask(url, headersFor(caller));
    } catch (cause) {
      if (cause instanceof FreshetError) throw cause;
      throw new FreshetError("picture_failed", "the image server does not answer", { cause });
    } finally {
      running--;
    }
  };
}

/** The server tells tokens by host, and may show pictures only on certain pages: the form stands in for one of them. */
function headersFor({ token }: Caller): Record<string, string> {
  const [host] = token.hosts;
  const [page] = token.referers ?? [];
  return {
    // Every browser that the form runs in shows these, and they take little time to make.
    accept: "image/webp,image/*",
    ...(host !== undefined && { host }),
    ...(page !== undefined && { referer: `https://${page}/` }),
  };
}

function refusal(status: number): FreshetError {
  if (status === 404 || status === 410) {
    return new FreshetError("no_picture", `its origin has no such picture (${status})`);
  }
  return new FreshetError("picture_failed", `the image server answers ${status}`);
}

async function readAtMost(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    if (length > maxBytes) throw new FreshetError("picture_failed", "the picture is too large to show here");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
