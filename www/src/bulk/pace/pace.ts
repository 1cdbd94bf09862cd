// At what pace a batch goes, and when it would end: the proxy decides, this is what can be told before it does.

/** A pace as it is asked for. The proxy may be slower, never quicker. */
export interface Pace {
  perMinute: number;
  /** At most so many a day. */
  dailyCap?: number | undefined;
  /** No messages from one time of day to the other, `21:00` to `08:00`. */
  quiet?: { from: string; to: string; zone: string } | undefined;
  /** Nothing before; in milliseconds. */
  startAt?: number | undefined;
}

const DAY = 1440;
/** What takes longer is told as longer than that. */
const MOST_DAYS = 400;

/** When the last of `count` messages would leave, in milliseconds, as clocks here go; nothing where that is more than a year away. */
export function endsAt(count: number, { perMinute, dailyCap, quiet }: Pace, from: number): number | undefined {
  let left = count;
  const silence = quiet ? { from: minuteOf(quiet.from), to: minuteOf(quiet.to) } : undefined;
  if (silence && (silence.from === undefined || silence.to === undefined)) return undefined;
  const start = new Date(from);
  const midnight = new Date(from).setHours(0, 0, 0, 0);
  for (let day = 0; day < MOST_DAYS; day += 1) {
    let today = Math.min(left, dailyCap ?? Number.POSITIVE_INFINITY);
    const first = day === 0 ? start.getHours() * 60 + start.getMinutes() + start.getSeconds() / 60 : 0;
    for (const [opens, shuts] of openOf(silence as { from: number; to: number } | undefined)) {
      const begin = Math.max(opens, first);
      if (begin >= shuts || today <= 0) continue;
      const going = Math.min(today, (shuts - begin) * perMinute);
      today -= going;
      left -= going;
      // The first of them leaves at once.
      if (left <= 1e-9) return midnight + day * DAY * 60_000 + (begin + Math.max(0, going - 1) / perMinute) * 60_000;
    }
  }
  return undefined;
}

/** `21:30` as minutes of the day. */
export function minuteOf(time: string): number | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}

/** The stretches of a day in which messages go. */
function openOf(silence: { from: number; to: number } | undefined): [number, number][] {
  if (!silence || silence.from === silence.to) return [[0, DAY]];
  const { from, to } = silence;
  return from < to ? [[0, from], [to, DAY]] : [[to, from]];
}
