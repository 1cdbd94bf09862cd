// Arrow keys in a list: one stop of the Tab key for all of it, the arrows go from item to item.

/** Moves the keyboard among the elements marked `data-item` inside the element that hears the key. */
export function moveByArrows(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-item]")];
  const at = items.findIndex((item) => item === document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (at < 0 || next === undefined) return;
  event.preventDefault();
  const target = items[Math.min(Math.max(next, 0), items.length - 1)];
  for (const item of items) item.tabIndex = item === target ? 0 : -1;
  target?.focus();
}
