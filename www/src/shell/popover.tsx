// Menus and small panels that float beside the button that opens them, closed by Escape or by a click elsewhere.
import type { ComponentChildren } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./icons.tsx";

interface PopoverProps {
  /** What the button is called. */
  name: string;
  /** What stands on the button. */
  button: ComponentChildren;
  buttonClass?: string;
  panelClass?: string;
  /** Made when it is opened, so that a closed one costs nothing. */
  children: (close: () => void) => ComponentChildren;
  /** What the panel is to a screen reader. */
  role?: "menu" | "dialog";
  disabled?: boolean;
}

export function Popover({ name, button, buttonClass = "icon-button", panelClass = "", children, role = "dialog", disabled = false }: PopoverProps) {
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const close = (): void => {
    panel.current?.hidePopover();
    opener.current?.focus();
  };
  return (
    <>
      <button
        ref={opener}
        type="button"
        class={buttonClass}
        aria-label={name}
        title={name}
        aria-haspopup={role}
        aria-expanded={open}
        aria-controls={id}
        disabled={disabled}
        popovertarget={id}
      >
        {button}
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        class={`popover ${panelClass}`}
        role={role}
        aria-label={name}
        onBeforeToggle={(event) => {
          if ((event as unknown as ToggleEvent).newState === "open") setOpen(true);
        }}
        onToggle={(event) => {
          const isOpen = (event as unknown as ToggleEvent).newState === "open";
          // Only once it is closed: the keyboard comes back to the button from what is still in it.
          if (!isOpen) setOpen(false);
          if (!isOpen || !panel.current || !opener.current) return;
          place(panel.current, opener.current);
          panel.current.querySelector<HTMLElement>("[data-autofocus], [role^=menuitem], input, button")?.focus();
        }}
        onKeyDown={(event) => moveInMenu(event, role)}
      >
        {open ? children(close) : null}
      </div>
    </>
  );
}

/** One line of a menu. */
export function MenuItem({ icon, children, act, danger = false, checked }: { icon?: IconName; children: ComponentChildren; act: () => void; danger?: boolean; checked?: boolean }) {
  const role = checked === undefined ? "menuitem" : "menuitemradio";
  return (
    <button type="button" class={danger ? "menu-item danger" : "menu-item"} role={role} aria-checked={checked} tabIndex={-1} onClick={act}>
      {icon ? <Icon name={icon} size={18} /> : null}
      <span class="menu-words">{children}</span>
      {checked ? <Icon name="check" size={18} /> : null}
    </button>
  );
}

/** Below the button where there is room, else above; never out of the window. */
function place(panel: HTMLElement, opener: HTMLElement): void {
  const gap = 4;
  const edge = 8;
  const at = opener.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const { innerWidth, innerHeight } = window;
  const fitsBelow = at.bottom + gap + height + edge <= innerHeight;
  const top = fitsBelow ? at.bottom + gap : at.top - gap - height;
  const start = at.left + width + edge <= innerWidth ? at.left : at.right - width;
  panel.style.top = `${Math.min(Math.max(top, edge), Math.max(edge, innerHeight - height - edge))}px`;
  panel.style.left = `${Math.min(Math.max(start, edge), Math.max(edge, innerWidth - width - edge))}px`;
}

function moveInMenu(event: KeyboardEvent & { currentTarget: HTMLElement }, role: string): void {
  if (role !== "menu") return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("[role^=menuitem]")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (next === undefined) {
    if (event.key === "Tab") event.currentTarget.hidePopover();
    return;
  }
  event.preventDefault();
  items.at(next % items.length)?.focus();
}
