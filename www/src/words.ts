// The words of the page in the reader's language, and numbers, sizes and times as that language writes them.
import { en } from "./strings.en.ts";

/** Every text of the page. Another language is another file of this type. */
export type Strings = typeof en;

export const t: Strings = en;

const LANGUAGE = "en";
const plurals = new Intl.PluralRules(LANGUAGE);
const numbers = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 1 });
const times = new Intl.DateTimeFormat(LANGUAGE, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const timesWithSeconds = new Intl.DateTimeFormat(LANGUAGE, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const days = new Intl.DateTimeFormat(LANGUAGE, { weekday: "long", day: "numeric", month: "long" });
const shortDays = new Intl.DateTimeFormat(LANGUAGE, { day: "numeric", month: "short" });
const relative = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "auto" });

/** `1 message`, `3 messages`. */
export function count(n: number, forms: { one: string; other: string }): string {
  const form = plurals.select(n) === "one" ? forms.one : forms.other;
  return form.replace("#", numbers.format(n));
}

/** `1,150`. */
export function whole(n: number): string {
  return numbers.format(n);
}

/** Bytes as people read them: `1.4 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return count(bytes, t.units.bytes);
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, "KB"] : [bytes / 1_000_000, "MB"];
  return `${value < 10 ? numbers.format(value) : Math.round(value)} ${unit}`;
}

/** How long something lasts, as far as it matters: `25 minutes`, `3 hours`, `2 days`. */
export function lasting(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return count(minutes, t.units.minutes);
  return minutes < 48 * 60 ? count(Math.floor(minutes / 60), t.units.hours) : count(Math.floor(minutes / 1440), t.units.days);
}

/** `14:02`. */
export function time(ms: number): string {
  return times.format(ms);
}

/** `14:02:31`, for who compares with a log. */
export function exactTime(ms: number): string {
  return `${shortDays.format(ms)}, ${timesWithSeconds.format(ms)}`;
}

/** `today`, `yesterday`, `Thursday, November 26`. */
export function day(ms: number, now: number): string {
  const ago = daysBetween(ms, now);
  return ago < 2 ? relative.format(-ago, "day") : days.format(ms);
}

/** As narrow as a list needs it: `14:02` of today, `yesterday`, else `26 Nov`. */
export function shortTime(ms: number, now: number): string {
  const ago = daysBetween(ms, now);
  if (ago === 0) return time(ms);
  return ago === 1 ? relative.format(-1, "day") : shortDays.format(ms);
}

/** A time that may be today or next week: `14:20`, `tomorrow, 14:20`, `Tuesday, March 17, 14:20`. */
export function when(ms: number, now: number): string {
  if (sameDay(ms, now)) return time(ms);
  const name = sameDay(ms, now + 86_400_000) ? relative.format(1, "day") : sameDay(ms, now - 86_400_000) ? relative.format(-1, "day") : days.format(ms);
  return `${name}, ${time(ms)}`;
}

/** Whether both are of one day where the reader is. */
export function sameDay(one: number, other: number): boolean {
  return midnight(one) === midnight(other);
}

function daysBetween(ms: number, now: number): number {
  return Math.max(0, Math.round((midnight(now) - midnight(ms)) / 86_400_000));
}

function midnight(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}

/** What a field is called. Which fields there are is the package's list; one without words here shows its own name. */
export function fieldWords(type: string, name: string): { label: string; hint?: string; placeholder?: string } {
  return t.fields[`${type}.${name}`] ?? t.fields[name] ?? { label: readable(name) };
}

/** What a type of message is called. */
export function typeWords(type: string): string {
  return (t.typeNames as Record<string, string>)[type] ?? readable(type);
}

/** `replyTo` as `Reply to`. */
function readable(name: string): string {
  const words = name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
