/**
 * The path of an object's URL: everything but RFC 3986's unreserved characters is percent-encoded, once, as Amazon's
 * signatures want it; the others take that, too.
 *
 * @param prefix folder that a storage is limited to, without slash at either end; empty = none
 */
export function objectPath(prefix: string, name: string): string {
  return `/${prefix === "" ? name : `${prefix}/${name}`}`.split("/").map(encodeStrictly).join("/");
}

/** `encodeURIComponent` leaves `!'()*` as they are. */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
