// The template of a batch against its people: who has a gap, whose message is longest.
import type { MessageTemplate } from "maytapi";
import { renderTemplate } from "maytapi/templates";
import type { Person } from "../people/rows.ts";
import { inSlices } from "../slices.ts";

/** What is known of a template once all rows were filled in. */
export interface Fit {
  /** Indexes of people whose message has a fault. */
  gaps: number[];
  /** The index of whoever gets the longest text. */
  longest: number;
}

/** Fills in all rows. Nothing where it is no longer wanted. */
export async function fitOf(template: MessageTemplate, people: readonly Person[], isWanted: () => boolean): Promise<Fit | undefined> {
  const gaps: number[] = [];
  let [longest, most] = [0, -1];
  const done = await inSlices(
    people.length,
    (index) => {
      const rendered = renderTemplate(template, people[index]?.fields ?? {});
      if (!rendered.valid) {
        gaps.push(index);
        return;
      }
      const length = lengthOf(rendered.wire);
      if (length > most) [longest, most] = [index, length];
    },
    isWanted,
  );
  return done ? { gaps, longest } : undefined;
}

/** How long all texts of a message are together. */
export function lengthOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  return typeof value === "object" && value !== null ? Object.values(value).reduce<number>((sum, one) => sum + lengthOf(one), 0) : 0;
}
