// The batch that is being made: its people, message and pace, and what of it is still missing.
import { computed, effect, signal } from "@preact/signals";
import { type Fault, type FieldKind, type MessageTemplate, messageTypes } from "maytapi";
import { templateFields } from "maytapi/templates";
import { type Held, KINDS, type Value } from "../compose/kinds.ts";
import { info } from "../session/session.ts";
import { now } from "../shell/clock.ts";
import { type Fit, fitOf } from "./message/template.ts";
import { endsAt, minuteOf, type Pace } from "./pace/pace.ts";
import { type Columns, columnsOf } from "./people/columns.ts";
import { type People, peopleOf, type Person } from "./people/rows.ts";
import type { Table } from "./people/table.ts";
import { b } from "./words.ts";

export const STEPS = ["people", "message", "pace", "check"] as const;
export type Step = (typeof STEPS)[number];

/** Types whose message is made of texts, in which people can differ; files by their address. */
export const TYPES = ["text", "image", "media", "link", "poll", "buttons"] as const;
export type TemplateType = (typeof TYPES)[number];

export interface PaceForm {
  perMinute: string;
  dailyCap: string;
  quiet: boolean;
  from: string;
  to: string;
  /** Whether it starts later than when somebody starts it, and then at which date and time of here. */
  later: boolean;
  start: string;
}

/** As long ahead as the proxy takes a start. */
const MOST_AHEAD_MS = 90 * 24 * 3600 * 1000;

export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
/** What the proxy allows, and a number that banned nobody yet where it says nothing. */
const bounds = computed(() => info.value?.batches ?? { maxRecipients: Number.POSITIVE_INFINITY, perMinute: 20, dailyCap: null });
const PREFIX = /^\+?[1-9]\d{0,2}$/;

export const step = signal<Step>("people");
export const source = signal<{ name: string; table: Table } | undefined>(undefined);
export const columns = signal<Columns>({ columns: [], hasHeader: false });
export const prefix = signal("");
export const type = signal<TemplateType>("text");
/** What the fields hold, kept for each type. */
const own = signal<Partial<Record<TemplateType, Record<string, Held[keyof Held]>>>>({});
export const pace = signal<PaceForm>(paceAtFirst());
export const agreed = signal(false);
/** Whether somebody came to the check, after which what is only missing yet is a fault too. */
export const insisted = signal(false);
/** The person whose message is shown. */
export const shown = signal(0);

/** The people as they were last looked through; nothing while that is under way. */
export const people = signal<People | undefined>(undefined);
/** How the template fits them; nothing while that is being looked at. */
export const fit = signal<Fit | undefined>(undefined);

export const prefixFault = computed(() => prefix.value.trim() !== "" && !PREFIX.test(prefix.value.trim()));

/** The fields of the chosen type. */
export const fields = computed(() => messageTypes().find((one) => one.type === type.value)?.fields ?? []);

/** What a field of the chosen type holds. */
export function heldOf<K extends FieldKind>(name: string, kind: K): Held[K] {
  return (own.value[type.value]?.[name] ?? KINDS[kind].initial()) as Held[K];
}

export function hold(name: string, held: Held[keyof Held]): void {
  own.value = { ...own.value, [type.value]: { ...own.value[type.value], [name]: held } };
}

export const template = computed<MessageTemplate>(() => {
  const filled = fields.value.map(({ name, kind, required }) => [name, valueOf(name, kind, required)]).filter(([, value]) => value !== undefined);
  return { type: type.value, ...Object.fromEntries(filled) } as MessageTemplate;
});

function valueOf<K extends FieldKind>(name: string, kind: K, required: boolean): Value {
  return KINDS[kind].read(heldOf(name, kind), required);
}

export const templateFaults = computed<Fault[]>(() => {
  const named = templateFields(template.value);
  return named.valid ? [] : named.faults;
});

/** The names of the fields that people have. */
export const fieldNames = computed(() => columns.value.columns.flatMap(({ name, role }) => (role === "field" ? [name] : [])));

/** Who would get it: everybody without a gap. */
export const recipients = computed<Person[]>(() => {
  const all = people.value?.people ?? [];
  const gaps = new Set(fit.value?.gaps);
  return gaps.size === 0 ? all : all.filter((_, index) => !gaps.has(index));
});

