import type { Texts } from "./texts/en.ts";

/** Three digits at most: more would only look exact. */
export function durationText(ms: number, { locale }: Pick<Texts, "locale">): string {
  const write = (value: number, digits: number) =>
    value.toLocaleString(locale, { maximumFractionDigits: digits });
  if (ms < 9.95) return `${write(ms, 1)} ms`;
  if (ms < 999.5) return `${write(ms, 0)} ms`;
  if (ms < 59_950) return `${write(ms / 1000, 1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `812 B`, `17.9 KB`, `1.2 GB`: decimal, as browsers and file managers say it. */
export function sizeText(bytes: number, { locale }: Pick<Texts, "locale">): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let at = 0;
  let value = bytes;
  while (value >= 999.5 && at < units.length - 1) {
    value /= 1000;
    at++;
  }
  const digits = at === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toLocaleString(locale, { maximumFractionDigits: digits })} ${units[at]}`;
}

/** In the person's own time zone; the day only where it is not today. */
export function timeText(time: Date, { locale }: Pick<Texts, "locale">, now = new Date()): string {
  const clock = { hour: "numeric", minute: "2-digit", second: "2-digit" } as const;
  const isToday = time.toDateString() === now.toDateString();
  return time.toLocaleString(locale, isToday ? clock : { ...clock, month: "short", day: "numeric" });
}

/** `2026-11-23 13:39:52.636426` (UTC) as a moment; `null` if it is written in another way. */
export function readTime(text: string): Date | null {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)/.exec(text) ?? [];
  return day && time ? new Date(`${day}T${time}Z`) : null;
}
