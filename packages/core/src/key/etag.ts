/** Strong validator of a variant (RFC 9110 section 8.8.3): the key names the bytes, so equal tags mean equal bytes. */
export function etagOf(variantKey: string): string {
  return `"${variantKey}"`;
}
