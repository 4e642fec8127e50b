/**
 * SHA-256 of a text in UTF-8, as 64 lower-case hex digits. Passed in by whoever runs core: a native hash is some
 * twenty times faster than one in JavaScript, and hits are made of this.
 */
export type HashText = (text: string) => string;
