/** One bar: what it stands for, and how long it is. */
export interface Bar {
  readonly label: string;
  readonly value: number;
}

const sizes = { row: 20, label: 400, bars: 300, value: 60, top: 26, bottom: 10 };

/**
 * A bar chart as SVG, for light and dark pages. Ratios are drawn on a logarithmic scale around 1, which is where two are
 * equal: twice as fast and half as fast are the same length.
 *
 * @param bars with values above 0
 */
export function barChart(title: string, bars: readonly Bar[]): string {
  const height = sizes.top + bars.length * sizes.row + sizes.bottom;
  const width = sizes.label + sizes.bars + sizes.value;
  const reach = Math.max(1, ...bars.map(({ value }) => Math.abs(Math.log2(value))));
  const xOf = (value: number) => sizes.label + (sizes.bars / 2) * (1 + Math.log2(value) / reach);
  const middle = xOf(1);
  const drawn = bars.map(({ label, value }, at) => {
    const y = sizes.top + at * sizes.row;
    const x = xOf(value);
    const name = value >= 1 ? "more" : "less";
    return [
      `<text class="t" x="${sizes.label - 8}" y="${y + 14}" text-anchor="end">${escaped(label)}</text>`,
      `<rect class="${name}" x="${round(Math.min(x, middle))}" y="${y + 4}" width="${round(Math.max(1, Math.abs(x - middle)))}" height="12"/>`,
      `<text class="t" x="${sizes.label + sizes.bars + 8}" y="${y + 14}">${value.toFixed(2)}</text>`,
    ].join("\n");
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<style>
text{font:12px system-ui,sans-serif;fill:#1f2328}.b{font-weight:600}.more{fill:#1a7f37}.less{fill:#bc4c00}line{stroke:#656d76}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.more{fill:#3fb950}.less{fill:#db6d28}line{stroke:#8d96a0}}
</style>
<text class="b" x="8" y="16">${escaped(title)}</text>
${drawn.join("\n")}
<line x1="${round(middle)}" x2="${round(middle)}" y1="${sizes.top}" y2="${height - sizes.bottom}"/>
</svg>
`;
}

function round(value: number): string {
  return value.toFixed(1);
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
