import { FreshetError } from "@freshet/core";

/** What a status other than 200 of a web server means. */
export async function refuseStatus(response: Response): Promise<FreshetError> {
  const { status } = response;
  await response.body?.cancel();
  if (status === 404) return new FreshetError("origin_not_found", "the origin answered 404");
  if (status === 410) return new FreshetError("origin_gone", "the origin answered 410");
  const isDown = status >= 500 || status === 429;
  return new FreshetError(isDown ? "origin_down" : "origin_failed", `the origin answered ${status}`);
}
