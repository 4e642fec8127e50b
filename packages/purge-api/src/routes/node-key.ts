import { timingSafeEqual } from "node:crypto";

/** Whether a request carries the key that the image servers share with this service, as `Authorization: Bearer`. */
export function hasNodeKey(request: Request, nodeKey: string | null): boolean {
  if (nodeKey === null) return false;
  const given = Buffer.from(request.headers.get("authorization") ?? "");
  const wanted = Buffer.from(`Bearer ${nodeKey}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
