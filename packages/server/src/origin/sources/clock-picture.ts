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

/** Height of a digit, and its width with the gap to the next, before scaling. */
const digit = { height: 110, width: 60, advance: 78 };
const advances: Readonly<Record<string, number>> = { ":": 34, ".": 34 };

export const clockSize = { width: 1200, height: 600 } as const;

/**
 * A picture of a moment as SVG, 1200 by 600, drawn as a seven-segment display: it needs no font, which a bare machine
 * may not have. The time, with small milliseconds on its baseline, above the date, both centered.
 */
export function clockPicture(moment: Date): string {
  const iso = moment.toISOString();
  const [date, time, milliseconds] = [iso.slice(0, 10), iso.slice(11, 19), iso.slice(19, 23)];
  const [timeScale, smallScale, dateScale] = [1.5, 0.62, 0.72];
  const [gap, baseline, dateBaseline] = [22, 275, 392];
  const timeLeft = (1200 - widthOf(time, timeScale) - gap - widthOf(milliseconds, smallScale)) / 2;
  const smallLeft = timeLeft + widthOf(time, timeScale) + gap;
  const dateLeft = (1200 - widthOf(date, dateScale)) / 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="600" viewBox="0 0 1200 600">
<rect width="1200" height="600" fill="#0f2a3d"/>
<path d="M0 470c200-60 400 60 600 0s400-60 600 0v130H0z" fill="#17415c"/>
<path d="M0 520c200-50 400 50 600 0s400-50 600 0v80H0z" fill="#1f5c80"/>
<g fill="#e8f4fb">${line(time, timeLeft, baseline, timeScale)}</g>
<g fill="#7fc1e6">${line(milliseconds, smallLeft, baseline, smallScale)}${line(date, dateLeft, dateBaseline, dateScale)}</g>
</svg>`;
}

/** Digits, `:`, `.` and `-` side by side, standing on a baseline. */
function line(text: string, left: number, baseline: number, scale: number): string {
  let x = 0;
  let out = "";
  for (const character of text) {
    out += `<g transform="translate(${x} 0)">${shape(character)}</g>`;
    x += advanceOf(character);
  }
  return `<g transform="translate(${left} ${baseline - digit.height * scale}) scale(${scale})">${out}</g>`;
}

function widthOf(text: string, scale: number): number {
  const gapAfterLast = digit.advance - digit.width;
  return scale * ([...text].reduce((sum, character) => sum + advanceOf(character), 0) - gapAfterLast);
}

function advanceOf(character: string): number {
  return advances[character] ?? digit.advance;
}

function shape(character: string): string {
  if (character === ":") return '<circle cx="8" cy="32" r="7"/><circle cx="8" cy="78" r="7"/>';
  if (character === ".") return '<circle cx="8" cy="103" r="7"/>';
  if (character === "-") return `<path d="${segments[6]}"/>`;
  const lit = digits[Number(character)] ?? "";
  return segments.map((path, at) => (lit[at] === "1" ? `<path d="${path}"/>` : "")).join("");
}
