import { FreshetError } from "@freshet/core";
import { serverLimits } from "../../limits.ts";
import type { HttpStorage } from "../storage-settings.ts";
import { conditions } from "./conditions.ts";
import { originHeaders } from "./origin-headers.ts";
import { readAnswer } from "./read-answer.ts";
import { redirectTarget } from "./redirect-target.ts";
import { refuseStatus } from "./refuse-status.ts";
import type { Storage } from "./storage.ts";

/** A web server that wants a password or headers of us; they are shown to no other server. */
export function createHttpStorage({ url: base, login, headers }: HttpStorage): Storage {
  const root = new URL(`${base}/`);
  const sent = { ...originHeaders, ...(login && basic(login)), ...headers };

  return async ({ path, search, known, signal, ...bounds }) => {
    let url = below(root, path, search);
    for (let hop = 0; hop <= serverLimits.redirects; hop++) {
      const response = await fetch(url, {
        redirect: "manual",
        signal,
        headers: { ...sent, ...conditions(known) },
      });
      const location = redirectTarget(response);
      if (location === null) return readAnswer(response, known, bounds, refuseStatus);
      await response.body?.cancel();
      url = sameOrigin(location, url);
    }
    throw new FreshetError("origin_redirects", `more than ${serverLimits.redirects} redirects`);
  };
}

/** RFC 7617 section 2, in UTF-8. */
function basic({ user, password }: { readonly user: string; readonly password: string }) {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
}

/**
 * Servers decode a path before they look for dots in it, or after: whichever it is, they must find none, or a path could
 * lead out of the folder that the URL names. A slash that is encoded is left to them: to some it is part of a name.
 */
function below(root: URL, path: string, search: string): URL {
  const decoded = path.replace(/%(2e|2f|5c)/gi, decodeURIComponent);
  if (/(^|[/\\])\.{1,2}([/\\]|$)/.test(decoded) || /%([01][0-9a-f]|7f)/i.test(path)) {
    throw new FreshetError(
      "origin_not_found",
      "no file is reached by way of `.` or `..`, or by control characters",
    );
  }
  return new URL(root.href + path.replace(/^\//, "") + search);
}

function sameOrigin(location: string, from: URL): URL {
  const url = URL.parse(location, from.href);
  const isFetched = url?.origin === from.origin && url.username === "" && url.password === "";
  if (url && isFetched) return url;
  throw new FreshetError("origin_failed", "the storage redirects to another server, which is not asked", {
    cause: new Error(`redirect to ${url?.origin ?? "what is no URL"}`),
  });
}
