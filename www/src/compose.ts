// The form of one message: built from the package's list of types, checked by the package at every keystroke.
import { type Fault, type MessageType, type MessageTypeInfo, messageTypes, validate, type WireMessage } from "maytapi";
import { byId, freshId, h } from "./dom.ts";
import { changed, type Block, type Control, type Value } from "./fields/block.ts";
import { fieldsOf } from "./fields/index.ts";
import { flagField, textField } from "./fields/simple.ts";
import { wordsFor } from "./words.ts";

/** A message as it was filled in: every field with its value. */
export type Draft = Record<string, Value>;

/** What the form holds at one moment. */
export type State = { valid: true; wire: WireMessage } | { valid: false; count: number };

interface TypeForm {
  info: MessageTypeInfo;
  controls: Control[];
}

export class Compose {
  readonly #form = byId("form", HTMLFormElement);
  readonly #own = byId("own-fields", HTMLElement);
  readonly #more = byId("more", HTMLDetailsElement);
  readonly #homeless = byId("homeless-faults", HTMLUListElement);
  readonly #recipient = textField({ name: "toNumber", required: true, words: wordsFor("", "toNumber") });
  readonly #replyTo = textField({ name: "replyTo", required: false, words: wordsFor("", "replyTo") }, { mono: true });
  readonly #skipFilter = flagField({ name: "skipFilter", required: false, words: wordsFor("", "skipFilter") });
  /** Each type's form is kept, so that choosing another type and coming back loses nothing. */
  readonly #forms = new Map<MessageType, TypeForm>();
  #current: TypeForm;
  /** After a try to send, what is missing is shown too. */
  #showAll = false;

  /** `onChange` is told after every change, with what the form then holds. */
  constructor(private readonly onChange: (state: State) => void) {
    const types = messageTypes();
    const [first] = types;
    if (!first) throw new Error("the package lists no message types");
    byId("types", HTMLElement).append(...types.map((info) => this.#chip(info, info === first)));
    byId("recipient", HTMLElement).append(this.#recipient.element);
    byId("more-fields", HTMLElement).append(this.#replyTo.element, this.#skipFilter.element);
    this.#current = this.#formOf(first);
    this.#choose(first);
    const card = this.#own.closest("section") ?? this.#form;
    card.addEventListener("input", () => this.check());
    // Only on the way from field to field: a fault that appears under the pointer would move the button that it is about to press.
    card.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget instanceof Element && relatedTarget.matches("input, textarea, select")) this.check();
    });
  }

  /** The message, complete: a file with all its bytes. */
  draft(): Draft {
    return this.#read((control) => control.value());
  }

  /** Checks what is filled in, shows what is wrong beside each field, and tells. */
  check(): State {
    const sample = this.#read((control) => (control.sample ?? control.value)());
    const checked = validate(sample);
    const faults = [...(checked.valid ? [] : checked.faults), ...this.#controls().flatMap((control) => control.faults?.() ?? [])];
    this.#show(faults);
    const state: State = checked.valid && faults.length === 0 ? { valid: true, wire: checked.wire } : { valid: false, count: faults.length };
    this.onChange(state);
    return state;
  }

  /** Shows everything that is wrong and brings the keyboard to the first of it. */
  insist(): void {
    this.#showAll = true;
    this.check();
    const first = this.#blocks().find((block) => block.element.matches(".faulty:not(:has(.faulty))"));
    first?.focus();
  }

  #chip(info: MessageTypeInfo, chosen: boolean): HTMLElement {
    const id = freshId("type");
    const radio = h("input", { type: "radio", name: "type", id, value: info.type, checked: chosen });
    radio.addEventListener("change", () => this.#choose(info));
    return h("span", { class: "chip" }, radio, h("label", { for: id }, info.type));
  }

  #choose(info: MessageTypeInfo): void {
    this.#current = this.#formOf(info);
    this.#showAll = false;
    this.#own.replaceChildren(...this.#current.controls.map((control) => control.element));
    this.#replyTo.element.hidden = this.#ownsReplyTo();
    changed(this.#own);
  }

  #formOf(info: MessageTypeInfo): TypeForm {
    const known = this.#forms.get(info.type);
    if (known) return known;
    const made = { info, controls: fieldsOf(info) };
    this.#forms.set(info.type, made);
    return made;
  }

  /** Some types are about a message: there `replyTo` is one of the type's own fields. */
  #ownsReplyTo(): boolean {
    return this.#current.info.fields.some((field) => field.name === "replyTo");
  }

  #controls(): Control[] {
    const shared = this.#ownsReplyTo() ? [this.#skipFilter] : [this.#replyTo, this.#skipFilter];
    return [this.#recipient, ...this.#current.controls, ...shared];
  }

  #blocks(): Block[] {
    return this.#controls().flatMap((control) => control.blocks());
  }

  #read(value: (control: Control) => Value): Draft {
    const draft: Draft = { type: this.#current.info.type };
    for (const control of this.#controls()) {
      const [block] = control.blocks();
      if (block) draft[block.path] = value(control);
    }
    return draft;
  }

  #show(faults: Fault[]): void {
    const blocks = this.#blocks();
    const places = new Map(blocks.map((block) => [block.path, [] as Fault[]]));
    const homeless: Fault[] = [];
    for (const fault of faults) (nearest(places, fault.path) ?? homeless).push(fault);
    for (const block of blocks) {
      const shown = block.show(places.get(block.path) ?? [], this.#showAll);
      if (shown && this.#more.contains(block.element)) this.#more.open = true;
    }
    this.#homeless.hidden = homeless.length === 0;
    this.#homeless.replaceChildren(...homeless.map((fault) => h("li", {}, fault.path === "" ? "" : `${fault.path}: `, fault.message)));
  }
}

/** The faults of this path, or of the nearest field around it: a fault in a list's entry may belong to the list. */
function nearest(places: Map<string, Fault[]>, path: string): Fault[] | undefined {
  for (let at = path; at !== ""; at = at.replace(/(\[\d+\]|(^|\.)[^.[\]]*)$/, "")) {
    const place = places.get(at);
    if (place) return place;
  }
  return undefined;
}
