/**
 * Names that are Cloudimage's and therefore never part of an origin's own query, beside those in the operation
 * registry: parameters that act elsewhere, and operations that are not built yet (they are ignored, not passed on).
 *
 * @see reference/cloudimage.md section 16
 */
const names: ReadonlySet<string> = new Set([
  ...["tl_px", "br_px", "x", "y", "face_margin", "aspect_ratio", "ar", "fit_enlarge", "margin"],
  ...["bg_img_fit", "bg_blur", "bg_opacity", "bg_colorize", "bg_colourise", "bg_gravity", "bg_remove"],
  ...[
    "flip",
    "mirror",
    "r",
    "trim",
    "radius",
    "optipress",
    "doc_page",
    "force_download",
    "format",
    "p",
    "process",
  ],
  ...["bright", "contrast", "saturate", "blur", "pixelate", "pixellate", "sharp", "grey", "gray", "colorize"],
  ...["duotone", "sepia", "invert", "blur_faces", "f", "wat"],
]);

/** True if a parameter of this name is Cloudimage's own, although no operation here reads it. */
export function isCloudimageName(name: string): boolean {
  return names.has(name) || name === "vh" || /^(ci_|wat_|mark_)/.test(name);
}
