/**
 * SHA-1 of a text in UTF-8, as 40 lower-case hex digits. Passed in by whoever runs core. Cloudimage's signatures are
 * made of it; nothing of Freshet's own is.
 */
export type Sha1 = (text: string) => string;
