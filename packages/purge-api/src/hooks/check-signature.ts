import { createHmac, timingSafeEqual } from "node:crypto";
import { FreshetError } from "@freshet/core";

/** How old a signature may be, or ahead of our clock: clocks differ, and deliveries are tried again. */
const toleranceS = 300;

/**
 * Checks `t=1700000000,v1=hex`: the HMAC-SHA256 of the time, a full stop, and the body.
 *
 * @param nowMs since 1970
 * @throws FreshetError `hook_refused`
 */
export function checkSignature(header: string | null, body: Uint8Array, secret: string, nowMs: number): void {
  const [, time = "", given = ""] = /^\s*t=(\d{1,12})\s*,\s*v1=([0-9a-f]{64})\s*$/.exec(header ?? "") ?? [];
  if (time === "") {
    throw new FreshetError("hook_refused", "send X-Freshet-Signature: t=<seconds>,v1=<HMAC-SHA256 in hex>");
  }
  const wanted = createHmac("sha256", secret).update(`${time}.`).update(body).digest();
  if (!timingSafeEqual(wanted, Buffer.from(given, "hex"))) {
    throw new FreshetError("hook_refused", "the signature does not fit the body");
  }
  if (Math.abs(nowMs / 1000 - Number(time)) > toleranceS) {
    throw new FreshetError("hook_refused", `the signature is older than ${toleranceS} s, or from the future`);
  }
}
