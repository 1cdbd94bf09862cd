// Questions and panels that stand before everything else: one at a time, closed by Escape, the keyboard comes back to where it was.
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../words.ts";
import { Icon } from "./icons.tsx";

interface Shown {
  title: string;
  content: (close: () => void) => ComponentChildren;
  wide?: boolean;
}

const shown = signal<Shown | undefined>(undefined);

/** Opens a panel with a title and a way to close it. */
export function openDialog(dialog: Shown): void {
  shown.value = dialog;
}

/** Asks before something that can't be taken back. */
export function ask({ title, text, yes, danger = false, act }: { title: string; text: string; yes: string; danger?: boolean; act: () => void }): void {
  openDialog({
    title,
    content: (close) => (
      <>
        <p>{text}</p>
        <div class="dialog-actions">
          <button type="button" class="button" onClick={close}>
            {t.cancel}
          </button>
          <button
            type="button"
            class={danger ? "button danger" : "button primary"}
            onClick={() => {
              close();
              act();
            }}
          >
            {yes}
          </button>
        </div>
      </>
    ),
  });
}

export function DialogHost() {
  const dialog = shown.value;
  return dialog ? <Dialog key={dialog.title} {...dialog} /> : null;
}

function Dialog({ title, content, wide = false }: Shown) {
  const id = useId();
  const element = useRef<HTMLDialogElement>(null);
  // At once: the next key may already be for it.
  useLayoutEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    element.current?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    return () => queueMicrotask(() => comeBackTo(before));
  }, []);
  const close = (): void => {
    shown.value = undefined;
  };
  return (
    <dialog ref={element} class={wide ? "dialog wide" : "dialog"} aria-labelledby={id} onClose={close} onClick={(event) => event.target === element.current && close()}>
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 id={id}>{title}</h2>
          <button type="button" class="icon-button" aria-label={t.close} title={t.close} onClick={close}>
            <Icon name="close" />
          </button>
        </header>
        {content(close)}
      </div>
    </dialog>
  );
}

/** The keyboard goes back to where it was, unless it is already somewhere else. */
function comeBackTo(before: Element | null): void {
  const now = document.activeElement;
  if (!(before instanceof HTMLElement) || !before.isConnected || (now !== before && now !== document.body)) return;
  // The text cursor went away with the dialog's own input; only a focus that is new brings it back.
  before.blur();
  before.focus();
}
