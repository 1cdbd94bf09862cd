// Which faults of the template stand at which of its fields.
import type { Fault, FieldKind } from "maytapi";
import { type Held, type HeldButton, KINDS } from "../../compose/kinds.ts";
import { t } from "../../words.ts";
import { fields, heldOf, insisted, templateFaults } from "../draft.ts";

/** What is wrong at this place. What is only missing yet is no fault of a place that is blank, before somebody came to the check. */
export function faultsAt(path: string, isBlank: boolean): Fault[] {
  return templateFaults.value.map(atItsTarget).filter((fault) => fault.path === path && (insisted.value || !isBlank || !(fault.code === "missing" || fault.code === "empty")));
}

/** What is wrong with the template as a whole. */
export function faultsElsewhere(): Fault[] {
  const places = new Set(fields.value.flatMap(({ name, kind }) => [name, ...placesOf(name, kind)]));
  return templateFaults.value.filter(({ path }) => !places.has(path));
}

/** The form gives each button exactly one thing to do, so one that has none lacks what is filled in for it. */
function atItsTarget(fault: Fault): Fault {
  const [, name = "", index] = /^(\w+)\[(\d+)\]$/.exec(fault.path) ?? [];
  if (fault.code !== "invalid_button" || index === undefined) return fault;
  const button: HeldButton | undefined = heldOf(name, "buttons")[Number(index)];
  return button ? { ...fault, code: "missing", path: `${fault.path}.${button.action}`, message: t.buttons.missing } : fault;
}

function placesOf<K extends FieldKind>(name: string, kind: K): string[] {
  return KINDS[kind].places?.(heldOf(name, kind) as Held[K], name) ?? [];
}
