import { FreshetError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type ParsedRequest, parseRequest } from "../request/parse-request.ts";
import { printRequest } from "../request/print/print-request.ts";
import type { TokenSettings } from "../request/token.ts";
import { stripOwnHost } from "./purge-path.ts";

/** A picture that is to be ready before it is asked for. */
export interface WarmupUrl {
  readonly request: ParsedRequest;
  /** The path of v7 that stands for all its spellings. */
  readonly url: string;
}

/**
 * Reads one line of a warm-up as the image server would read it, with or without its address: a URL of v7, v6 or v4. A
 * signature or a seal is not asked for: whoever has a client key may have pictures made.
 *
 * @see reference/cloudimage.md section 13.2
 */
export function readWarmupUrl(line: string, token: TokenSettings): WarmupUrl | { readonly problem: string } {
  try {
    const target = stripOwnHost(line.trim(), token, "v6", []);
    if (target === "" || target === "/") return { problem: "the line names no picture" };
    const request = parseRequest(target.startsWith("/") ? target : `/${target}`, token);
    const url = printRequest(request);
    // It is read once more by the server.
    if (url.length > limits.urlChars) return { problem: `a URL may have ${limits.urlChars} characters` };
    return { request, url };
  } catch (error) {
    if (error instanceof FreshetError) return { problem: error.detail };
    throw error;
  }
}
