/**
 * Elements that are kept, of SVG 2, Filter Effects 1 and SVG Animations 2. What is missing here is missing on purpose:
 * `script`, `foreignObject`, media, and all that is not of the SVG namespace; `metadata`, which nobody sees; and what no
 * browser draws (fonts, `tref`, `cursor`).
 */
export const allowedElements: ReadonlySet<string> = new Set(
  `a animate animateMotion animateTransform circle clipPath defs desc ellipse filter g image line linearGradient marker
  mask mpath path pattern polygon polyline radialGradient rect set stop style svg switch symbol text textPath title
  tspan use view
  feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap
  feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode
  feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence`.split(/\s+/),
);

/** Elements in which white space between children may be seen. */
export const textElements: ReadonlySet<string> = new Set(["a", "text", "textPath", "title", "tspan", "desc"]);

/** Elements that change an attribute while they are shown. */
export const animationElements: ReadonlySet<string> = new Set(["animate", "animateTransform", "set"]);
