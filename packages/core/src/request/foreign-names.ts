/**
 * Names that are Cloudimage's and therefore never part of an origin's own query, beside those in the operation
 * registry: parameters that act elsewhere, and operations that are not built yet (they are ignored, not passed on).
 *
 * @see reference/cloudimage.md section 16
 */
const names: ReadonlySet<string> = new Set([
  "bg_remove",
  "blur_faces",
  "doc_page",
  "face_margin",
  "force_download",
  "format",
  "p",
  "process",
  "vh",
]);

/** True if a parameter of this name is Cloudimage's own, although no operation here reads it. */
export function isCloudimageName(name: string): boolean {
  return names.has(name) || /^(ci_|wat_|wat\[|mark_)/.test(name);
}
