// Making elements without markup in strings, so that nothing that was typed can become markup.

/** An attribute's value; `false` and `undefined` leave it out. */
type Attributes = Record<string, string | number | boolean | undefined>;

/** An element with its attributes and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/** The element of this id, which the page's markup must have. */
export function byId<E extends HTMLElement>(id: string, kind: new () => E): E {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`the page has no ${kind.name} with the id ${id}`);
  return element;
}

let ids = 0;

/** An id that no other element has. */
export function freshId(name: string): string {
  ids += 1;
  return `${name}-${ids}`;
}

/** A button that does something else than send the form. */
export function button(text: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const element = h("button", { type: "button", ...attributes }, text);
  element.addEventListener("click", act);
  return element;
}
