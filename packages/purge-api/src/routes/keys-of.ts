/** The client key that a hook carries: bucket services can send what HTTP knows, and no header of ours. */
export function hookKeyOf({ headers }: Request): string | null {
  const named = headers.get("x-client-key");
  if (named !== null) return named;
  const [, scheme = "", value = ""] =
    /^(bearer|basic)\s+(\S+)$/i.exec(headers.get("authorization") ?? "") ?? [];
  const isBasic = scheme.toLowerCase() === "basic";
  return isBasic
    ? Buffer.from(value, "base64")
        .toString()
        .replace(/^[^:]*:/, "")
    : value;
}

/** The client key that a request carries, wherever any of the routes looks for one; `null` if there is none. */
export function anyKeyOf(request: Request): string | null {
  return hookKeyOf(request) || new URL(request.url).searchParams.get("client_key") || null;
}
