/** Segments of the digits 0 to 9, in the order top, upper right, lower right, bottom, lower left, upper left, middle. */
const digits = [
  "1111110",
  "0110000",
  "1101101",
  "1111001",
  "0110011",
  "1011011",
  "1011111",
  "1110000",
  "1111111",
  "1111011",
];

/** Outlines of the seven segments in a field of 60 by 110. */
const segments = [
  "M8 2h44l-8 10H16z",
  "M56 6v44l-5 4-5-5V16z",
  "M56 60v44l-10-10V61l5-5z",
  "M8 108h44l-8-10H16z",
  "M4 60v44l10-10V61l-5-5z",
  "M4 6v44l5 4 5-5V16z",
  "M15 50h30l5 5-5 5H15l-5-5z",
];

/**
 * A picture of a moment as SVG, 1200 by 600, drawn as a seven-segment display: it needs no font, which a bare machine
 * may not have.
 */
export function clockPicture(moment: Date): string {
  const iso = moment.toISOString();
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="600" viewBox="0 0 1200 600">
<rect width="1200" height="600" fill="#0f2a3d"/>
<path d="M0 470c200-60 400 60 600 0s400-60 600 0v130H0z" fill="#17415c"/>
<path d="M0 520c200-50 400 50 600 0s400-50 600 0v80H0z" fill="#1f5c80"/>
<g fill="#e8f4fb">${line(iso.slice(11, 19), 205, 150, 1.55)}</g>
<g fill="#7fc1e6">${line(iso.slice(0, 10), 340, 380, 0.72)}${line(iso.slice(20, 23), 925, 273, 0.5)}</g>
</svg>`;
}

/** Digits, `:` and `-` side by side. */
function line(text: string, left: number, top: number, scale: number): string {
  let x = 0;
  let out = "";
  for (const character of text) {
    out += `<g transform="translate(${x} 0)">${shape(character)}</g>`;
    x += character === ":" ? 34 : 78;
  }
  return `<g transform="translate(${left} ${top}) scale(${scale})">${out}</g>`;
}

function shape(character: string): string {
  if (character === ":") return '<circle cx="8" cy="32" r="7"/><circle cx="8" cy="78" r="7"/>';
  if (character === "-") return `<path d="${segments[6]}"/>`;
  const lit = digits[Number(character)] ?? "";
  return segments.map((path, at) => (lit[at] === "1" ? `<path d="${path}"/>` : "")).join("");
}
