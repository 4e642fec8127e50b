import type { Entry } from "../cache/store.ts";

/** Shown where an original is missing and the token has no image for that: a landscape behind a question mark. */
export const builtInImage = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600" viewBox="0 0 800 600">
  <defs>
    <linearGradient id="sky" x2="0" y2="1">
      <stop stop-color="#dbe4ec"/><stop offset="1" stop-color="#f3f6f8"/>
    </linearGradient>
  </defs>
  <rect width="800" height="600" fill="url(#sky)"/>
  <circle cx="590" cy="165" r="52" fill="#fff"/>
  <path d="M0 470 200 270l130 130 90-80 190 190 60-55 130 115v40H0z" fill="#c3d0db"/>
  <path d="M0 540 150 420l150 110 130-90 170 120 110-60 90 50v100H0z" fill="#a9bac8"/>
  <circle cx="400" cy="300" r="92" fill="#fff"/>
  <path d="M367 281c0-19 14-33 34-33s34 13 34 31c0 27-34 27-34 52" fill="none" stroke="#7c90a1" stroke-width="17" stroke-linecap="round"/>
  <circle cx="401" cy="358" r="11" fill="#7c90a1"/>
</svg>`;

/** One transparent pixel: a GIF of 43 bytes. */
export const transparentPixel: Entry = {
  bytes: Buffer.from("R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==", "base64"),
  type: "image/gif",
};