/** Whether the start is no time, over, or too far ahead; by itself, so that a moment that passes makes no other plan of the same pace. */
const startFault = computed(() => {
  if (!pace.value.later) return false;
  const at = startOf(pace.value);
  return !(at > now.value && at <= now.value + MOST_AHEAD_MS);
});

/** In milliseconds; not a number where it is no time. */
function startOf({ start }: PaceForm): number {
  return new Date(start).getTime();
}

export const paceFaults = computed(() => {
  const { perMinute, dailyCap, quiet, from, to } = pace.value;
  const rate = Number(perMinute);
  return {
    perMinute: !(/^\d+$/.test(perMinute.trim()) && rate >= 1 && rate <= mostPerMinute()),
    dailyCap: dailyCap.trim() !== "" && !(/^[1-9]\d{0,6}$/.test(dailyCap.trim()) && Number(dailyCap) <= (bounds.value.dailyCap ?? Number.POSITIVE_INFINITY)),
    quiet: quiet && (minuteOf(from) === undefined || minuteOf(to) === undefined),
    start: startFault.value,
  };
});

/** So many a minute the proxy sends at most. */
export function mostPerMinute(): number {
  return bounds.value.perMinute;
}

/** By how many there are more than a batch may have. */
export const tooMany = computed(() => Math.max(0, recipients.value.length - bounds.value.maxRecipients));

/** The pace as the proxy takes it; nothing where it has faults. */
export const plan = computed<Pace | undefined>(() => {
  if (Object.values(paceFaults.value).some(Boolean)) return undefined;
  const { perMinute, dailyCap, quiet, from, to, later } = pace.value;
  return {
    perMinute: Number(perMinute),
    ...(dailyCap.trim() === "" ? {} : { dailyCap: Number(dailyCap) }),
    ...(quiet ? { quiet: { from, to, zone: ZONE } } : {}),
    ...(later ? { startAt: startOf(pace.value) } : {}),
  };
});

/** When the last one would leave. */
export function endOf(from: number): number | undefined {
  return plan.value && endsAt(recipients.value.length, plan.value, Math.max(from, plan.value.startAt ?? from));
}

/** The steps that something is missing in. */
export const missing = computed<("people" | "message" | "pace")[]>(() => [
  ...((people.value?.people.length ?? 0) === 0 || tooMany.value > 0 ? (["people"] as const) : []),
  ...(templateFaults.value.length > 0 || recipients.value.length === 0 ? (["message"] as const) : []),
  ...(plan.value === undefined ? (["pace"] as const) : []),
]);

function paceAtFirst(): PaceForm {
  return { perMinute: String(bounds.value.perMinute), dailyCap: bounds.value.dailyCap === null ? "" : String(bounds.value.dailyCap), quiet: true, from: "21:00", to: "08:00", later: false, start: "" };
}

/** Takes a table that was read, its columns as they look. */
export function takeTable(name: string, table: Table): void {
  source.value = { name, table };
  columns.value = columnsOf(table);
  shown.value = 0;
}

/** As at first, but for the message and the pace where they are to be kept. */
export function startOver(): void {
  source.value = undefined;
  columns.value = { columns: [], hasHeader: false };
  prefix.value = "";
  own.value = {};
  type.value = "text";
  pace.value = paceAtFirst();
  agreed.value = false;
  insisted.value = false;
  shown.value = 0;
  step.value = "people";
}

/** Looks through the people again at each change of what they are made of, and at how the template fits them. */
export function watchDraft(): () => void {
  const ends = [
    effect(() => {
      const [from, mapped] = [source.value, columns.value];
      const code = prefixFault.value ? "" : prefix.value.trim();
      let wanted = true;
      people.value = undefined;
      if (from && mapped.columns.some(({ role }) => role === "to")) {
        void peopleOf(from.table, mapped, { prefix: code, duplicate: b.rows.duplicate, isWanted: () => wanted }).then((found) => {
          if (found && wanted) people.value = found;
        });
      }
      return () => {
        wanted = false;
      };
    }),
    effect(() => {
      const [message, found] = [template.value, people.value];
      const isWhole = templateFaults.value.length === 0;
      let wanted = true;
      fit.value = undefined;
      if (found && isWhole) {
        void fitOf(message, found.people, () => wanted).then((fits) => {
          if (fits && wanted) fit.value = fits;
        });
      }
      return () => {
        wanted = false;
      };
    }),
  ];
  return () => ends.forEach((end) => end());
}
