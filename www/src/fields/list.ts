// Fields that are lists with rows to add and to take out: a poll's answers, a message's buttons.
import { button, freshId, h } from "../dom.ts";
import { Block, changed, type Control, hint, type Value } from "./block.ts";
import type { Spec } from "./simple.ts";

/** One row of a list. */
interface Row {
  element: HTMLElement;
  value(): Value;
  blocks: Block[];
  /** Takes its place in the list: names and paths follow it. */
  renumber(index: number): void;
}

/** A poll's answers. */
export function optionsField(spec: Spec): Control {
  return list(spec, { start: 2, noun: "answer" }, optionRow);
}

/** A message's buttons. */
export function buttonsField(spec: Spec): Control {
  return list(spec, { start: 1, noun: "button" }, buttonRow);
}

function list(spec: Spec, words: { start: number; noun: string }, make: (spec: Spec, remove: HTMLButtonElement) => Row): Control {
  const rows: Row[] = [];
  const holder = h("div", { class: "rows" });
  const hints = hint(spec.words);
  const legend = h("legend", { class: "label" }, spec.words.label, " ", h("code", {}, spec.name));
  const more = button(`Add ${words.noun === "answer" ? "an answer" : "a button"}`, () => {
    add().element.querySelector("input")?.focus();
    changed(holder);
  });
  more.className = "small add";
  const element = h("fieldset", { class: "field group" }, legend, ...hints, holder, more);
  const block = new Block(spec.name, element, undefined, hints.map((line) => line.id));

  const renumber = (): void => {
    rows.forEach((row, index) => row.renumber(index));
    // A list without rows could not be filled in any more.
    for (const row of rows) row.element.querySelector("button.remove")?.toggleAttribute("disabled", rows.length === 1);
  };
  const add = (): Row => {
    const remove = button("Remove", () => {
      const index = rows.indexOf(row);
      rows.splice(index, 1);
      row.element.remove();
      renumber();
      const next = rows[Math.min(index, rows.length - 1)];
      (next?.element.querySelector("input") ?? more).focus();
      changed(holder);
    });
    remove.className = "small remove";
    const row = make(spec, remove);
    rows.push(row);
    holder.append(row.element);
    renumber();
    return row;
  };
  for (let n = 0; n < words.start; n += 1) add();
  return {
    element,
    blocks: () => [block, ...rows.flatMap((row) => row.blocks)],
    value: () => rows.map((row) => row.value()),
  };
}

function optionRow(spec: Spec, remove: HTMLButtonElement): Row {
  const input = h("input", { id: freshId("field"), type: "text" });
  const element = h("div", { class: "row" }, h("div", { class: "row-line" }, input, remove));
  const block = new Block("", element, input);
  return {
    element,
    blocks: [block],
    value: () => input.value,
    renumber(index) {
      block.path = `${spec.name}[${index}]`;
      name(input, block.path, `Answer ${index + 1}`);
      remove.setAttribute("aria-label", `Remove answer ${index + 1}`);
    },
  };
}

/** What a button can do: the member of the message that says so, and its words. */
const ACTIONS = [
  { member: "id", name: "Reply", placeholder: "id that comes back" },
  { member: "url", name: "Open a page", placeholder: "https://example.com/" },
  { member: "phoneNumber", name: "Call", placeholder: "+1 202 555 0123" },
  { member: "code", name: "Copy a code", placeholder: "WELCOME10" },
];

function buttonRow(spec: Spec, remove: HTMLButtonElement): Row {
  const text = h("input", { id: freshId("field"), type: "text", placeholder: "What stands on it" });
  const action = h("select", { id: freshId("field") }, ...ACTIONS.map(({ member, name }) => h("option", { value: member }, name)));
  const target = h("input", { id: freshId("field"), type: "text", autocapitalize: "off", spellcheck: "false" });
  const textPart = h("div", { class: "part" }, text);
  const targetPart = h("div", { class: "part" }, target);
  const line = h("div", { class: "row-line button-line" }, textPart, action, targetPart, remove);
  const element = h("div", { class: "row" }, line);
  const whole = new Block("", element, undefined);
  const textBlock = new Block("", textPart, text);
  const targetBlock = new Block("", targetPart, target);
  let place = 0;
  const renumber = (index: number): void => {
    place = index;
    const path = `${spec.name}[${index}]`;
    const chosen = ACTIONS.find(({ member }) => member === action.value);
    whole.path = path;
    textBlock.path = `${path}.text`;
    targetBlock.path = `${path}.${action.value}`;
    name(text, textBlock.path, `Text of button ${index + 1}`);
    name(action, `${path}.action`, `What button ${index + 1} does`);
    name(target, targetBlock.path, `${chosen?.name ?? "Target"}: ${action.value} of button ${index + 1}`);
    target.placeholder = chosen?.placeholder ?? "";
    remove.setAttribute("aria-label", `Remove button ${index + 1}`);
  };
  action.addEventListener("input", () => renumber(place));
  return {
    element,
    blocks: [whole, textBlock, targetBlock],
    value: () => ({ text: text.value, [action.value]: target.value }),
    renumber,
  };
}

function name(control: HTMLInputElement | HTMLSelectElement, path: string, words: string): void {
  control.name = path;
  control.setAttribute("aria-label", words);
}
