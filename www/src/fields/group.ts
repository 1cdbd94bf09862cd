// Fields that are objects of two texts: a contact card, a sticker's size.
import { button, freshId, h } from "../dom.ts";
import { Block, changed, type Control, hint } from "./block.ts";
import { type Spec, textField } from "./simple.ts";

/** A name that is shown, and a vCard. */
export function vcardField(spec: Spec): Control {
  const name = part(spec, "displayName", { label: "Name that is shown", placeholder: "Ada Lovelace" }, {});
  const placeholder = "BEGIN:VCARD\nVERSION:3.0\n…\nEND:VCARD";
  const card = part(spec, "vcard", { label: "vCard", placeholder }, { lines: true, mono: true });
  const box = card.element.querySelector("textarea");
  const write = button(
    "Write one for this name",
    () => {
      if (!box) return;
      const shown = String(name.value() ?? "Name");
      box.value = `BEGIN:VCARD\nVERSION:3.0\nFN:${shown}\nTEL;TYPE=CELL;waid=12025550199:+1 202 555 0199\nEND:VCARD`;
      changed(box);
      box.focus();
    },
    { class: "small" },
  );
  box?.after(write);
  return group(spec, [name, card], (values) => values);
}

/** Width and height, in pixels. */
export function sizeField(spec: Spec): Control {
  const width = part(spec, "width", { label: "Width", placeholder: "512" }, { inputmode: "numeric" });
  const height = part(spec, "height", { label: "Height", placeholder: "512" }, { inputmode: "numeric" });
  const control = group(spec, [width, height], (values) => {
    const given = Object.entries(values).filter(([, text]) => text !== undefined);
    if (given.length === 0 && !spec.required) return undefined;
    return Object.fromEntries(given.map(([key, text]) => [key, asNumber(text)]));
  });
  control.element.classList.add("pair");
  return control;
}

type Values = Record<string, string | undefined>;

function group(spec: Spec, parts: Control[], value: (values: Values) => Values | Record<string, string | number | undefined> | undefined): Control {
  const hints = hint(spec.words);
  const legend = h("legend", { class: "label" }, spec.words.label, " ", h("code", {}, spec.name));
  if (!spec.required) legend.append(" ", h("span", { class: "optional" }, "optional"));
  const element = h("fieldset", { class: "field group", id: freshId("group") }, legend, ...hints, ...parts.map((one) => one.element));
  const block = new Block(spec.name, element, undefined, hints.map((line) => line.id));
  const values = (): Values =>
    Object.fromEntries(
      parts.map((one) => {
        const text = one.value();
        return [lastName(one), typeof text === "string" ? text : undefined];
      }),
    );
  return { element, blocks: () => [block, ...parts.flatMap((one) => one.blocks())], value: () => value(values()) };
}

function part(spec: Spec, name: string, words: Spec["words"], options: Parameters<typeof textField>[1]): Control {
  return textField({ name: `${spec.name}.${name}`, required: true, words }, options);
}

function lastName(control: Control): string {
  return control.blocks()[0]?.path.split(".").at(-1) ?? "";
}

/** A number where it is written as one; else the text itself, whose fault then says what is wrong with it. */
function asNumber(text: string | undefined): string | number | undefined {
  if (text === undefined || text.trim() === "") return text;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}
