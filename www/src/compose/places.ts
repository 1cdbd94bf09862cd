// The places of the form where faults and hints can stand, and which of them belongs where.
import { computed } from "@preact/signals";
import type { Fault, FieldKind, Hint } from "maytapi";
import { checked, heldOf, info, ownsReplyTo, shownFaults } from "./draft.ts";
import { type Held, KINDS } from "./kinds.ts";

/** Paths of all places, in the order in which they stand on the page. */
export const places = computed<ReadonlySet<string>>(() => {
  const own = info.value.fields.flatMap(({ name, kind }) => placesOf(name, kind, heldOf(name, kind)));
  return new Set(["toNumber", ...own, ...(ownsReplyTo.value ? [] : ["replyTo"]), "skipFilter"]);
});

const placed = computed(() => sorted<Fault>(shownFaults.value));
const placedHints = computed(() => sorted<Hint>(checked.value.hints));

/** What is wrong at this place. */
export function faultsAt(path: string): Fault[] {
  return placed.value.get(path) ?? [];
}

export function hintsAt(path: string): Hint[] {
  return placedHints.value.get(path) ?? [];
}

/** What is wrong with the message as a whole. */
export function faultsOfNoPlace(): Fault[] {
  return placed.value.get("") ?? [];
}

/** The first place with a fault, as the page reads. */
export function firstFaulty(): string | undefined {
  return [...places.value].find((path) => faultsAt(path).length > 0);
}

function sorted<T extends { path: string }>(all: T[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const one of all) {
    const place = nearest(one.path) ?? "";
    found.set(place, [...(found.get(place) ?? []), one]);
  }
  return found;
}

/** The path's own place, or the nearest one around it: a fault in a list's entry may belong to the list. */
function nearest(path: string): string | undefined {
  for (let at = path; at !== ""; at = at.replace(/(\[\d+\]|(^|\.)[^.[\]]*)$/, "")) {
    if (places.value.has(at)) return at;
  }
  return undefined;
}

function placesOf<K extends FieldKind>(path: string, kind: K, held: Held[K]): string[] {
  return [...(KINDS[kind].places?.(held, path) ?? []), path];
}
