// One place on the form where faults can stand: a label, what is filled in, and what is wrong with it.
import type { Fault } from "maytapi";
import { freshId, h } from "../dom.ts";
import type { Words } from "../words.ts";

/** A value as it goes into the message; `undefined` leaves the field out. */
export type Value = string | number | boolean | undefined | Value[] | { [name: string]: Value };

/** What one field of a message looks like on the page. */
export interface Control {
  readonly element: HTMLElement;
  /** Every place in it where faults can stand, outermost first. */
  blocks(): Block[];
  /** What was filled in. */
  value(): Value;
  /** A small stand-in that is checked at every keystroke in place of a large value. */
  sample?(): Value;
  /** What is wrong beyond what checking the sample can tell. */
  faults?(): Fault[];
}

/** Faults that only say that nothing is there yet: not shown before somebody has been there. */
const NOT_THERE_YET = new Set(["missing", "empty", "too_few"]);

export class Block {
  readonly element: HTMLElement;
  /** Whether somebody has typed here or left it. */
  touched = false;
  readonly #input: HTMLElement | undefined;
  readonly #line: HTMLElement;

  /** `path` is the field's path in the message; the paths of rows in a list move when one is taken out. */
  constructor(
    public path: string,
    element: HTMLElement,
    input: HTMLElement | undefined,
    describedBy: string[] = [],
  ) {
    this.element = element;
    this.#input = input;
    this.#line = h("p", { class: "fault", id: freshId("fault"), hidden: true });
    element.append(this.#line);
    (input ?? element).setAttribute("aria-describedby", [...describedBy, this.#line.id].join(" "));
    for (const name of ["input", "change", "focusout"]) {
      element.addEventListener(name, () => {
        this.touched = true;
      });
    }
  }

  /** Shows what is wrong here; with `all` also what is only missing. Tells whether anything is shown. */
  show(faults: Fault[], all: boolean): boolean {
    const shown = faults.filter((fault) => all || this.touched || !NOT_THERE_YET.has(fault.code));
    this.#line.hidden = shown.length === 0;
    this.#line.replaceChildren(...shown.map((fault) => h("span", { class: "sentence", "data-code": fault.code }, fault.message)));
    this.element.classList.toggle("faulty", shown.length > 0);
    if (shown.length > 0) this.#input?.setAttribute("aria-invalid", "true");
    else this.#input?.removeAttribute("aria-invalid");
    return shown.length > 0;
  }

  /** Brings the keyboard here. */
  focus(): void {
    const focusable = "input:not([type=hidden]), textarea, select, button";
    (this.#input ?? this.element.querySelector<HTMLElement>(focusable))?.focus();
  }
}

/** A label with the field's name in the API beside it. */
export function label(words: Words, name: string, required: boolean, target: string): HTMLLabelElement {
  const text = h("label", { class: "label", for: target }, words.label, " ", h("code", {}, name));
  if (!required) text.append(" ", h("span", { class: "optional" }, "optional"));
  return text;
}

/** The hint below a field; nothing where there is none. */
export function hint(words: Words): HTMLElement[] {
  return words.hint === undefined ? [] : [h("p", { class: "hint", id: freshId("hint") }, words.hint)];
}

/** Tells the form that a value changed without anybody typing. */
export function changed(element: HTMLElement): void {
  element.dispatchEvent(new Event("input", { bubbles: true }));
}
