/** Properties of CSS that SVG 2 (section 6.6) also takes as attributes, and those of older versions that are drawn. */
const presentation = `alignment-baseline baseline-shift clip clip-path clip-rule color color-interpolation
  color-interpolation-filters color-rendering cursor direction display dominant-baseline enable-background fill
  fill-opacity fill-rule filter flood-color flood-opacity font font-family font-feature-settings font-kerning font-size
  font-size-adjust font-stretch font-style font-variant font-variation-settings font-weight
  glyph-orientation-horizontal glyph-orientation-vertical image-rendering isolation kerning letter-spacing
  lighting-color line-height marker marker-end marker-mid marker-start mask mask-type mix-blend-mode opacity overflow
  paint-order pointer-events shape-rendering stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset
  stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor text-decoration
  text-overflow text-rendering transform transform-box transform-origin unicode-bidi vector-effect visibility
  white-space word-spacing writing-mode`;

const geometry = `cx cy d dx dy fr fx fy gradientTransform gradientUnits height lengthAdjust markerHeight markerUnits
  markerWidth maskContentUnits maskUnits clipPathUnits method offset orient pathLength patternContentUnits
  patternTransform patternUnits points preserveAspectRatio primitiveUnits r refX refY rotate rx ry side spacing
  spreadMethod startOffset textLength viewBox width x x1 x2 y y1 y2 z zoomAndPan`;

const filters = `amplitude azimuth baseFrequency bias diffuseConstant divisor edgeMode elevation exponent filterUnits
  filterRes in in2 intercept k1 k2 k3 k4 kernelMatrix kernelUnitLength limitingConeAngle mode numOctaves operator order
  pointsAtX pointsAtY pointsAtZ preserveAlpha radius result scale seed slope specularConstant specularExponent
  stdDeviation stitchTiles surfaceScale tableValues targetX targetY type values xChannelSelector yChannelSelector`;

const animation = `accumulate additive attributeName attributeType begin by calcMode dur end fill from keyPoints
  keySplines keyTimes max min path repeatCount repeatDur restart to`;

const rest = `href media requiredExtensions requiredFeatures style systemLanguage version baseProfile xlink:href
  xml:space`;

const names = "aria-describedby aria-hidden aria-label aria-labelledby class id lang role xml:lang";

function words(text: string): string[] {
  return text.split(/\s+/);
}

/** Attributes that are kept, on whichever element. No `on…` is among them, and nothing that takes an address but `href`. */
export const allowedAttributes: ReadonlySet<string> = new Set(
  [presentation, geometry, filters, animation, rest, names].flatMap(words),
);

/** Those of them that are words for people or other elements, in which a parenthesis means nothing. */
export const namingAttributes: ReadonlySet<string> = new Set(words(names));

/** Attributes that an animation may change: never where something points to, nor a style sheet of one's own. */
export const animatableAttributes: ReadonlySet<string> = new Set(
  [presentation, geometry, filters].flatMap(words),
);
